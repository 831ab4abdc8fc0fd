//! Putting hooks in place: all of them, or none where one is somebody else's.

use std::path::{Path, PathBuf};

use super::foreign::{self, Tool};
use super::place::{Kind, Place};
use super::present::{self, Present, is_same_file};
use super::step::{Act, Step, sweep};
use super::{Hook, Result, VERSION, shim};

/// What is to be put in place.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// The hooks.
    pub hooks: &'a [Hook],
    /// The program that they start first: an absolute path.
    pub binary: &'a str,
    /// Whether a hook of somebody else is put aside, to run first.
    pub chain: bool,
}

/// Why a hook cannot be put in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Somebody else's is there.
    Foreign,
    /// Somebody else's is there, and asks by which name it was called: aside it would have another.
    ReadsItsName,
    /// The folder that Git looks into is not this clone's own.
    NotOurFolder,
    /// Hooks are switched off.
    Off,
    /// One of ours is there, and somebody edited it.
    Edited,
    /// Somebody else's is there, and another one is put aside already.
    TwoBefore,
}

/// A hook that cannot be put in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The hook.
    pub hook: Hook,
    /// The file that is in the way.
    pub path: PathBuf,
    /// Who wrote it.
    pub tool: Tool,
    /// Why it is in the way.
    pub why: Why,
    /// The file in which a line makes up for it, and that line.
    pub line: (PathBuf, String),
}

/// What would be done.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// A step a hook.
    pub steps: Vec<Step>,
    /// What is in the way. Where there is something, nothing is done.
    pub obstacles: Vec<Obstacle>,
}

/// Decides what is to be done; writes nothing.
///
/// # Errors
/// Where a file cannot be read.
pub fn decide(place: &Place, wish: Wish<'_>) -> Result<Decision> {
    let mut decision = Decision::default();
    for &hook in wish.hooks {
        let path = place.file(hook);
        match act(place, wish, hook, &path)? {
            Ok(act) => decision.steps.push(Step { hook, path, act }),
            Err((tool, why)) => decision.obstacles.push(Obstacle {
                hook,
                path,
                tool,
                why,
                line: foreign::line(place, hook, tool),
            }),
        }
    }
    Ok(decision)
}

type Verdict = Result<Act, (Tool, Why)>;

fn act(place: &Place, wish: Wish<'_>, hook: Hook, path: &Path) -> Result<Verdict> {
    if place.writable().is_none() {
        return Ok(outside(place, hook));
    }
    let before = path.with_file_name(hook.before());
    Ok(match present::look(hook, path)? {
        Present::Nothing => Ok(Act::Install),
        Present::Ours { shim, .. } if !shim.is_pristine => Err((Tool::Unknown, Why::Edited)),
        Present::Ours {
            shim,
            is_executable,
        } => {
            let is_current = shim.version >= VERSION
                && shim.binary.as_deref() == Some(wish.binary)
                && is_executable;
            Ok(if is_current { Act::Nothing } else { Act::Renew })
        }
        Present::Foreign {
            tool,
            reads_its_name,
            ..
        } => match foreign::caller(place, hook, tool) {
            Some(caller) => Ok(Act::Called(caller)),
            // A kill came between the two names and ours: what was wished then is gone on with.
            None if is_same_file(path, &before) => Ok(Act::Chain),
            None if reads_its_name => Err((tool, Why::ReadsItsName)),
            None if !wish.chain => Err((tool, Why::Foreign)),
            None if before.symlink_metadata().is_ok() => Err((tool, Why::TwoBefore)),
            None => Ok(Act::Chain),
        },
    })
}

/// The verdict where nothing may be written: it stands or falls with a call from what is there.
fn outside(place: &Place, hook: Hook) -> Verdict {
    let Some(folder) = place.looked_into() else {
        return Err((Tool::Unknown, Why::Off));
    };
    debug_assert_ne!(place.kind, Kind::Shared);
    let tool = Tool::of_folder(folder);
    match foreign::caller(place, hook, tool) {
        Some(caller) => Ok(Act::Called(caller)),
        None => Err((tool, Why::NotOurFolder)),
    }
}

impl Decision {
    /// Does it.
    ///
    /// # Errors
    /// Those of writing. A hook that is in place until then stays, and the same command goes on.
    pub fn carry_out(&self, binary: &str) -> Result<()> {
        if let Some(step) = self.steps.first() {
            sweep(step.path.parent().unwrap_or(Path::new(".")));
        }
        let mut steps = self.steps.iter();
        steps.try_for_each(|step| step.carry_out(&shim::text(step.hook, binary)))
    }
}
