//! How plain `git diff`, `git show` and `git log -p` show plans: the diff driver `plan`, set for one
//! repository and taken away again.
//!
//! Nothing of it is stored on a ref, a cache of texts (`diff.plan.cachetextconv`) least of all, which
//! would be one of its own. What a person has set differently is left, and named.

use super::error::Result;
use super::own_path::own_path;
use crate::format::outline;
use crate::git::Repo;

/// The line that gives the files of plans their driver.
const ATTRIBUTES: &str = ".plans/**/*.toml diff=plan";
/// A path that the line is meant for.
const SAMPLE: &str = ".plans/plan/plan.toml";
const TEXTCONV: &str = "diff.plan.textconv";
const HEADINGS: &str = "diff.plan.xfuncname";
/// What a command of ours begins with, whatever path it holds.
const OURS: &str = "git_plan() { p=";

/// One thing that `git plan setup` sees to in a repository.
pub enum Thing {
    /// A key of the configuration, and the value that it is to have.
    Key(&'static str, String),
    /// The line of attributes.
    Attributes,
}

/// How a thing stands.
enum State {
    Missing,
    /// As an earlier version, or one elsewhere, has set it.
    Earlier,
    Ours,
    /// Set differently, by somebody else: what it is.
    Others(String),
}

/// All of them.
///
/// # Errors
/// Where the program does not know where it is.
pub fn things() -> Result<[Thing; 3]> {
    Ok([
        Thing::Key(TEXTCONV, command(&own_path()?)),
        Thing::Key(HEADINGS, outline::HEADING.to_owned()),
        Thing::Attributes,
    ])
}

/// The command that Git gives a file to, by the shell. Where the program is gone, or fails, the file
/// is shown as it is: a command that fails would end the whole `git diff`.
fn command(binary: &str) -> String {
    let binary = binary.replace('\'', r"'\''");
    format!(
        "{OURS}'{binary}'; [ -x \"$p\" ] && \"$p\" textconv -- \"$1\" || cat -- \"$1\"; }}; git_plan"
    )
}

impl Thing {
    /// What it is called in a report.
    pub fn name(&self, repo: &Repo) -> String {
        match self {
            Self::Key(key, _) => (*key).to_owned(),
            Self::Attributes => repo.info_attributes().display().to_string(),
        }
    }

    /// Puts it in place, unless it is; tells whether that was needed, or why it is left as it is.
    ///
    /// # Errors
    /// Those of Git and of writing.
    pub fn put(&self, repo: &Repo, is_dry: bool) -> Result<Outcome> {
        match self.state(repo)? {
            State::Ours => Ok(Outcome::Nothing),
            State::Others(what) => Ok(Outcome::Left(what)),
            State::Missing | State::Earlier if is_dry => Ok(Outcome::Done),
            State::Missing | State::Earlier => {
                match self {
                    Self::Key(key, value) => repo.set_local_config(key, value)?,
                    Self::Attributes => repo.add_attributes_line(ATTRIBUTES)?,
                }
                Ok(Outcome::Done)
            }
        }
    }

    /// Takes it away, where it is ours.
    ///
    /// # Errors
    /// As [`Thing::put`].
    pub fn take_away(&self, repo: &Repo, is_dry: bool) -> Result<Outcome> {
        let is_ours = match self {
            Self::Key(key, value) => {
                let set = repo.local_config(key);
                set.is_some_and(|set| set == *value || set.starts_with(OURS))
            }
            Self::Attributes => repo.has_attributes_line(ATTRIBUTES)?,
        };
        match self {
            _ if !is_ours => return Ok(Outcome::Nothing),
            _ if is_dry => {}
            Self::Key(key, _) => repo.unset_local_config(key)?,
            Self::Attributes => repo.remove_attributes_line(ATTRIBUTES)?,
        }
        Ok(Outcome::Done)
    }

    fn state(&self, repo: &Repo) -> Result<State> {
        Ok(match self {
            Self::Key(key, value) => match repo.config(key) {
                None => State::Missing,
                Some(set) if set == *value => State::Ours,
                Some(set) if set.starts_with(OURS) => State::Earlier,
                Some(set) => State::Others(format!("{key} is {set}")),
            },
            Self::Attributes if repo.has_attributes_line(ATTRIBUTES)? => State::Ours,
            Self::Attributes => match repo.attribute("diff", SAMPLE)?.as_str() {
                "unspecified" => State::Missing,
                "plan" => State::Ours,
                other => State::Others(format!("the attribute diff of .plans/ is {other}")),
            },
        })
    }
}

/// What came of it.
pub enum Outcome {
    /// It is as it is to be.
    Done,
    /// It was already.
    Nothing,
    /// Somebody has set it differently: what it is.
    Left(String),
}
