//! How each hook stands: whether Git runs it, and whose it is.

use std::fs;
use std::path::{Path, PathBuf};

use super::foreign::{self, Tool};
use super::place::Place;
use super::present::{self, Present};
use super::{Hook, Result, VERSION};

/// How a hook stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Ours, and as this version writes it.
    Current,
    /// Ours, of an older version.
    Old,
    /// Ours, and the program that it names is gone.
    NoBinary,
    /// Ours, and edited.
    Edited,
    /// Ours, and Git does not run it: it is not executable.
    NotExecutable,
    /// Somebody else's, which calls this program.
    Called,
    /// Somebody else's.
    Foreign,
    /// There is none.
    Absent,
}

impl State {
    /// A word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Old => "old",
            Self::NoBinary => "no_binary",
            Self::Edited => "edited",
            Self::NotExecutable => "not_executable",
            Self::Called => "called",
            Self::Foreign => "foreign",
            Self::Absent => "absent",
        }
    }

    /// Whether this program has its say in the hook.
    pub fn works(self) -> bool {
        matches!(
            self,
            Self::Current | Self::Old | Self::Edited | Self::Called
        )
    }
}

/// A hook, and how it stands.
#[derive(Debug, Clone)]
pub struct Row {
    /// The hook.
    pub hook: Hook,
    /// The file that Git runs, where there is one.
    pub path: PathBuf,
    /// How it stands.
    pub state: State,
    /// Who wrote it, where somebody else did.
    pub tool: Tool,
    /// The program that it starts first, where it is ours.
    pub binary: Option<String>,
    /// The hook that runs before ours, where there is one.
    pub before: Option<PathBuf>,
    /// The file with the call, where somebody else's calls this program.
    pub caller: Option<PathBuf>,
}

/// How hooks stand.
///
/// # Errors
/// Where a file cannot be read.
pub fn look(place: &Place, hooks: &[Hook]) -> Result<Vec<Row>> {
    hooks.iter().map(|hook| row(place, *hook)).collect()
}

fn row(place: &Place, hook: Hook) -> Result<Row> {
    let path = place.file(hook);
    let absent = Row {
        hook,
        state: State::Absent,
        tool: Tool::Unknown,
        binary: None,
        before: None,
        caller: None,
        path: path.clone(),
    };
    let Some(folder) = place.looked_into() else {
        return Ok(absent);
    };
    Ok(match present::look(hook, &path)? {
        Present::Nothing => {
            let tool = Tool::of_folder(folder);
            Row { tool, ..absent }
        }
        Present::Ours {
            shim,
            is_executable,
        } => {
            let before = path.with_file_name(hook.before());
            let has_binary = shim.binary.as_deref().is_some_and(is_program);
            Row {
                state: match () {
                    () if !is_executable => State::NotExecutable,
                    () if !shim.is_pristine => State::Edited,
                    () if !has_binary => State::NoBinary,
                    () if shim.version < VERSION => State::Old,
                    () => State::Current,
                },
                binary: shim.binary,
                before: before.symlink_metadata().is_ok().then_some(before),
                ..absent
            }
        }
        Present::Foreign {
            tool,
            is_executable,
            ..
        } => {
            let tool = match tool {
                Tool::Unknown => Tool::of_folder(folder),
                known => known,
            };
            let caller = foreign::caller(place, hook, tool).filter(|_| is_executable);
            let state = match caller {
                Some(_) => State::Called,
                None => State::Foreign,
            };
            Row {
                state,
                tool,
                caller,
                ..absent
            }
        }
    })
}

fn is_program(path: &str) -> bool {
    let metadata = fs::metadata(Path::new(path));
    metadata.is_ok_and(|metadata| present::is_executable(&metadata))
}
