//! `git plan hook`, which the hooks call: what each of them does.
//!
//! What is only said in passing never fails: whatever is broken, a commit or a checkout goes on. What
//! refuses a push fails where it cannot judge.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use super::super::context::Context;
use super::super::error::{Error, Kind, Result};
use super::super::verbs::Run;
use super::super::{branch_line, commit_message, enforcing, output};
use crate::hook::{Hook, updates};
use crate::render::escape;

/// Do what a hook of Git's does
#[derive(Debug, clap::Args)]
pub struct RunHook {
    /// The hook
    pub name: String,
    /// What Git gives it
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<OsString>,
}

impl Run for RunHook {
    fn run(&self, cx: &Context) -> Result<()> {
        let mut hooks = Hook::ALL.into_iter();
        let hook = hooks.find(|hook| hook.as_str() == self.name);
        match hook.ok_or_else(|| Error::usage(format!("there is no hook '{}'", self.name)))? {
            Hook::PrepareCommitMsg => {
                let file = self.file()?;
                going_on(commit_message::prepare(cx, file, self.text(1).as_deref()))
            }
            Hook::CommitMsg => match commit_message::check(cx, self.file()?) {
                Err(error) if error.kind == Kind::No => Err(error),
                other => going_on(other),
            },
            Hook::PostCheckout if self.text(2).as_deref() != Some("1") => Ok(()),
            Hook::PostCheckout | Hook::PostMerge => {
                if let Some(line) = branch_line::line(cx) {
                    output::complain(&format!("{line}\n"));
                }
                Ok(())
            }
            Hook::PrePush => self.pre_push(cx),
            Hook::PreReceive => pre_receive(cx),
        }
    }
}

impl RunHook {
    fn text(&self, at: usize) -> Option<String> {
        let word = self.args.get(at)?;
        Some(word.to_string_lossy().into_owned())
    }

    /// The file of the message.
    fn file(&self) -> Result<&Path> {
        let file = self.args.first().map(Path::new);
        file.ok_or_else(|| Error::usage(format!("{} takes the message's file", self.name)))
    }

    fn pre_push(&self, cx: &Context) -> Result<()> {
        let updates = updates::of_pre_push(io::stdin().lock()).map_err(unreadable)?;
        if updates.is_empty() {
            return Ok(());
        }
        let remote = self.text(0).unwrap_or_default();
        enforcing::pre_push(cx, &remote, &updates)
    }
}

fn pre_receive(cx: &Context) -> Result<()> {
    let updates = updates::of_pre_receive(io::stdin().lock()).map_err(unreadable)?;
    if updates.is_empty() {
        return Ok(());
    }
    enforcing::pre_receive(cx, &updates)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(error: updates::Error) -> Error {
    Error::environment(error.to_string())
}

/// A failure that stops nothing: a line about it, unless there are no plans here at all.
fn going_on(result: Result<()>) -> Result<()> {
    if let Err(error) = result {
        output::complain(&format!(
            "warning: git plan: {}\n",
            escape::line(&error.message)
        ));
    }
    Ok(())
}
