//! Taking hooks away: those of ours that nobody edited; what was there before comes back as it was.

use std::path::Path;

use super::place::Place;
use super::present::{self, Present, is_same_file};
use super::step::{Act, Step, sweep};
use super::{Hook, Result};

/// Decides what is to be done, in every folder that something of ours may be in; writes nothing.
///
/// # Errors
/// Where a file cannot be read.
pub fn decide(place: &Place) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for folder in place.folders() {
        for hook in Hook::ALL {
            let path = folder.join(hook.as_str());
            if let Some(act) = act(hook, &path)? {
                steps.push(Step { hook, path, act });
            }
        }
    }
    Ok(steps)
}

fn act(hook: Hook, path: &Path) -> Result<Option<Act>> {
    let before = path.with_file_name(hook.before());
    let has_before = before.symlink_metadata().is_ok();
    Ok(match present::look(hook, path)? {
        Present::Ours { shim, .. } if !shim.is_pristine => Some(Act::LeaveEdited),
        Present::Ours { .. } if has_before => Some(Act::Restore),
        Present::Ours { .. } => Some(Act::Remove),
        // What a kill left: the old hook alone under its second name, or under both.
        Present::Nothing if has_before => Some(Act::Restore),
        Present::Foreign { .. } if is_same_file(path, &before) => Some(Act::Restore),
        Present::Foreign { .. } if has_before => Some(Act::LeaveBoth),
        Present::Nothing | Present::Foreign { .. } => None,
    })
}

/// Does it.
///
/// # Errors
/// Those of writing; the same command goes on from there.
pub fn carry_out(place: &Place, steps: &[Step]) -> Result<()> {
    place.folders().into_iter().for_each(sweep);
    steps.iter().try_for_each(|step| step.carry_out(""))
}
