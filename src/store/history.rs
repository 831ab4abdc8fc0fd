//! What was done on the plan ref, and what would take it back.

use std::collections::{HashMap, HashSet};

use super::privatize::WRITTEN_ANEW;
use super::{Error, Place, Result, Snapshot, difference, paths};
use crate::git::{self, Commit, Oid, Repo, TreeChange};
use crate::model::{Edit, Slug, Time};
use crate::review::{File, Owner};

/// A commit on the plan ref.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The commit.
    pub oid: Oid,
    /// The commits before it.
    pub parents: Vec<Oid>,
    /// When.
    pub when: Time,
    /// Who, as `Name <e-mail>`.
    pub who: String,
    /// Who recorded it: the e-mail address alone.
    pub email: String,
    /// What was done.
    pub subject: String,
    /// The command.
    pub operation: Option<String>,
    /// The agent that acted.
    pub agent: Option<String>,
    /// The entities.
    pub entities: Vec<String>,
    /// The operation that it took back.
    pub undoes: Option<Oid>,
    /// What of that alone it took back; none: all of it.
    pub only: Vec<String>,
}

impl Operation {
    /// Whether it was done on that plan, by what its subject says.
    pub fn is_of(&self, plan: &Slug) -> bool {
        let of = self.subject.split_once(": ").map(|(plan, _)| plan);
        of == Some(plan.as_str())
    }

    /// Whether two histories met here; a merge is no operation that could be taken back.
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }

    fn of(commit: Commit) -> Self {
        let message = String::from_utf8_lossy(&commit.message).into_owned();
        let trailer = |name: &str| trailers(&message, name).next();
        Self {
            oid: commit.oid,
            parents: commit.parents,
            when: Time(commit.author.time.seconds),
            who: format!("{} <{}>", commit.author.name, commit.author.email),
            email: commit.committer.email,
            subject: message.lines().next().unwrap_or_default().to_owned(),
            operation: trailer("Plan-Op"),
            agent: trailer("Plan-As"),
            entities: trailers(&message, "Plan-Id").collect(),
            only: trailers(&message, "Plan-Only").collect(),
            undoes: trailer("Plan-Undo").and_then(|word| Oid::from_hex(word.as_bytes()).ok()),
        }
    }
}

fn trailers<'a>(message: &'a str, name: &'a str) -> impl Iterator<Item = String> + 'a {
    message.lines().skip(1).filter_map(move |line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

/// The operations from a commit back, newest first, read as they are asked for.
pub fn operations(repo: &Repo, tip: Oid) -> impl Iterator<Item = Result<Operation>> + '_ {
    repo.walk(tip).map(|commit| Ok(Operation::of(commit?)))
}

/// The last state of the plans that was stored until a moment, that stands on nothing later, and on
/// which all that is later stands: the side of a merge is none, whatever its date. None where that is
/// before the first plan.
///
/// # Errors
/// Those of reading commits: [`git::Error::Missing`] where a shallow clone ends before.
pub fn last_until(repo: &Repo, tip: Option<Oid>, until: Time) -> git::Result<Option<Oid>> {
    let Some(tip) = tip else {
        return Ok(None);
    };
    let commits: Vec<Commit> = repo.walk(tip).collect::<git::Result<_>>()?;
    let mut children: HashMap<Oid, Vec<Oid>> = HashMap::new();
    for commit in &commits {
        for parent in &commit.parents {
            children.entry(*parent).or_default().push(commit.oid);
        }
    }
    let standing_on = |oid: &Oid| children.get(oid).into_iter().flatten();
    let is_later = |commit: &&Commit| commit.committer.time.seconds > until.0;
    let mut open: Vec<Oid> = commits.iter().filter(is_later).map(|one| one.oid).collect();
    let mut later: HashSet<Oid> = open.iter().copied().collect();
    while let Some(oid) = open.pop() {
        open.extend(standing_on(&oid).filter(|child| later.insert(**child)));
    }
    // Where what is later begins: it stands on all of these.
    let is_last = |oid: &Oid| {
        let is_early = !later.contains(oid);
        is_early && (*oid == tip || standing_on(oid).any(|child| later.contains(child)))
    };
    let mut last = commits.iter().map(|commit| commit.oid).filter(is_last);
    let Some(mut state) = last.next() else {
        let known: HashSet<Oid> = commits.iter().map(|commit| commit.oid).collect();
        let mut parents = commits.iter().flat_map(|commit| &commit.parents);
        let missing = parents.find(|parent| !known.contains(*parent));
        return missing.map_or(Ok(None), |oid| Err(git::Error::Missing(*oid)));
    };
    for other in last {
        match repo.merge_base(state, other)? {
            Some(base) => state = base,
            None => return Ok(None),
        }
    }
    Ok(Some(state))
}

/// One operation.
///
/// # Errors
/// Those of reading the commit.
pub fn operation(repo: &Repo, oid: Oid) -> Result<Operation> {
    Ok(Operation::of(repo.commit(oid)?))
}

/// The files in which an operation's state differs from the one before it; of a merge, from all
/// before it.
///
/// # Errors
/// Those of reading.
pub fn files(repo: &Repo, operation: &Operation) -> Result<Vec<File>> {
    let before = match operation.parents.first() {
        Some(parent) => Some(repo.commit(*parent)?.tree),
        None => None,
    };
    let after = repo.commit(operation.oid)?.tree;
    let mut files = difference::between(repo, before, Some(after))?;
    for parent in operation.parents.iter().skip(1) {
        let changes = repo.bounded_tree_changes(repo.commit(*parent)?.tree, after)?;
        let paths = changes.iter().map(|change| change.path.to_string());
        let differing: HashSet<String> = paths.collect();
        files.retain(|file| differing.contains(&file.path));
    }
    Ok(files)
}

/// The files that are no entity, and that an operation changed: documents of plans, and what is beside
/// them.
///
/// # Errors
/// Those of reading.
pub fn files_beside(repo: &Repo, operation: &Operation) -> Result<Vec<TreeChange>> {
    let before = match operation.parents.first() {
        Some(parent) => repo.commit(*parent)?.tree,
        None => repo.empty_tree(),
    };
    let after = repo.commit(operation.oid)?.tree;
    let is_beside = |change: &TreeChange| {
        let path = change.path.to_string();
        let owner = paths::owner(&path);
        path != paths::FORMAT
            && matches!(owner, Owner::Document(_) | Owner::Unknown(_) | Owner::Other)
    };
    let mut changes = repo.bounded_tree_changes(before, after)?;
    changes.retain(is_beside);
    Ok(changes)
}

/// The edits that an operation made, as the difference to the state before it.
///
/// # Errors
/// Those of reading; [`Error::Broken`] where a file of either state cannot be read.
pub fn edits(repo: &Repo, operation: &Operation) -> Result<Vec<(Slug, Edit)>> {
    edits_of(&files(repo, operation)?)
}

/// The edits of files.
///
/// # Errors
/// [`Error::Broken`] where a file of either state cannot be read.
pub fn edits_of(files: &[File]) -> Result<Vec<(Slug, Edit)>> {
    let mut edits = Vec::new();
    for file in files {
        let Some(plan) = file.owner.plan() else {
            continue;
        };
        if let Some((line, cause)) = file.broken() {
            return Err(Error::Broken {
                path: file.path.clone(),
                line,
                cause: cause.to_owned(),
            });
        }
        edits.extend(file.edits.iter().map(|edit| (plan.clone(), edit.clone())));
    }
    Ok(edits)
}

/// This person's last operation in this clone, on one plan or on any, that was not taken back: none
/// that came by a merge or a fetch, none that took another back.
///
/// # Errors
/// Those of reading the reflog and history.
pub fn last_own(
    snapshot: &Snapshot<'_>,
    place: &Place,
    (email, passed): (&str, &HashSet<Oid>),
    plan: Option<&Slug>,
) -> Result<Option<Operation>> {
    let repo = snapshot.repo;
    let Some(tip) = snapshot.source.commit else {
        return Ok(None);
    };
    let here = recorded_here(repo, place)?;
    let mut undone = HashSet::new();
    for operation in operations(repo, tip) {
        let operation = operation?;
        if let Some(target) = operation.undoes {
            // What is left of one that was taken back in part can still be.
            if operation.only.is_empty() && !undone.contains(&operation.oid) {
                undone.insert(target);
            }
            continue;
        }
        let is_own = here.contains(&operation.oid) && operation.email == email;
        let is_own = is_own && !passed.contains(&operation.oid);
        let is_own = is_own && plan.is_none_or(|plan| operation.is_of(plan));
        if is_own && !operation.is_merge() && !undone.contains(&operation.oid) {
            return Ok(Some(operation));
        }
    }
    Ok(None)
}

/// Whether some of an operation was taken back, by its keys or its entities.
///
/// # Errors
/// Those of reading history.
pub fn is_taken_back_in_part(snapshot: &Snapshot<'_>, operation: &Operation) -> Result<bool> {
    let tip = snapshot.source.commit.into_iter();
    for later in tip.flat_map(|tip| operations(snapshot.repo, tip)) {
        let later = later?;
        if later.oid == operation.oid {
            break;
        }
        if later.undoes == Some(operation.oid) && !later.only.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The operations that were recorded in this clone, as its reflog remembers them.
fn recorded_here(repo: &Repo, place: &Place) -> Result<HashSet<Oid>> {
    let mut here = HashSet::new();
    for entry in repo.reflog(&place.reference)? {
        if entry.message == WRITTEN_ANEW {
            here.extend(repo.beyond(entry.new, entry.old)?);
        } else if entry.message.starts_with("plan: ") {
            here.insert(entry.new);
        }
    }
    Ok(here)
}

/// The message of a commit; where it took an operation back that has another id now, with that.
pub(super) fn with_renamed_undo(commit: &Commit, renamed: &HashMap<Oid, Oid>) -> Vec<u8> {
    let undoes = Operation::of(commit.clone()).undoes;
    let renaming = undoes.and_then(|old| Some((old, renamed.get(&old)?)));
    match (renaming, str::from_utf8(&commit.message)) {
        (Some((old, new)), Ok(text)) => text.replace(&old.to_string(), &new.to_string()).into(),
        _ => commit.message.clone(),
    }
}
