//! Which refs are protected: by which plans, under which policy.

use globset::{Glob, GlobSet, GlobSetBuilder};

/// Globs of refs, as `protect` holds them: full names, or short ones for branches.
#[derive(Debug, Clone)]
pub struct Globs(GlobSet);

impl Globs {
    /// The globs; one that is none matches nothing (a plan with one cannot be read).
    pub fn new<'a>(globs: impl IntoIterator<Item = &'a str>) -> Self {
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            let full = match glob.starts_with("refs/") {
                true => glob.to_owned(),
                false => format!("refs/heads/{glob}"),
            };
            if let Ok(glob) = Glob::new(&full) {
                set.add(glob);
            }
        }
        Self(set.build().unwrap_or_else(|_| GlobSet::empty()))
    }

    /// Whether one of them matches a full ref name.
    pub fn matches(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_a_branch() {
        let globs = Globs::new(["main", "release/*", "refs/tags/v*"]);
        for name in ["refs/heads/main", "refs/heads/release/1", "refs/tags/v1.0"] {
            assert!(globs.matches(name), "{name}");
        }
        for name in ["refs/tags/main", "refs/heads/main2", "refs/heads/x/main"] {
            assert!(!globs.matches(name), "{name}");
        }
    }
}
