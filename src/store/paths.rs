//! Where things are on the plan ref.

use crate::model::{CheckpointId, EntryId, RecordId, Slug, SpecForm, TaskId};
pub use crate::review::Owner;

/// The folder that holds everything.
pub const ROOT: &str = ".plans";
/// The file that tells the version of the rest.
pub const FORMAT: &str = ".plans/format.toml";

/// A plan's folder.
pub fn plan(plan: &Slug) -> String {
    format!("{ROOT}/{plan}")
}

/// A plan's header.
pub fn header(plan: &Slug) -> String {
    format!("{ROOT}/{plan}/plan.toml")
}

/// A task's file.
pub fn task(plan: &Slug, id: TaskId) -> String {
    format!("{ROOT}/{plan}/tasks/{}/{id}.toml", id.folder())
}

/// A record's file.
pub fn record(plan: &Slug, id: RecordId) -> String {
    format!("{ROOT}/{plan}/evidence/{}/{id}.toml", id.folder())
}

/// The file of an entry of the register.
pub fn entry(plan: &Slug, id: EntryId) -> String {
    format!("{ROOT}/{plan}/registers/{id}.toml")
}

/// The file of a specification.
pub fn spec(plan: &Slug, name: &Slug, form: SpecForm) -> String {
    format!("{ROOT}/{plan}/specs/{name}.{}", form.extension())
}

/// A checkpoint's folder.
pub fn checkpoint(plan: &Slug, id: CheckpointId) -> String {
    format!("{ROOT}/{plan}/checkpoints/{id}")
}

/// The file of a checkpoint's folder that says what it is.
pub const CHECKPOINT_RECORD: &str = "checkpoint.toml";
/// The file of a checkpoint's folder that leads from its base to its snapshot.
pub const CHECKPOINT_PATCH: &str = "changes.patch";

/// The ref that keeps a checkpoint's snapshot.
pub fn snapshot_ref(plan: &Slug, id: CheckpointId, private: bool) -> String {
    let folder = match private {
        true => PRIVATE_SNAPSHOTS,
        false => SNAPSHOTS,
    };
    format!("{folder}/{plan}/{id}")
}

/// What the refs of shared snapshots begin with.
pub const SNAPSHOTS: &str = "refs/plans/checkpoints";
/// What is never shared begins with this.
pub const PRIVATE: &str = "refs/plans/private/";
/// What the refs of private snapshots begin with.
pub const PRIVATE_SNAPSHOTS: &str = "refs/plans/private/snapshots";
/// The ref that holds the records of private checkpoints, in the form of the plan ref.
pub const PRIVATE_LOG: &str = "refs/plans/private/log";
/// The message of the one commit on it, by which it is known under any other name.
pub const PRIVATE_LOG_MESSAGE: &str = "private checkpoints\n";

/// Whether a path on the plan ref lies among the records of a plan.
pub fn is_evidence(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.next() == Some(ROOT) && parts.nth(1) == Some("evidence")
}

/// What a path on the plan ref belongs to.
pub fn owner(path: &str) -> Owner {
    let parts: Vec<&str> = path.split('/').collect();
    let found = match parts.as_slice() {
        [ROOT, "format.toml"] => Some(Owner::Format),
        [ROOT, plan, "plan.toml"] => plan.parse().ok().map(Owner::Header),
        [ROOT, plan, "tasks", folder, file] => id_and_plan::<TaskId>(plan, file)
            .filter(|(_, id)| id.folder() == *folder)
            .map(|(plan, id)| Owner::Task(plan, id)),
        [ROOT, plan, "evidence", folder, file] => id_and_plan::<RecordId>(plan, file)
            .filter(|(_, id)| id.folder() == *folder)
            .map(|(plan, id)| Owner::Record(plan, id)),
        [ROOT, plan, "registers", file] => {
            id_and_plan(plan, file).map(|(plan, id)| Owner::Register(plan, id))
        }
        [ROOT, plan, "checkpoints", id, CHECKPOINT_RECORD] => {
            let names = plan.parse().ok().zip(id.parse().ok());
            names.map(|(plan, id)| Owner::Checkpoint(plan, id))
        }
        [ROOT, plan, "checkpoints", id, CHECKPOINT_PATCH] => {
            let names = plan.parse().ok().zip(id.parse().ok());
            names.map(|(plan, id)| Owner::Patch(plan, id))
        }
        [ROOT, plan, "specs", file] => spec_in(plan, file),
        [ROOT, plan, "docs", _, ..] => plan.parse().ok().map(Owner::Document),
        [ROOT, plan, _, ..] => plan.parse().ok().map(Owner::Unknown),
        _ => None,
    };
    // A name that is none leaves a file that nobody reads.
    let of_plan = || match parts.as_slice() {
        [ROOT, plan, _, ..] => plan.parse().ok().map(Owner::Unknown),
        _ => None,
    };
    found.or_else(of_plan).unwrap_or(Owner::Other)
}

fn spec_in(plan: &str, file: &str) -> Option<Owner> {
    SpecForm::ALL.into_iter().find_map(|form| {
        let name = file.strip_suffix(form.extension())?.strip_suffix('.')?;
        Some(Owner::Spec(plan.parse().ok()?, name.parse().ok()?, form))
    })
}

fn id_and_plan<T: std::str::FromStr>(plan: &str, file: &str) -> Option<(Slug, T)> {
    Some((
        plan.parse().ok()?,
        file.strip_suffix(".toml")?.parse().ok()?,
    ))
}
