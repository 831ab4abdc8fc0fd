//! What a command needs from the world: options, environment, clock, terminal.
//!
//! Everything that differs from run to run enters here, so that tests can set it.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use super::error::{Error, Result};
use crate::git::Repo;
use crate::model::Time;
use crate::render::style::Paint;
use crate::render::table::Canvas;
use crate::store::{Relation, Snapshot, Store, Writer};

/// Options that every command takes.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Common options")]
pub struct Globals {
    /// The plan to work on, instead of the current one
    #[arg(short, long, global = true, value_name = "PLAN", add = super::complete::plans())]
    pub plan: Option<String>,
    /// Print JSON for programs
    #[arg(long, global = true)]
    pub json: bool,
    /// Print what would change, and store nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// Act as this agent (GIT_PLAN_AS)
    #[arg(long = "as", global = true, value_name = "NAME")]
    pub agent: Option<String>,
    /// Answer yes to questions; never to those that only a person may answer
    #[arg(short, long, global = true)]
    pub yes: bool,
}

/// The world as a command sees it.
pub struct Context {
    /// Options that every command takes.
    pub globals: Globals,
    /// The folder that the command was started in.
    pub cwd: PathBuf,
    /// The clock, read once.
    pub now: Time,
    /// The offset of local time from UTC, in seconds.
    pub offset: i32,
    /// What the person should know besides the result.
    pub warnings: std::cell::RefCell<Vec<String>>,
    /// Whether something is stored already.
    pub stored: std::cell::Cell<bool>,
}

impl Context {
    /// Reads the clock and the current folder.
    ///
    /// # Errors
    /// Where the current folder is gone, or `GIT_PLAN_NOW` is no date-time.
    pub fn new(globals: Globals) -> Result<Self> {
        let cwd = std::env::current_dir().map_err(|error| {
            Error::environment(format!("could not find the current folder: {error}"))
        })?;
        let now = match variable("GIT_PLAN_NOW") {
            Some(text) => text.parse().map_err(|_| {
                Error::usage(format!(
                    "GIT_PLAN_NOW is '{text}', not a date-time such as 2026-01-31T09:30:00Z"
                ))
            })?,
            None => Time(chrono::Utc::now().timestamp()),
        };
        let offset = now
            .utc()
            .with_timezone(&chrono::Local)
            .offset()
            .local_minus_utc();
        Ok(Self {
            globals,
            cwd,
            now,
            offset,
            warnings: Vec::new().into(),
            stored: false.into(),
        })
    }

    /// The same, for a command that was asked for JSON in another way than by `--json`.
    pub fn as_json(&self) -> Self {
        Self {
            globals: Globals {
                json: true,
                ..self.globals.clone()
            },
            cwd: self.cwd.clone(),
            now: self.now,
            offset: self.offset,
            warnings: self.warnings.clone(),
            stored: self.stored.clone(),
        }
    }

    /// The clock once more, for what takes a while.
    pub fn clock(&self) -> Time {
        match variable("GIT_PLAN_NOW") {
            Some(_) => self.now,
            None => Time(chrono::Utc::now().timestamp()),
        }
    }

    /// Opens the repository.
    ///
    /// # Errors
    /// Those of Git: none here, not trusted, a format that cannot be read.
    pub fn repo(&self) -> Result<Repo> {
        Ok(Repo::discover(&self.cwd)?)
    }

    /// The plans of a repository.
    ///
    /// # Errors
    /// Where `plan.ref` or `GIT_PLAN_SEED` cannot be used.
    pub fn store<'r>(&self, repo: &'r Repo) -> Result<Store<'r>> {
        let seed =
            match variable("GIT_PLAN_SEED") {
                Some(text) => Some(text.parse().map_err(|_| {
                    Error::usage(format!("GIT_PLAN_SEED is '{text}', not a number"))
                })?),
                None => None,
            };
        Ok(Store::open(repo, seed)?)
    }

    /// The plans as they are now; says so where they and the remote's copy went their own ways.
    ///
    /// # Errors
    /// As [`Store::snapshot`].
    pub fn snapshot<'r>(&self, store: &Store<'r>) -> Result<Snapshot<'r>, crate::store::Error> {
        let snapshot = store.snapshot()?;
        if snapshot.source.relation == Some(Relation::Diverged) {
            let name = store.place.short();
            self.warn(format!("{name} and the remote's copy went their own ways"));
        }
        Ok(snapshot)
    }

    /// Who writes, and when.
    ///
    /// # Errors
    /// Where nobody is named.
    pub fn writer(&self, repo: &Repo) -> Result<Writer> {
        Ok(Writer {
            who: repo.identity(variable)?,
            agent: self.agent(),
            now: self.now,
            offset: self.offset,
        })
    }

    /// The agent that acts, where one is named.
    pub fn agent(&self) -> Option<String> {
        self.globals
            .agent
            .clone()
            .or_else(|| variable("GIT_PLAN_AS"))
    }

    /// Who would hold a task: the e-mail address and the agent's or the worktree's name.
    pub fn holder(&self, repo: &Repo, writer: &Writer) -> String {
        let name = self.agent().unwrap_or_else(|| repo.worktree_name());
        format!("{}/{name}", writer.who.email())
    }

    /// Something that the person should know.
    pub fn warn(&self, text: impl Into<String>) {
        self.warnings.borrow_mut().push(text.into());
    }

    /// Width and colours of the output.
    pub fn canvas(&self, repo: Option<&Repo>) -> Canvas {
        let is_terminal = std::io::stdout().is_terminal() && !self.globals.json;
        let width = || {
            let columns = variable("COLUMNS").and_then(|text| text.parse().ok());
            columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| width.0))
        };
        Canvas {
            width: if is_terminal {
                width().or(Some(80))
            } else {
                None
            },
            paint: paint(is_terminal, repo),
        }
    }

    /// Colours of what goes to standard error.
    pub fn paint_of_errors(&self, repo: &Repo) -> Paint {
        paint(std::io::stderr().is_terminal(), Some(repo))
    }

    /// Whether a person can be asked something.
    pub fn can_ask(&self) -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }
}

fn paint(is_terminal: bool, repo: Option<&Repo>) -> Paint {
    if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return Paint(false);
    }
    let wish = repo.and_then(|repo| {
        repo.config("color.plan")
            .or_else(|| repo.config("color.ui"))
    });
    let is_dumb = variable("TERM").is_none_or(|term| term == "dumb");
    match wish.as_deref() {
        Some("always") => Paint(true),
        Some("never" | "false" | "no" | "off" | "0") => Paint(false),
        _ => Paint(is_terminal && !is_dumb),
    }
}

/// An environment variable, where it is set and is text.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
