//! `git plan doctor`: what is wrong, and what repairs it.

use super::super::closing_findings;
use super::super::context::Context;
use super::super::error::{Error, Kind, Result};
use super::super::hook_findings;
use super::super::mutation;
use super::super::person;
use super::super::verbs::Run;
use crate::model::{Edit, Slug};
use crate::render::escape;
use crate::render::view::FindingView;
use crate::store::check::{self, Finding, Repair, Severity};
use crate::store::kept_records;
use crate::store::{Draft, Error as StoreError, Message, Snapshot, Store};

/// Look for what is wrong in the plans
///
/// Exit code 1 where the stored plans are wrong; all else is a note. `--fix` repairs what is
/// safe, in one new commit; with `--yes` it also gives the younger of two tasks with one number a
/// new one.
#[derive(Debug, clap::Args)]
pub struct Doctor {
    /// Repair what is safe
    #[arg(long)]
    pub fix: bool,
}

impl Run for Doctor {
    fn run(&self, cx: &Context) -> Result<()> {
        let mut fixed = Vec::new();
        if self.fix && !cx.globals.dry_run {
            fixed.extend(fix_sharing(cx)?);
            fixed.extend(fix_plans(cx)?);
        }
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let findings = match store.snapshot() {
            Ok(snapshot) => {
                let mut findings = look(cx, &store, &snapshot)?;
                findings.extend(hook_findings::check(&repo, &snapshot)?);
                findings.sort_by_key(|finding| finding.severity);
                findings
            }
            Err(StoreError::NoPlans { .. }) => check::check_sharing(&store.place, None),
            Err(other) => return Err(other.into()),
        };
        let mut views: Vec<FindingView> = fixed.iter().map(|finding| view(finding, true)).collect();
        views.extend(findings.iter().map(|finding| view(finding, false)));
        let problems = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Problem)
            .count();
        cx.print_list("doctor", &views, || text(&views))?;
        match problems {
            0 => Ok(()),
            count => {
                let error = Error::new(
                    Kind::No,
                    format!(
                        "{} in the stored plans",
                        crate::gate::counted(count, "problem")
                    ),
                )
                .answered();
                let fixable = findings.iter().any(|finding| {
                    matches!(
                        finding.repair,
                        Some(Repair::DropDependency(..) | Repair::Renumber(_))
                    )
                });
                Err(if fixable {
                    error.hint("git plan doctor --fix   repairs what is safe")
                } else {
                    error
                })
            }
        }
    }
}

fn look(cx: &Context, store: &Store<'_>, snapshot: &Snapshot<'_>) -> Result<Vec<Finding>> {
    let only: Option<Slug> = match &cx.globals.plan {
        Some(word) => Some(super::super::current::named(snapshot, word)?),
        None => None,
    };
    let only = only.as_ref();
    let mut findings = check::check(snapshot, only)?;
    findings.extend(kept_records::check(snapshot, &store.place, only)?);
    findings.extend(closing_findings::check(cx, store, snapshot, only)?);
    findings.extend(check::check_sharing(&store.place, snapshot.source.relation));
    Ok(findings)
}

fn view(finding: &Finding, fixed: bool) -> FindingView {
    let severity = match finding.severity {
        Severity::Problem => "problem",
        Severity::Note => "note",
    };
    FindingView {
        severity: severity.to_owned(),
        place: finding.place.clone(),
        line: finding.line,
        text: finding.text.clone(),
        repair: finding.repair.as_ref().map(repair_text),
        fixed,
    }
}

fn repair_text(repair: &Repair) -> String {
    match repair {
        Repair::DropDependency(..) => "git plan doctor --fix   drops the dependency".to_owned(),
        Repair::Renumber(_) => "git plan doctor --fix --yes   gives it a new number".to_owned(),
        Repair::WidenRefspec(..) => {
            "git plan doctor --fix   widens the refspec and fetches".to_owned()
        }
        Repair::ByHand(text) => text.clone(),
    }
}

fn text(views: &[FindingView]) -> String {
    if views.is_empty() {
        return "nothing is wrong\n".to_owned();
    }
    let mut out = String::new();
    for view in views {
        let severity = if view.fixed {
            "fixed"
        } else {
            view.severity.as_str()
        };
        let line = view.line.map(|line| format!(":{line}")).unwrap_or_default();
        out.push_str(&format!(
            "{severity}: {}{line}: {}\n",
            escape::line(&view.place),
            escape::line(&view.text)
        ));
        if let Some(repair) = view.repair.as_ref().filter(|_| !view.fixed) {
            out.push_str(&format!("    {}\n", escape::line(repair)));
        }
    }
    out
}

/// Lets the plan ref be fetched, and tells what was repaired. A repository opened before this does
/// not know it.
fn fix_sharing(cx: &Context) -> Result<Vec<Finding>> {
    let repo = cx.repo()?;
    let store = cx.store(&repo)?;
    let mut fixed = Vec::new();
    for finding in check::check_sharing(&store.place, None) {
        // To fetch what the remote does not have is an error, now and at every git fetch.
        if let Some(Repair::WidenRefspec(remote, reference)) = &finding.repair
            && repo.remote_ref(remote, reference)?.is_some()
        {
            super::init::fetch(&repo, &store, remote)?;
            fixed.push(finding);
        }
    }
    Ok(fixed)
}

/// Repairs what is safe, in one commit, and tells what was repaired.
fn fix_plans(cx: &Context) -> Result<Vec<Finding>> {
    let repo = cx.repo()?;
    let store = cx.store(&repo)?;
    let mut fixed = Vec::new();
    let snapshot = match store.snapshot() {
        Err(StoreError::NoPlans { .. }) => return Ok(fixed),
        other => other?,
    };
    let findings = look(cx, &store, &snapshot)?;
    let mut draft = Draft::on(snapshot);
    let asked = findings
        .iter()
        .any(|finding| matches!(finding.repair, Some(Repair::Renumber(_))));
    let may_renumber = asked
        && person::ask(
            cx,
            "Give tasks that share a number new ones?",
            "git plan doctor --fix",
        )
        .is_ok();
    for finding in findings {
        if mend(&mut draft, &finding, may_renumber)? {
            fixed.push(finding);
        }
    }
    if draft.edits().is_empty() {
        return Ok(fixed);
    }
    let writer = cx.writer(&repo)?;
    let message = message(&fixed);
    mutation::warn_of_broken(cx, &draft);
    mutation::commit(cx, &store, draft, &writer, (&|_| Ok(message.clone()), None))?;
    Ok(fixed)
}

fn message(fixed: &[Finding]) -> Message {
    let mut plans: Vec<String> = fixed
        .iter()
        .filter_map(|finding| Some(finding.plan.as_ref()?.to_string()))
        .collect();
    plans.sort();
    plans.dedup();
    let task = |finding: &Finding| match finding.repair {
        Some(Repair::DropDependency(task, _) | Repair::Renumber(task)) => Some(task.to_string()),
        _ => None,
    };
    let mut ids: Vec<String> = fixed.iter().filter_map(task).collect();
    ids.dedup();
    Message {
        subject: format!("{}: repair what doctor found", plans.join(", ")),
        operation: "doctor".to_owned(),
        ids,
        ..Message::default()
    }
}

fn mend(draft: &mut Draft<'_>, finding: &Finding, may_renumber: bool) -> Result<bool> {
    let Some(plan) = &finding.plan else {
        return Ok(false);
    };
    let (old, new) = match finding.repair {
        Some(Repair::DropDependency(task, gone)) => {
            let old = draft.task(plan, task)?;
            let mut new = old.clone();
            new.depends_on.retain(|id| *id != gone);
            (old, new)
        }
        Some(Repair::Renumber(task)) if may_renumber => {
            let old = draft.task(plan, task)?;
            let number = draft.plan(plan)?.next_number().map_err(StoreError::from)?;
            let new = crate::model::Task {
                number,
                ..old.clone()
            };
            (old, new)
        }
        _ => return Ok(false),
    };
    draft.apply_all(plan, Edit::between_tasks(&old, &new))?;
    Ok(true)
}
