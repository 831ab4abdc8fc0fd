//! Which operation is taken back: the one that is named, or this person's last one in this clone.

use std::collections::HashSet;

use super::super::super::context::Context;
use super::super::super::current;
use super::super::super::error::{Error, Result};
use crate::git::{Oid, Repo};
use crate::model::{Checkpoint, Slug};
use crate::render::quote;
use crate::store::history::{self, Operation};
use crate::store::{Error as StoreError, Snapshot, Store};

/// The operation that a word names.
///
/// # Errors
/// Where it names none, or a merge.
pub(super) fn called(repo: &Repo, snapshot: &Snapshot<'_>, word: &str) -> Result<Operation> {
    let operation = named(repo, snapshot, word)?;
    if operation.is_merge() {
        let error = Error::data("a merge is no operation: it cannot be taken back");
        return Err(error.hint("git plan log   lists the operations"));
    }
    Ok(operation)
}

/// This person's last operation in this clone, on one plan or on any, but for some.
///
/// # Errors
/// Where there is none; where a private checkpoint was taken since, which is none.
pub(super) fn last(
    cx: &Context,
    store: &Store<'_>,
    snapshot: &Snapshot<'_>,
    (email, passed): (&str, &HashSet<Oid>),
) -> Result<Operation> {
    let plan = cx.globals.plan.as_ref();
    let plan = plan
        .map(|word| current::named(snapshot, word))
        .transpose()?;
    let last = history::last_own(snapshot, &store.place, (email, passed), plan.as_ref())?;
    let private = last_private(store, snapshot, plan.as_ref())?;
    match (last, private) {
        (Some(last), Some((plan, private))) if private.when > last.when => {
            Err(taken_since(&plan, &private, Some(&last)))
        }
        (Some(last), Some((_, private))) if private.when == last.when => {
            let name = &private.name;
            cx.warn(format!(
                "the private checkpoint '{name}' is no operation on the plans: it stays"
            ));
            Ok(last)
        }
        (Some(last), _) => Ok(last),
        (None, Some((plan, private))) => Err(taken_since(&plan, &private, None)),
        (None, None) => Err(Error::data(
            "there is no operation of yours in this clone to take back",
        )
        .hint("git plan log   lists the operations; git plan undo OP takes one of them back")),
    }
}

/// The youngest private checkpoint, of one plan or of any.
fn last_private(
    store: &Store<'_>,
    snapshot: &Snapshot<'_>,
    only: Option<&Slug>,
) -> Result<Option<(Slug, Checkpoint)>> {
    let mut youngest: Option<(Slug, Checkpoint)> = None;
    let plans = snapshot.folders.iter().map(|folder| &folder.id);
    for plan in plans.filter(|plan| only.is_none_or(|only| only == *plan)) {
        for row in store.private_log(plan)?.checkpoints {
            let is_younger = |(_, known): &(Slug, Checkpoint)| known.when < row.checkpoint.when;
            if youngest.as_ref().is_none_or(is_younger) {
                youngest = Some((plan.clone(), row.checkpoint));
            }
        }
    }
    Ok(youngest)
}

/// What was done last is nothing that could be taken back; the one before it is not guessed at.
fn taken_since(plan: &Slug, private: &Checkpoint, last: Option<&Operation>) -> Error {
    let name = quote::word(&private.name);
    let error = Error::data(format!(
        "what was done last is the private checkpoint {name} of plan {plan}: it is no operation on the \
         plans, and stays until it is too old (git plan checkpoints lists it)"
    ));
    match last {
        Some(last) => error.hint(format!(
            "git plan undo {:.10}   takes back what was done before it: {}",
            last.oid.to_string(),
            last.subject
        )),
        None => error
            .hint("git plan log   lists the operations; git plan undo OP takes one of them back"),
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
