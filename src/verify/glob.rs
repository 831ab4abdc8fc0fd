//! Which paths a rule is about: globs as in `.gitignore`.

use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::model::spec::{Problem, Scope as Globs, Term};

/// Globs of which any may match.
#[derive(Debug, Clone)]
pub struct Paths {
    set: GlobSet,
    /// For each glob of `set`, the position of the term that it came from.
    terms: Vec<usize>,
}

impl Paths {
    /// The paths that any of `terms` names.
    ///
    /// # Errors
    /// What is wrong with each.
    pub fn new(terms: &[Term]) -> Result<Self, Vec<Problem>> {
        let (mut set, mut from, mut problems) = (GlobSetBuilder::new(), Vec::new(), Vec::new());
        for (position, term) in terms.iter().enumerate() {
            match globs(&term.text) {
                Ok(globs) => {
                    from.extend(globs.iter().map(|_| position));
                    set = globs.into_iter().fold(set, |mut set, glob| {
                        set.add(glob);
                        set
                    });
                }
                Err(cause) => problems.push(Problem::new(term.at, cause)),
            }
        }
        let built = set.build();
        match (problems.is_empty(), built) {
            (true, Ok(set)) => Ok(Self { set, terms: from }),
            (true, Err(error)) => {
                let at = terms.first().map(|term| term.at).unwrap_or_default();
                Err(vec![Problem::new(at, error.to_string())])
            }
            (false, _) => Err(problems),
        }
    }

    /// Whether a path, or a folder that it lies in, is named.
    pub fn holds(&self, path: &Candidate<'_>) -> bool {
        self.set.is_match_candidate(path)
    }

    /// The positions of the terms that name the path.
    pub fn which(&self, path: &Candidate<'_>) -> impl Iterator<Item = usize> {
        let found = self.set.matches_candidate(path).into_iter();
        found.filter_map(|glob| self.terms.get(glob).copied())
    }
}

/// What a rule is about.
#[derive(Debug, Clone)]
pub struct Scope {
    include: Option<Paths>,
    exclude: Option<Paths>,
}

impl Scope {
    /// The scope that a specification gives.
    ///
    /// # Errors
    /// What is wrong with each glob.
    pub fn new(globs: &Globs) -> Result<Self, Vec<Problem>> {
        let paths = |terms: &[Term]| match terms {
            [] => Ok(None),
            terms => Paths::new(terms).map(Some),
        };
        match (paths(&globs.include), paths(&globs.exclude)) {
            (Ok(include), Ok(exclude)) => Ok(Self { include, exclude }),
            (include, exclude) => {
                let problems = [include.err(), exclude.err()].into_iter().flatten();
                Err(problems.flatten().collect())
            }
        }
    }

    /// Whether the rule is about this path.
    pub fn holds(&self, path: &Candidate<'_>) -> bool {
        self.include
            .as_ref()
            .is_none_or(|include| include.holds(path))
            && !self
                .exclude
                .as_ref()
                .is_some_and(|exclude| exclude.holds(path))
    }

    /// Whether it is about every path there is.
    pub fn is_everything(&self) -> bool {
        self.include.is_none() && self.exclude.is_none()
    }

    /// What is included by name.
    pub fn include(&self) -> Option<&Paths> {
        self.include.as_ref()
    }
}

/// The globs of one term: of the path itself, and of what is below it.
fn globs(text: &str) -> Result<Vec<globset::Glob>, String> {
    if text.starts_with('!') {
        return Err("a glob cannot be turned around by \"!\": leave paths out by `exclude`".into());
    }
    let named = text.strip_prefix("./").unwrap_or(text);
    let is_folder = named.ends_with('/');
    let named = named.trim_end_matches('/');
    // As Git has it: with a slash at its start or inside, it is seen from the top.
    let from_top = named.contains('/') || named.len() < text.trim_end_matches('/').len();
    let named = named.trim_start_matches('/');
    if named.is_empty() {
        return Err("this glob names nothing".into());
    }
    let start = if from_top { "" } else { "**/" };
    let below = format!("{start}{named}/**");
    let mut globs = vec![build(&below)?];
    if !is_folder {
        globs.push(build(&format!("{start}{named}"))?);
    }
    Ok(globs)
}

fn build(glob: &str) -> Result<globset::Glob, String> {
    GlobBuilder::new(glob)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map_err(|error| format!("this is no glob: {}", error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::spec::At;

    fn holds(glob: &str, path: &str) -> bool {
        let term = Term {
            text: glob.to_owned(),
            at: At::default(),
        };
        Paths::new(&[term])
            .unwrap()
            .holds(&Candidate::from_bytes(path))
    }

    #[test]
    fn a_glob_means_what_it_means_in_gitignore() {
        for (glob, path) in [
            ("*.rs", "a/b/c.rs"),
            ("src", "src/a/b.rs"),
            ("src", "x/src/a.rs"),
            ("tests/", "a/tests/b.rs"),
            ("src/**", "src/a/b.rs"),
            ("src/**/*.rs", "src/a.rs"),
            ("src/*.rs", "src/a.rs"),
            ("/src", "src/a.rs"),
            ("./src/", "src/a.rs"),
            ("a/b", "a/b/c"),
            ("**/mod.rs", "mod.rs"),
            ("*.{ts,tsx}", "a/b.tsx"),
            ("[ab].c", "x/a.c"),
            ("weird\\*name", "weird*name"),
        ] {
            assert!(holds(glob, path), "{glob} {path}");
        }
        for (glob, path) in [
            ("src/*.rs", "src/a/b.rs"),
            ("/src", "x/src/a.rs"),
            ("./src", "x/src/a.rs"),
            ("tests/", "tests"),
            ("a/b", "x/a/b"),
            ("*.rs", "a.rst"),
            ("src", "srcs/a"),
        ] {
            assert!(!holds(glob, path), "{glob} {path}");
        }
    }

    #[test]
    fn what_is_no_glob_is_said() {
        for text in ["a[", "{a", "!a", "/", "a/[z-a]"] {
            assert!(globs(text).is_err(), "{text}");
        }
    }
}
