//! What a gate would run, and whether it may on this machine.

use std::path::Path;

use super::context::Context;
use super::error::{Error, Kind, Result};
use crate::git::{Oid, Repo};
use crate::model::{Gate, Slug};
use crate::render::quote;
use crate::render::view::{ScriptView, TrustView};
use crate::store::Snapshot;
use crate::trust::{self, Command, Entry, Look, Trust};

/// What is trusted here, and how to look at what a gate would run.
pub struct Trusting<'r> {
    repo: &'r Repo,
    root: Oid,
    /// What is trusted for the plans of this repository.
    pub trust: Trust,
}

impl<'r> Trusting<'r> {
    /// What is trusted for the plans that were read.
    ///
    /// # Errors
    /// As [`Trust::open`], and where there is no plan.
    pub fn of(repo: &'r Repo, snapshot: &Snapshot<'_>) -> Result<Self> {
        let tip = snapshot.source.commit.ok_or(trust::Error::NoPlans)?;
        Self::at(repo, tip)
    }

    fn at(repo: &'r Repo, tip: Oid) -> Result<Self> {
        let root = trust::root(repo, tip)?;
        let trust = Trust::open(repo, root, |name| std::env::var_os(name))?;
        Ok(Self { repo, root, trust })
    }

    /// What a gate would run with the files of a folder; none where it runs nothing.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn look(&self, folder: &Path, phase: &Slug, gate: &Gate) -> Result<Option<Look>> {
        Ok(Look::at(
            self.repo,
            self.root,
            folder,
            phase.as_str(),
            gate,
        )?)
    }

    /// The same, with the files of the working tree.
    ///
    /// # Errors
    /// Where there is no working tree, and where a file cannot be read.
    pub fn look_here(&self, phase: &Slug, gate: &Gate) -> Result<Option<Look>> {
        self.look(top(self.repo)?, phase, gate)
    }

    /// What there is to say about it.
    ///
    /// # Errors
    /// Where what is trusted cannot be read.
    pub fn view(&self, look: &Look) -> Result<TrustView> {
        let trusted = self.trust.holds(look)?;
        let last = self.trust.last_for(&look.gate)?;
        let changes = match &last {
            Some(last) if !trusted => last.changes(look),
            _ => Vec::new(),
        };
        let since = last.filter(|_| trusted).and_then(|last| last.when);
        let (run, shell) = match &look.command {
            Command::Argv(words) => (Some(words.clone()), None),
            Command::Shell(text) => (None, Some(text.clone())),
        };
        let script = |script: &trust::Script| ScriptView {
            path: script.path.clone(),
            oid: script.oid.map(|oid| oid.to_string()),
        };
        Ok(TrustView {
            gate: look.gate.clone(),
            hash: look.hash(),
            trusted,
            since,
            run,
            shell,
            cwd: look.cwd.clone(),
            env: look.env.clone(),
            scripts: look.scripts.iter().map(script).collect(),
            changes,
        })
    }
}

/// The folder with the checked-out files.
///
/// # Errors
/// In a bare repository.
pub fn top(repo: &Repo) -> Result<&Path> {
    repo.work_tree().ok_or_else(|| {
        Error::environment("commands of gates run where files are checked out")
            .hint("git worktree add PATH   makes such a place")
    })
}

/// What was trusted before, as scripts read it.
pub fn entry_view(entry: Entry) -> TrustView {
    let script = |(path, oid)| ScriptView { path, oid };
    TrustView {
        gate: entry.gate,
        hash: entry.hash,
        trusted: true,
        since: entry.when,
        run: entry.run,
        shell: entry.shell,
        cwd: entry.cwd,
        env: entry.env,
        scripts: entry.scripts.into_iter().map(script).collect(),
        changes: Vec::new(),
    }
}

/// Trusts the command of a gate that was typed here just now.
///
/// # Errors
/// Where it cannot be kept.
pub fn trust_as_typed(
    cx: &Context,
    repo: &Repo,
    tip: Oid,
    phase: &Slug,
    gate: &Gate,
) -> Result<()> {
    let Some(folder) = repo.work_tree() else {
        return Ok(());
    };
    let trusting = Trusting::at(repo, tip)?;
    match trusting.look(folder, phase, gate)? {
        Some(look) => Ok(trusting.trust.add(&look, cx.now)?),
        None => Ok(()),
    }
}

/// The line by which a person trusts what they have seen.
pub fn trust_line(gate: &str, hash: &str) -> String {
    format!("git plan trust {} --hash {hash}", quote::word(gate))
}

/// Says that a command may not run yet, and how it would.
pub fn untrusted(view: &TrustView) -> Error {
    let message = format!(
        "nobody has trusted what gate {} would run on this machine",
        view.gate
    );
    Error::new(Kind::Person, message).hint(trust_line(&view.gate, &view.hash))
}
