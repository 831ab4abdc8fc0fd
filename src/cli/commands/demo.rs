//! `git plan demo`: the whole loop on a throw-away repository.
//!
//! The commands are those of `demo/script.txt`, run by a shell with this very program first on
//! the path. Clock, identity and ids are fixed, so that it prints the same every time; a test
//! compares it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::context::{Context, variable};
use super::super::error::{Error, Result};
use super::super::output;
use super::super::verbs::Run;
use crate::model::Time;
use crate::render::view::DemoView;

const SCRIPT: &str = include_str!("../demo/script.txt");
const PLAN: &str = include_str!("../demo/plan.ndjson");

/// When the demonstration begins, and how many seconds each command takes.
const START: Time = Time(1_769_850_000);
const STEP: i64 = 60;

/// Show the whole loop on a throw-away repository
///
/// Each command is shown as it would be typed, with what it prints. It is the plan of this very
/// program. Nothing is needed but Git, and nothing is left behind.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan demo
  git plan demo --keep /tmp/demo && cd /tmp/demo && git plan")]
pub struct Demo {
    /// Leave the repository in this folder, to play with
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

impl Run for Demo {
    fn run(&self, cx: &Context) -> Result<()> {
        let scratch = tempfile::Builder::new()
            .prefix("git-plan-demo-")
            .tempdir()
            .map_err(|error| {
                Error::environment(format!("could not make a temporary folder: {error}"))
            })?;
        let repository = match &self.keep {
            Some(folder) => empty_folder(&cx.cwd.join(folder))?,
            None => scratch.path().join("repository"),
        };
        let mut stage = Stage::set(scratch.path(), &repository)?;
        let mut commands = 0;
        for line in SCRIPT.lines() {
            let text = match line.split_once(' ') {
                Some(("$", command)) => stage.play(command, true)?,
                Some(("!", command)) => stage.play(command, false)?,
                _ => format!("{line}\n"),
            };
            commands += usize::from(text.starts_with('$'));
            if !cx.globals.json {
                output::write(&text)?;
            }
        }
        let kept = self.keep.as_ref().map(|_| repository.display().to_string());
        cx.print(
            "demo",
            &DemoView {
                commands,
                kept: kept.clone(),
            },
            || match &kept {
                Some(folder) => format!("\nThe repository is in {folder}.\n"),
                None => String::new(),
            },
        )
    }
}

fn empty_folder(folder: &Path) -> Result<PathBuf> {
    let is_empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => !folder.exists(),
    };
    if !is_empty {
        return Err(
            Error::usage(format!("{} is there and not empty", folder.display()))
                .hint("--keep DIR takes a new or empty folder"),
        );
    }
    Ok(folder.to_owned())
}

/// A world of its own for the commands.
struct Stage {
    home: PathBuf,
    repository: PathBuf,
    path: String,
    steps: i64,
}

impl Stage {
    fn set(scratch: &Path, repository: &Path) -> Result<Self> {
        let failed = |error: std::io::Error| {
            Error::environment(format!(
                "could not prepare {}: {error}",
                repository.display()
            ))
        };
        let home = scratch.join("home");
        fs::create_dir_all(&home).map_err(failed)?;
        fs::create_dir_all(repository).map_err(failed)?;
        // A person who lets acts of a person pass without a terminal, in this world alone.
        let config = "[user]\n\tname = Ada\n\temail = ada@example.org\n[plan]\n\tunattended = true\n\
                      [init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n";
        fs::write(home.join(".gitconfig"), config).map_err(failed)?;
        let own = std::env::current_exe().map_err(failed)?;
        let folder = own.parent().unwrap_or(Path::new(".")).display().to_string();
        let path = format!("{folder}:{}", variable("PATH").unwrap_or_default());
        let mut stage = Self {
            home,
            repository: repository.to_owned(),
            path,
            steps: 0,
        };
        for line in [
            "git init -q",
            "git commit -q --allow-empty -m 'A project begins'",
        ] {
            stage.run(line)?;
        }
        fs::write(repository.join("plan.ndjson"), PLAN).map_err(failed)?;
        stage.run("git add plan.ndjson && git commit -q -m 'Write down what to do'")?;
        Ok(stage)
    }

    /// Runs a line; its exit code, and what it printed.
    fn run(&mut self, line: &str) -> Result<(Option<i32>, String)> {
        self.steps += 1;
        let now = Time(START.0 + self.steps * STEP);
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!("exec 2>&1\n{line}"))
            .current_dir(&self.repository)
            .env_clear();
        for (name, value) in [
            ("PATH", self.path.as_str()),
            ("HOME", &self.home.display().to_string()),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_DATE", &now.to_string()),
            ("GIT_COMMITTER_DATE", &now.to_string()),
            ("GIT_PLAN_NOW", &now.to_string()),
            ("GIT_PLAN_SEED", "1"),
            ("TZ", "UTC"),
            ("LC_ALL", "C"),
        ] {
            command.env(name, value);
        }
        let output = command
            .output()
            .map_err(|error| Error::environment(format!("could not run sh: {error}")))?;
        Ok((
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        ))
    }

    /// Runs a line of the script; it must succeed, or fail, as the script says.
    fn play(&mut self, line: &str, succeeds: bool) -> Result<String> {
        let (code, printed) = self.run(line)?;
        if (code == Some(0)) != succeeds {
            let code = code.map_or("a signal".to_owned(), |code| code.to_string());
            return Err(
                Error::environment(format!("'{line}' ended with {code}:\n{printed}"))
                    .hint("git must be on the PATH, and find git-plan beside this program"),
            );
        }
        Ok(format!("$ {line}\n{printed}"))
    }
}
