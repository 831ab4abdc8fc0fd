//! Where commands of gates run: in the working tree, or in a copy of HEAD; and whether what lies
//! there is the code that their outcome would be recorded for.

use std::path::Path;

use super::super::context::Context;
use super::super::error::{Error, Kind, Result};
use super::super::trusting::{Trusting, top, untrusted};
use super::Target;
use crate::enforce::CodeAt;
use crate::gate;
use crate::git::{NotAsIn, Oid, Repo};
use crate::model::{Gate, Slug, Time, phase};
use crate::render::trust::page;
use crate::run::{self, Export, Prepared};
use crate::store::Store;

/// As many paths are named where the working tree is not as it should be.
const NAMED: usize = 20;

/// Where commands run, and for which commit.
pub struct Place<'r> {
    repo: &'r Repo,
    /// The commit that is recorded; none before the first.
    pub commit: Option<Oid>,
    export: Option<Export>,
    /// Whether the outcome is recorded.
    pub records: bool,
}

impl<'r> Place<'r> {
    /// The working tree, or an export of HEAD.
    ///
    /// # Errors
    /// Where there is no working tree, or no commit for what is recorded.
    pub fn at_head(repo: &'r Repo, clean: bool, records: bool) -> Result<Self> {
        top(repo)?;
        let commit = repo.head()?.commit;
        if commit.is_none() && (records || clean) {
            let error = Error::new(
                Kind::No,
                "there is no commit yet that it could be recorded for",
            );
            return Err(error.hint("--no-record   runs it all the same, and records nothing"));
        }
        let export = match commit.filter(|_| clean) {
            Some(commit) => Some(Export::of(repo, commit)?),
            None => None,
        };
        Ok(Self {
            repo,
            commit,
            export,
            records,
        })
    }

    fn folder(&self) -> Result<&Path> {
        match &self.export {
            Some(export) => Ok(export.top()),
            None => top(self.repo),
        }
    }

    /// Refuses commands that nobody has trusted, with the first of them in full.
    ///
    /// # Errors
    /// [`Kind::Person`], with the line to type.
    pub fn require_trust(
        &self,
        cx: &Context,
        trusting: &Trusting<'_>,
        targets: &[Target],
    ) -> Result<()> {
        for target in targets {
            let look = trusting.look(self.folder()?, &target.phase.id, &target.gate)?;
            let look = look.ok_or(run::Error::NoCommand)?;
            if !trusting.trust.holds(&look)? {
                let view = trusting.view(&look)?;
                cx.print("trust", &view, || page(&view))?;
                return Err(untrusted(&view).answered());
            }
        }
        Ok(())
    }

    /// The paths that a gate depends on in which the working tree is not the code that its outcome
    /// would be recorded for.
    fn unlike(&self, now: Time, gate: &Gate) -> Result<Vec<NotAsIn>> {
        match self
            .commit
            .filter(|_| self.records && self.export.is_none())
        {
            Some(commit) => {
                let code = CodeAt::at(self.repo, commit, now)?;
                Ok(run::unlike(self.repo, commit, gate, &code)?)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Refuses to run for code that is not what lies there.
    ///
    /// # Errors
    /// [`Kind::No`], with the paths.
    pub fn require_same(&self, now: Time, targets: &[Target]) -> Result<()> {
        for target in targets {
            let paths = self.unlike(now, &target.gate)?;
            if !paths.is_empty() {
                let message = format!(
                    "{} was not run: what it depends on is not as in HEAD:\n{}",
                    target.address(),
                    list(&paths)
                );
                return Err(Error::new(Kind::No, message)
                    .hint("git commit   makes it what is recorded")
                    .hint("--clean   runs it in a copy of HEAD")
                    .hint("--no-record   runs it all the same, and records nothing"));
            }
        }
        Ok(())
    }

    /// A command, ready to run here.
    ///
    /// # Errors
    /// Where it has to be refused.
    pub fn prepare(&self, target: &Target) -> Result<Prepared> {
        let tops = [top(self.repo)?, self.repo.common_dir()];
        let prepared = Prepared::of(&target.gate, &target.address(), self.folder()?, &tops);
        prepared.map_err(|error| {
            Error::from(error).context(&format!("{} was not run", target.address()))
        })
    }

    /// Why nothing can be recorded of what has run, if so.
    ///
    /// # Errors
    /// Where that cannot be told.
    pub(super) fn disturbed(
        &self,
        cx: &Context,
        plan: &Slug,
        store: &Store<'_>,
        target: &Target,
    ) -> Result<Option<String>> {
        if self.export.is_none() && self.repo.head()?.commit != self.commit {
            return Ok(Some("HEAD has moved meanwhile".to_owned()));
        }
        let paths = self.unlike(cx.now, &target.gate)?;
        if !paths.is_empty() {
            return Ok(Some(format!(
                "files have changed meanwhile:\n{}",
                list(&paths)
            )));
        }
        let plan = store.snapshot()?.plan(plan)?;
        let now = plan.phase(&target.phase.id);
        let now = now.and_then(|phase| gate::find(phase, target.gate.id.as_str()));
        let is_same = now.is_some_and(|now| {
            phase::definition_digest(&now) == phase::definition_digest(&target.gate)
        });
        Ok((!is_same).then(|| "the gate's definition has changed meanwhile".to_owned()))
    }
}

fn list(paths: &[NotAsIn]) -> String {
    let line = |path: &NotAsIn| format!("  {:<10} {}", path.how.word(), path.path);
    let mut lines: Vec<String> = paths.iter().take(NAMED).map(line).collect();
    if paths.len() > NAMED {
        lines.push(format!("  … and {} more", paths.len() - NAMED));
    }
    lines.join("\n")
}
