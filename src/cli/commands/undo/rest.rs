//! What an operation changed besides the values of known keys: comments, keys that this version does not
//! know, and files that are no entity. They come back where they are as it left them.

use super::super::super::error::Result;
use super::super::super::mutation::Scope;
use crate::format::text;
use crate::git::TreeChange;
use crate::model::Target;
use crate::store::history::{self, Operation};
use crate::store::{Error as StoreError, Exchange, Snapshot, Written, paths, plain};

/// Restores comments, and keys that this version does not know, where a file is still as the
/// operation left it.
pub(super) fn restore_texts(scope: &mut Scope<'_, '_>, operation: &Operation) -> Result<()> {
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
            .is_none_or(|then| rest_differs(&target, &text, then));
        if from == then && changed {
            scope
                .draft
                .write_over(&plan, target, Written { text, from });
        }
    }
    Ok(())
}

/// Puts back the files that are no entity: documents of plans, and what is beside them. Tells what is
/// left as it is, and why.
pub(super) fn restore_files(
    scope: &mut Scope<'_, '_>,
    operation: &Operation,
    left: &mut Vec<String>,
) -> Result<()> {
    for change in history::files_beside(scope.store.repo, operation)? {
        let path = change.path.to_string();
        if let Some(why) = put_back(scope, &path, &change)? {
            left.push(format!("{path}: {why}"));
        }
    }
    Ok(())
}

/// Puts one back; where it is left, why.
fn put_back(
    scope: &mut Scope<'_, '_>,
    path: &str,
    change: &TreeChange,
) -> Result<Option<&'static str>> {
    let exchange = match (plain(change.new), plain(change.old)) {
        (Ok(from), Ok(to)) => Exchange::object(from, to),
        (Err(why), _) | (_, Err(why)) => return Ok(Some(why)),
    };
    match scope.draft.exchange(path, exchange) {
        Err(StoreError::AnotherFile(_)) => Ok(Some("it was changed since")),
        other => Ok(other.map(|()| None)?),
    }
}

/// Whether more differs than the values of known keys.
fn rest_differs(target: &Target, one: &str, other: &str) -> bool {
    let with_values = match target {
        Target::Task(id) => {
            text::read_task(one, *id).and_then(|task| text::task(Some(other), &task))
        }
        Target::Register(id) => {
            text::read_entry(one, *id).and_then(|entry| text::entry(Some(other), &entry))
        }
        _ => text::read_header(one).and_then(|header| text::header(Some(other), &header)),
    };
    with_values.is_ok_and(|text| text != one)
}
