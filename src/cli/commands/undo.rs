//! `git plan undo`: a new operation that takes one back, key by key.

use serde_json::Value;

use super::super::context::Context;
use super::super::current;
use super::super::error::{Error, Kind, Result};
use super::super::mutation::{self, Scope};
use super::super::verbs::Run;
use crate::format::text;
use crate::git::{Oid, Repo};
use crate::model::{Change, Edit, EntryId, Refusal, Slug, Target};
use crate::render::escape;
use crate::render::view::{DiffView, UndoView};
use crate::review::Changes;
use crate::store::history::{self, Operation};
use crate::store::{Draft, Error as StoreError, Message, Snapshot, Store, Written, paths};

/// Take an operation back
///
/// Without one: your last operation in this clone that was not taken back yet; with -p, the last on
/// that plan. What others
/// changed since is left as it is, and named. Taking back is an operation of its own; to take
/// that back, name it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan undo
  git plan log -n 5                 # shows the ids
  git plan undo 3f2a9c1d")]
pub struct Undo {
    /// The operation: the start of its id in git plan log
    #[arg(value_name = "OP")]
    pub operation: Option<String>,
    /// Why, where less has to hold afterwards than before
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

impl Undo {
    /// The reason for what makes less hold than before.
    fn reason(&self, operation: &Operation) -> String {
        let usual = || {
            format!(
                "undo of {:.12}: {}",
                operation.oid.to_string(),
                operation.subject
            )
        };
        self.reason.clone().unwrap_or_else(usual)
    }
}

impl Run for Undo {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let writer = cx.writer(&repo)?;
        let snapshot = cx.snapshot(&store)?;
        let operation = self.find(
            &store,
            &snapshot,
            (writer.who.email(), cx.globals.plan.as_ref()),
        )?;
        let edits = history::edits(&repo, &operation)?;
        let mut draft = Draft::on(snapshot);
        let mut scope = Scope {
            cx,
            store: &store,
            draft: &mut draft,
            writer: &writer,
        };
        let left = take_back(&mut scope, edits)?;
        restore_texts(&mut scope, &operation)?;
        if cx.globals.dry_run {
            return dry_run(cx, &repo, draft, &left);
        }
        let message = Message {
            subject: subject(&operation),
            operation: "undo".to_owned(),
            ids: operation.entities.clone(),
            undoes: Some(operation.oid),
        };
        let done = mutation::commit(
            cx,
            &store,
            draft,
            &writer,
            (&|_| Ok(message.clone()), Some(&self.reason(&operation))),
        )?;
        if done.commit.is_none() {
            let error = Error::new(Kind::Conflict, "nothing of it can be taken back");
            return Err(left.into_iter().fold(error, Error::hint));
        }
        let view = UndoView {
            undone: super::log::view(&operation),
            commit: done.commit.map(|oid| oid.to_string()),
            left,
        };
        cx.print("undo", &view, || report(&view))
    }
}

/// `<plan>: undo: <what>`, behind the plan as every other subject.
fn subject(operation: &Operation) -> String {
    match operation.subject.split_once(": ") {
        Some((plan, what)) => format!("{plan}: undo: {what}"),
        None => format!("undo: {}", operation.subject),
    }
}

fn report(view: &UndoView) -> String {
    let mut text = format!("undone: {}\n", escape::line(&view.undone.subject));
    for line in &view.left {
        text.push_str(&format!("left as it is: {}\n", escape::line(line)));
    }
    text
}

fn dry_run(cx: &Context, repo: &Repo, draft: Draft<'_>, left: &[String]) -> Result<()> {
    left.iter()
        .for_each(|text| cx.warn(format!("would be left as it is: {text}")));
    if draft.edits().is_empty() {
        let base = draft.snapshot.source.commit.map(|oid| oid.to_string());
        let view = DiffView::of(&Changes::default(), base, None);
        return cx.print("diff", &view, || {
            "nothing of it can be taken back\n".to_owned()
        });
    }
    mutation::report_dry_run(cx, repo, draft)
}

impl Undo {
    fn find(
        &self,
        store: &Store<'_>,
        snapshot: &Snapshot<'_>,
        (email, plan): (&str, Option<&String>),
    ) -> Result<Operation> {
        let Some(word) = &self.operation else {
            let plan = plan
                .map(|word| current::named(snapshot, word))
                .transpose()?;
            let last = history::last_own(snapshot, &store.place, email, plan.as_ref())?;
            return last.ok_or_else(|| {
                Error::data("there is no operation of yours in this clone to take back").hint(
                    "git plan log   lists the operations; git plan undo OP takes one of them back",
                )
            });
        };
        let operation = named(store.repo, snapshot, word)?;
        if operation.is_merge() {
            return Err(
                Error::data("a merge is no operation: it cannot be taken back")
                    .hint("git plan log   lists the operations"),
            );
        }
        Ok(operation)
    }
}

fn named(repo: &Repo, snapshot: &Snapshot<'_>, word: &str) -> Result<Operation> {
    let unknown = || Error::from(StoreError::NoOperation(word.to_owned()));
    let tip: Oid = snapshot.source.commit.ok_or_else(unknown)?;
    if word.len() < 4 || !word.bytes().all(|c| c.is_ascii_hexdigit()) {
        return Err(unknown());
    }
    let word = word.to_ascii_lowercase();
    for operation in history::operations(repo, tip) {
        let operation = operation?;
        if operation.oid.to_string().starts_with(&word) {
            return Ok(operation);
        }
    }
    Err(unknown())
}

/// Applies the inverse of the edits, the last first; tells what is left as it is, and why. What is
/// refused is tried again after the others: a task goes after those that depend on it, and comes
/// back after its phase.
fn take_back(scope: &mut Scope<'_, '_>, edits: Vec<(Slug, Edit)>) -> Result<Vec<String>> {
    let mut left = Vec::new();
    let mut waiting: Vec<(Slug, Edit)> = Vec::new();
    for (plan, edit) in edits.into_iter().rev() {
        let inverses = inverses(scope, &plan, &edit, &mut left)?;
        waiting.extend(inverses.into_iter().map(|edit| (plan.clone(), edit)));
    }
    waiting.sort_by_key(|(_, edit)| place_in_line(edit));
    loop {
        let before = waiting.len();
        let mut refused = Vec::new();
        let mut reasons = Vec::new();
        for (plan, edit) in waiting {
            match scope.draft.apply(&plan, edit.clone()) {
                Ok(()) => {}
                Err(StoreError::Refused(refusal)) => {
                    let what = scope.draft.plan(&plan)?.called(edit.target);
                    reasons.push(reason(&what, &refusal));
                    refused.push((plan, edit));
                }
                Err(other) => return Err(other.into()),
            }
        }
        if refused.is_empty() || refused.len() == before {
            left.extend(reasons);
            break;
        }
        waiting = refused;
    }
    mutation::warn_of_broken(scope.cx, scope.draft);
    Ok(left)
}

/// Tasks go from the highest number down, and come from the lowest up: as a rule, those that
/// depend on others have the higher number.
fn place_in_line(edit: &Edit) -> i64 {
    let number = |value: &Value| value.get("number").and_then(Value::as_i64).unwrap_or(0);
    match (&edit.change, edit.target, edit.place.is_empty()) {
        (Change::Remove { value, .. }, Target::Task(_), true) => -number(value),
        (Change::Add { value, .. }, Target::Task(_), true) => number(value),
        _ => 0,
    }
}

/// Restores comments, and keys that this version does not know, where a file is still as the
/// operation left it.
fn restore_texts(scope: &mut Scope<'_, '_>, operation: &Operation) -> Result<()> {
    let Some(parent) = operation.parents.first() else {
        return Ok(());
    };
    let (repo, place) = (scope.store.repo, &scope.store.place);
    let before = Snapshot::of_commit(repo, place, *parent)?;
    let after = Snapshot::of_commit(repo, place, operation.oid)?;
    for file in history::files(repo, operation)? {
        let path = file.path;
        let (plan, target) = match paths::owner(&path) {
            paths::Owner::Task(plan, id) => (plan, Target::Task(id)),
            paths::Owner::Header(plan) => (plan, Target::Plan),
            paths::Owner::Register(plan, id) => (plan, Target::Register(id)),
            _ => continue,
        };
        let (Some(text), then) = (before.text(&path)?, after.text(&path)?) else {
            continue;
        };
        let from = scope.draft.snapshot.text(&path)?;
        let changed = then
            .as_ref()
            .is_none_or(|then| rest_differs(target, &text, then));
        if from == then && changed {
            scope
                .draft
                .write_over(&plan, target, Written { text, from });
        }
    }
    Ok(())
}

/// Whether more differs than the values of known keys.
fn rest_differs(target: Target, one: &str, other: &str) -> bool {
    let with_values = match target {
        Target::Task(id) => {
            text::read_task(one, id).and_then(|task| text::task(Some(other), &task))
        }
        Target::Register(id) => {
            text::read_entry(one, id).and_then(|entry| text::entry(Some(other), &entry))
        }
        _ => text::read_header(one).and_then(|header| text::header(Some(other), &header)),
    };
    with_values.is_ok_and(|text| text != one)
}

fn reason(what: &str, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Conflict { cause, .. } => format!("{what}: {cause}"),
        other => format!("{what}: {other}"),
    }
}

/// What takes an edit back: a record is revoked, a highest number stays, keys go one by one.
fn inverses(
    scope: &mut Scope<'_, '_>,
    plan: &Slug,
    edit: &Edit,
    left: &mut Vec<String>,
) -> Result<Vec<Edit>> {
    match (&edit.change, edit.target, edit.place.is_empty()) {
        (Change::Add { .. }, Target::Record(id), true) => {
            let records = &scope.draft.plan(plan)?.records;
            let Some(record) = records.iter().find(|record| record.id == id).cloned() else {
                left.push(format!("record {id} is not there any more"));
                return Ok(Vec::new());
            };
            let revocation = scope.revocation(plan, &record, None)?;
            Ok(vec![Edit::add_record(&revocation)])
        }
        (Change::Add { .. }, Target::Checkpoint(id), true) => {
            left.push(format!(
                "the patch of checkpoint {id} in history; git plan checkpoints --privatize drops \
                 it from what no remote has"
            ));
            Ok(vec![edit.inverse()])
        }
        (Change::Add { .. }, Target::Register(id), true) => take_entry_back(scope, plan, id, left),
        (Change::Add { .. }, Target::Plan, true) => {
            left.push(format!("plan {plan}: a plan cannot be removed"));
            Ok(Vec::new())
        }
        (Change::Set { to, .. }, Target::Plan, true)
            if to
                .keys()
                .any(|key| matches!(key.as_str(), "last_number" | "last_checkpoint")) =>
        {
            Ok(Vec::new())
        }
        _ => Ok(vec![edit.inverse()]),
    }
}

/// An entry of the register stays, and its label with it: it is resolved.
fn take_entry_back(
    scope: &mut Scope<'_, '_>,
    plan: &Slug,
    id: EntryId,
    left: &mut Vec<String>,
) -> Result<Vec<Edit>> {
    let state = scope.draft.plan(plan)?;
    let name = state.called(Target::Register(id));
    let Some(old) = state.entry(id).filter(|entry| entry.is_open()).cloned() else {
        left.push(format!("{name}: it is resolved already"));
        return Ok(Vec::new());
    };
    left.push(format!("{name} in the register: resolved as taken back"));
    let (who, agent) = (scope.writer.signature(), scope.writer.agent.clone());
    let new = old
        .clone()
        .resolved("Taken back.", who, agent, scope.writer.now);
    Ok(Edit::between_entries(&old, &new))
}
