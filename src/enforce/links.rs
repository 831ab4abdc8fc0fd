//! R4: every commit that is new on a protected ref names a task.

use super::brought::Brought;
use super::judge::{Change, Judge};
use super::{Finding, Rule};
use crate::gate;
use crate::git;
use crate::model::policy::Unlinked;

impl Judge<'_> {
    /// R4: every commit names a task that is there, or brings nothing of its own.
    pub(super) fn links(&self, change: &Change<'_>) -> git::Result<Vec<Finding>> {
        let brought = &change.brought;
        let mut findings = Vec::new();
        let wrong = brought.wrong.iter().map(|(at, why)| {
            let text = format!("commit {}: {why}", brought.name(*at));
            Finding::refused(Rule::R4, change.name, text)
        });
        findings.extend(wrong.take(10));
        let plans = self.protecting(change.name);
        let policies = plans.iter().map(|id| self.policy(id).unlinked);
        let rule = policies
            .max()
            .unwrap_or_default()
            .max(self.floor.policy.unlinked);
        if rule == Unlinked::Off {
            return Ok(findings);
        }
        let unlinked = self.without_task(brought)?;
        let Some(first) = unlinked.first() else {
            return Ok(findings);
        };
        let text = match unlinked.len() - 1 {
            0 => format!("commit {} names no task", brought.name(*first)),
            more => {
                let commits = gate::counted(more, "other");
                format!("commit {} and {commits} name no task", brought.name(*first))
            }
        };
        let finding = match rule {
            Unlinked::Block => {
                let finding = Finding::refused(Rule::R4, change.name, text);
                self.reworded(change, &unlinked, finding)
            }
            _ => Finding::warning(Rule::R4, change.name, text),
        };
        findings.push(finding);
        Ok(findings)
    }

    /// The places of the commits that bring something and name no task.
    pub(super) fn without_task(&self, brought: &Brought) -> git::Result<Vec<usize>> {
        let mut found = Vec::new();
        for at in &brought.unlinked {
            if !self.is_neutral(&brought.commits[*at])? {
                found.push(*at);
            }
        }
        Ok(found)
    }

    /// The command by which the messages of commits are written anew.
    fn reworded(&self, change: &Change<'_>, places: &[usize], finding: Finding) -> Finding {
        let commits = &change.brought.commits;
        let oldest = places.last().map(|at| &commits[*at]);
        if let ([_], Some(commit)) = (places, oldest)
            && Some(commit.oid) == change.tip.commit_oid()
        {
            return finding.git(&["commit", "--amend"]);
        }
        let parent = oldest.and_then(|commit| commit.parents.first());
        let from = parent.map_or("--root".to_owned(), ToString::to_string);
        finding.git(&["rebase", "-i", "--rebase-merges", &from])
    }
}
