//! `git plan undo`: a new operation that takes one back, key by key.

use super::super::context::Context;
use super::super::error::{Error, Kind, Result};
use super::super::mutation::{self, Scope};
use super::super::verbs::Run;
use crate::git::{Oid, Repo};
use crate::model::{Change, Edit, Refusal, Slug, Target};
use crate::render::changes::{self, Names as _};
use crate::render::escape;
use crate::render::view::UndoView;
use crate::store::history::{self, Operation};
use crate::store::{Draft, Error as StoreError, Message, Snapshot, Store};

/// Take an operation back
///
/// Without one: your last operation in this clone that was not taken back yet. What others
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
}

impl Run for Undo {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let writer = cx.writer(&repo)?;
        let snapshot = store.snapshot()?;
        let operation = self.find(&store, &snapshot, writer.who.email())?;
        let edits = history::edits(&repo, &operation)?;
        let mut draft = Draft::on(snapshot);
        let mut scope = Scope {
            cx,
            store: &store,
            draft: &mut draft,
            writer: &writer,
        };
        let left = take_back(&mut scope, edits)?;
        if cx.globals.dry_run {
            return dry_run(cx, &repo, draft, &left);
        }
        if draft.edits().is_empty() {
            let error = Error::new(Kind::Conflict, "nothing of it can be taken back");
            return Err(left
                .iter()
                .fold(error, |error, text| error.hint(text.clone())));
        }
        let message = Message {
            subject: subject(&operation),
            operation: "undo".to_owned(),
            ids: operation.entities.clone(),
            undoes: Some(operation.oid),
        };
        let done = store.commit(draft, &writer, &|_| Ok(message.clone()))?;
        done.warnings.iter().for_each(|text| cx.warn(text.clone()));
        let view = UndoView {
            undone: super::log::view(&operation),
            commit: done.commit.map(|oid| oid.to_string()),
            left,
        };
        cx.print("undo", &view, || text(&view))
    }
}

/// `<plan>: undo: <what>`, behind the plan as every other subject.
fn subject(operation: &Operation) -> String {
    match operation.subject.split_once(": ") {
        Some((plan, what)) => format!("{plan}: undo: {what}"),
        None => format!("undo: {}", operation.subject),
    }
}

fn text(view: &UndoView) -> String {
    let mut text = format!("undone: {}\n", escape::line(&view.undone.subject));
    for line in &view.left {
        text.push_str(&format!("left as it is: {}\n", escape::line(line)));
    }
    text
}

fn dry_run(cx: &Context, repo: &Repo, mut draft: Draft<'_>, left: &[String]) -> Result<()> {
    left.iter()
        .for_each(|text| cx.warn(format!("would be left as it is: {text}")));
    let edits = draft.edits().to_vec();
    let base = draft.snapshot.source.commit.map(|oid| oid.to_string());
    let view = changes::view(&edits, base, None);
    let Some((plan, _)) = edits.first() else {
        return cx.print("diff", &view, || {
            "nothing of it can be taken back\n".to_owned()
        });
    };
    let names = draft.plan(plan)?;
    cx.print("diff", &view, || {
        changes::text(&edits, names, cx.canvas(Some(repo)).paint)
    })
}

impl Undo {
    fn find(&self, store: &Store<'_>, snapshot: &Snapshot<'_>, email: &str) -> Result<Operation> {
        let Some(word) = &self.operation else {
            return history::last_own(snapshot, &store.place, email)?.ok_or_else(|| {
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

/// Applies the inverse of the edits, the last first; tells what is left as it is, and why.
fn take_back(scope: &mut Scope<'_, '_>, edits: Vec<(Slug, Edit)>) -> Result<Vec<String>> {
    let mut left = Vec::new();
    for (plan, edit) in edits.into_iter().rev() {
        for inverse in inverses(scope, &plan, &edit, &mut left)? {
            match scope.draft.apply(&plan, inverse) {
                Ok(()) => {}
                Err(StoreError::Refused(refusal)) => {
                    let what = scope.draft.plan(&plan)?.name(&plan, edit.target);
                    left.push(reason(&what, &refusal));
                }
                Err(other) => return Err(other.into()),
            }
        }
    }
    mutation::warn_of_broken(scope.cx, scope.draft);
    Ok(left)
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
        (Change::Add { .. }, Target::Plan, true) => {
            left.push(format!("plan {plan}: a plan cannot be removed"));
            Ok(Vec::new())
        }
        (Change::Set { to, .. }, Target::Plan, true)
            if to.keys().any(|key| key == "last_number") =>
        {
            Ok(Vec::new())
        }
        _ => Ok(vec![edit.inverse()]),
    }
}
