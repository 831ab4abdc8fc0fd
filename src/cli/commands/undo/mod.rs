//! `git plan undo`: a new operation that takes one back, key by key.
//!
//! * `find`: which operation. * `part`: only some of its keys, or one of its entities.
//! * `take_back`: the inverse of its edits. * `rest`: what it changed besides.

mod find;
mod part;
mod rest;
mod take_back;

use std::collections::HashSet;

use super::super::complete;
use super::super::context::Context;
use super::super::error::{Error, Kind, Result};
use super::super::mutation::{self, Scope};
use super::super::verbs::Run;
use crate::git::Repo;
use crate::model::{Edit, Slug};
use crate::render::escape;
use crate::render::view::{DiffView, UndoView};
use crate::review::Changes;
use crate::store::history::{self, Operation};
use crate::store::{Draft, Message, Snapshot, Store, Writer};
use part::Part;

/// Take an operation back
///
/// Without one: your last operation in this clone that was not taken back yet; with -p, the last on
/// that plan. What others changed since is left as it is, and named. Records are revoked and stay.
/// Taking back is an operation of its own; to take that back, name it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan undo
  git plan log -n 5                 # shows the ids
  git plan undo 3f2a9c1d
  git plan undo 3f2a9c1d --key title --of 4   # only that; what is one value goes together")]
pub struct Undo {
    /// The operation: the start of its id in git plan log
    #[arg(value_name = "OP")]
    pub operation: Option<String>,
    /// Only this key of what it changed, as it is in the file: title, labels, item, phase
    #[arg(long, value_name = "KEY")]
    pub key: Vec<String>,
    /// Only what it changed of this task, phase, gate, plan, register entry or checkpoint
    #[arg(long, value_name = "ENTITY", add = complete::entities())]
    pub of: Option<String>,
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
        let part = Part {
            keys: &self.key,
            of: self.of.as_deref(),
        };
        let (operation, draft, left) = self.taken_back(cx, &store, &writer, &part)?;
        if cx.globals.dry_run {
            return dry_run(cx, &repo, draft, &left);
        }
        let message = Message {
            subject: subject(&operation, &part),
            operation: "undo".to_owned(),
            ids: operation.entities.clone(),
            undoes: Some(operation.oid),
            only: part.words(),
        };
        let done = mutation::commit(
            cx,
            &store,
            draft,
            &writer,
            (&|_| Ok(message.clone()), Some(&self.reason(&operation))),
        )?;
        if done.commit.is_none() {
            let (id, subject) = (operation.oid.to_string(), &operation.subject);
            let error = format!("nothing of operation {id:.10} can be taken back: {subject}");
            let error = Error::new(Kind::Conflict, error).hint(
                "git plan log   lists the operations; git plan undo OP takes another one back",
            );
            return Err(left.into_iter().fold(error, Error::hint));
        }
        let view = UndoView {
            undone: super::log::view(&operation),
            only: part.words(),
            commit: done.commit.map(|oid| oid.to_string()),
            left,
        };
        cx.print("undo", &view, || report(&view))
    }
}

/// An operation, the draft in which it is taken back, and what is left of it.
type TakenBack<'r> = (Operation, Draft<'r>, Vec<String>);

impl Undo {
    /// Takes the operation back that is meant. Where none is named, one of which earlier undos left
    /// nothing is passed by.
    fn taken_back<'r>(
        &self,
        cx: &Context,
        store: &Store<'r>,
        writer: &Writer,
        part: &Part<'_>,
    ) -> Result<TakenBack<'r>> {
        let mut passed = HashSet::new();
        loop {
            let snapshot = cx.snapshot(store)?;
            let operation = match &self.operation {
                Some(word) => find::called(store.repo, &snapshot, word)?,
                None => find::last(cx, store, &snapshot, (writer.who.email(), &passed))?,
            };
            let is_in_part = history::is_taken_back_in_part(&snapshot, &operation)?;
            let mut draft = Draft::on(snapshot);
            let mut scope = Scope {
                cx,
                store,
                draft: &mut draft,
                writer,
            };
            let mut left = take_back::take_back(&mut scope, edits(store, &operation, part)?)?;
            if part.is_whole() {
                rest::restore_texts(&mut scope, &operation)?;
                rest::restore_files(&mut scope, &operation, &mut left)?;
            }
            let is_spent = self.operation.is_none() && is_in_part && draft.is_without_effect()?;
            if !is_spent {
                return Ok((operation, draft, left));
            }
            passed.insert(operation.oid);
        }
    }
}

/// The edits of an operation that are to be taken back.
fn edits(store: &Store<'_>, operation: &Operation, part: &Part<'_>) -> Result<Vec<(Slug, Edit)>> {
    let edits = history::edits(store.repo, operation)?;
    if part.is_whole() {
        return Ok(edits);
    }
    let commits = [operation.oid]
        .into_iter()
        .chain(operation.parents.first().copied());
    let states = commits.map(|commit| Snapshot::of_commit(store.repo, &store.place, commit));
    // A state that cannot be read gives no names.
    let states: Vec<Snapshot<'_>> = states.flatten().collect();
    part.of_edits(&states, &edits)
}

/// `<plan>: undo: <what>`, behind the plan as every other subject.
fn subject(operation: &Operation, part: &Part<'_>) -> String {
    let undo = match part.is_whole() {
        true => "undo".to_owned(),
        false => format!("undo {}", part.words().join(", ")),
    };
    match operation.subject.split_once(": ") {
        Some((plan, what)) => format!("{plan}: {undo}: {what}"),
        None => format!("{undo}: {}", operation.subject),
    }
}

fn report(view: &UndoView) -> String {
    let only = match view.only.is_empty() {
        true => String::new(),
        false => format!(" ({})", escape::line(&view.only.join(", "))),
    };
    let subject = escape::line(&view.undone.subject);
    let mut text = format!("undone{only}: {subject}\n");
    for line in &view.left {
        text.push_str(&format!("left as it is: {}\n", escape::line(line)));
    }
    text
}

fn dry_run(cx: &Context, repo: &Repo, draft: Draft<'_>, left: &[String]) -> Result<()> {
    left.iter()
        .for_each(|text| cx.warn(format!("would be left as it is: {text}")));
    if draft.is_empty() {
        let base = draft.snapshot.source.commit.map(|oid| oid.to_string());
        let view = DiffView::of(&Changes::default(), base, None);
        return cx.print("diff", &view, || {
            "nothing of it can be taken back\n".to_owned()
        });
    }
    mutation::report_dry_run(cx, repo, draft)
}
