//! `git plan similar-code`: code that resembles what a task needs, so that new code follows what
//! exists.

use super::super::context::Context;
use super::super::error::{Error, Result};
use super::super::verbs::Run;

/// List code that resembles what a task needs
///
/// New code should follow what exists: the list says what to look at first. The best comes first,
/// with its place and its signature; what is nearly the same is listed once. Tests, generated files
/// and what others wrote come last. No plan is needed.
#[derive(Debug, clap::Args)]
#[command(
    group = clap::ArgGroup::new("wanted").required(true),
    after_long_help = "Examples:
  git plan similar-code --route POST
  git plan similar-code --route 'GET /users/:id'
  git plan similar-code --function parse_config --path 'src/**'
  git plan similar-code --component UserCard
  git plan similar-code --like src/config.rs:120 --limit 10 --at v1.0"
)]
pub struct SimilarCode {
    /// Declared routes: METHOD, /path, or both
    #[arg(long, value_name = "METHOD", group = "wanted")]
    pub route: Option<String>,
    /// Functions and methods with such a name
    #[arg(long, value_name = "NAME", group = "wanted")]
    pub function: Option<String>,
    /// Components of pages with such a name (JSX)
    #[arg(long, value_name = "NAME", group = "wanted")]
    pub component: Option<String>,
    /// Code like that at a line of a file
    #[arg(long, value_name = "PATH:LINE", group = "wanted")]
    pub like: Option<String>,
    /// The commit to look in, instead of the working tree
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
    /// Look only in these files; globs as in .gitignore
    #[arg(long, value_name = "GLOB")]
    pub path: Vec<String>,
    /// At most this many
    #[arg(short = 'n', long, value_name = "N", default_value_t = 5)]
    pub limit: usize,
}

#[cfg(not(feature = "grammars"))]
impl Run for SimilarCode {
    fn run(&self, _: &Context) -> Result<()> {
        let message = "this program was built without the grammars that similar-code needs";
        Err(Error::environment(message))
    }
}

#[cfg(feature = "grammars")]
mod search {
    use super::{Context, Error, Result, Run, SimilarCode};
    use crate::cli::typed_paths::TypedPaths;
    use crate::git::Repo;
    use crate::model::spec::Problem;
    use crate::render::similar;
    use crate::render::view::{CodePlaceView, SimilarCodeView};
    use crate::verify::Tree;
    use crate::verify::similar::{self as code, Answer, Files, Place, Query, Similar};

    impl Run for SimilarCode {
        fn run(&self, cx: &Context) -> Result<()> {
            let repo = cx.repo()?;
            let query = self.query(cx, &repo)?;
            let tree = self.tree(&repo)?;
            let files =
                Files::new(&repo, &tree, &self.path).map_err(|problems| wrong(&problems))?;
            let answer = files.search(query)?.map_err(|error| told(&error))?;
            tell_bounds(cx, &answer);
            let total = answer.found.len();
            let best = answer.found.iter().take(self.limit).map(view);
            let best: Vec<SimilarCodeView> = best.collect();
            let text = || similar::list(&best, total, cx.canvas(Some(&repo)));
            cx.print_part("similar-code", &best, total, text)
        }
    }

    impl SimilarCode {
        fn query(&self, cx: &Context, repo: &Repo) -> Result<Query> {
            if let Some(route) = &self.route {
                return Ok(Query::route(route));
            }
            if let Some(name) = &self.function {
                return Ok(Query::Function(name.clone()));
            }
            if let Some(name) = &self.component {
                return Ok(Query::Component(name.clone()));
            }
            let place = self.like.as_deref().unwrap_or_default();
            let (path, line) = split(place).ok_or_else(|| {
                Error::usage(format!("'{place}' is no PATH:LINE, such as src/main.rs:12"))
            })?;
            let path = TypedPaths::new(cx, repo).from_top(path);
            Ok(Query::Like { path, line })
        }

        fn tree(&self, repo: &Repo) -> Result<Tree> {
            Ok(match &self.at {
                Some(revision) => Tree::at(repo, repo.commit(repo.resolve(revision)?)?.tree)?,
                None => Tree::of_work_tree(repo)?,
            })
        }
    }

    /// `src/main.rs:12`, or with the column behind it, as compilers write it.
    fn split(place: &str) -> Option<(&str, usize)> {
        let (rest, last) = place.rsplit_once(':')?;
        let last: usize = last.parse().ok().filter(|line| *line > 0)?;
        let with_column = rest.rsplit_once(':').and_then(|(path, line)| {
            let line = line.parse().ok().filter(|line| *line > 0)?;
            Some((path, line))
        });
        Some(with_column.unwrap_or((rest, last)))
    }

    fn wrong(problems: &[Problem]) -> Error {
        let causes: Vec<&str> = problems
            .iter()
            .map(|problem| problem.cause.as_str())
            .collect();
        Error::usage(causes.join("; "))
    }

    fn told(error: &code::Error) -> Error {
        match error {
            code::Error::NoWords(_) => Error::usage(error.to_string()),
            _ => Error::data(error.to_string()),
        }
    }

    /// Not every file can be parsed in the time that one waits for a list.
    fn tell_bounds(cx: &Context, answer: &Answer) {
        if answer.parsed < answer.candidates {
            let Answer {
                candidates, parsed, ..
            } = answer;
            cx.warn(format!(
                "looked closely at the {parsed} likeliest of {candidates} files with such words; \
                 --path narrows them down"
            ));
        }
    }

    fn place(place: &Place) -> CodePlaceView {
        CodePlaceView {
            path: place.path.clone(),
            line: place.line,
            end_line: place.end_line,
        }
    }

    fn view(similar: &Similar) -> SimilarCodeView {
        SimilarCodeView {
            place: place(&similar.place),
            kind: similar.kind.as_str().to_owned(),
            name: similar.name.clone(),
            of: similar.of.clone(),
            signature: similar.signature.clone(),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a likeness is from 0 to 1"
            )]
            likeness: (similar.score.clamp(0.0, 1.0) * 100.0).round() as u8,
            shared: similar.shared.clone(),
            others: similar.others.iter().map(place).collect(),
        }
    }
}
