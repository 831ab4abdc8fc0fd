//! `git plan apply`: a text of a plan → what differs, stored.

use super::super::context::Context;
use super::super::current;
use super::super::error::{Error, Kind, Result};
use super::super::mutation::{self, Act, Entity};
use super::super::status_author::StatusAuthor;
use super::super::text_edits::{self, Base};
use super::super::verbs::Run;
use crate::git::Oid;
use crate::store::{Draft, Snapshot};

/// Apply a text of a plan, as git plan show --toml prints it
///
/// The first line of such a text tells the state that it was made from. What was changed in the
/// text is applied to the state as it is now; where somebody else changed the same key since,
/// nothing is stored and the exit code is 5. What was left out goes. A text without that first
/// line only adds and changes: tasks are found by id or number, or are new.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan show --toml >plan.toml && vi plan.toml && git plan apply plan.toml
  printf '[[task]]\\ntitle = \"Write it\"\\n' | git plan apply -")]
pub struct Apply {
    /// The text; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Why, where less has to hold afterwards than before
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

impl Run for Apply {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let writer = cx.writer(&repo)?;
        let snapshot = cx.snapshot(&store)?;
        let text = read_file(&self.file)?;
        let whole = text_edits::read(&self.file, &text)?;
        for key in text_edits::unknown_keys(&whole) {
            cx.warn(format!("the key '{key}' is not known to this version"));
        }
        let plan = match &whole.origin {
            Some(origin) => snapshot.folder(origin.plan.as_str())?.id.clone(),
            None => current::plan(cx, &repo, &snapshot)?,
        };
        let base = match &whole.origin {
            Some(origin) => {
                let unknown = || {
                    Error::new(
                        Kind::Conflict,
                        format!(
                            "the state that the text was made from, {}, is not here",
                            origin.commit
                        ),
                    )
                    .hint("git plan show --toml   prints the text of the state as it is now")
                };
                let commit = Oid::from_hex(origin.commit.as_bytes()).ok();
                let is_of_here = |oid: &Oid| oid.kind() == repo.object_format();
                let commit = commit.filter(is_of_here).ok_or_else(unknown)?;
                let then =
                    Snapshot::of_commit(&repo, &store.place, commit).map_err(|_| unknown())?;
                Base::of_whole(&then, &plan)?
            }
            None => Base::of(&snapshot, &plan)?,
        };
        let by = StatusAuthor::of(cx, &repo, &writer);
        let mut draft = Draft::on(snapshot);
        let count = text_edits::apply(&store, &mut draft, &base, &by, whole)?;
        let act = Act::new(
            &plan,
            Entity::Plan,
            ("apply a text to", "applied a text to"),
        )
        .detail(format!("{count} changes"))
        .because(self.reason.as_deref());
        mutation::finish(cx, &store, draft, &writer, "apply", &act)
    }
}

/// A file, or standard input for `-`.
///
/// # Errors
/// Where it cannot be read, or is not UTF-8.
pub fn read_file(name: &str) -> Result<String> {
    let read = match name {
        "-" => std::io::read_to_string(std::io::stdin()),
        path => std::fs::read_to_string(path),
    };
    read.map_err(|error| {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::InvalidData => Kind::Data,
            _ => Kind::Environment,
        };
        Error::new(kind, format!("could not read {name}: {error}"))
    })
}
