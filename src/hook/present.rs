//! What is there in the place of a hook.

use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::Path;

use super::foreign::Tool;
use super::shim::{self, Shim};
use super::{Error, Hook, Result};

/// A hook's file longer than this is not read: it is no script of anybody's that we know.
const LONGEST: u64 = 1 << 20;

/// The file in the place of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Present {
    /// There is none.
    Nothing,
    /// A script of ours, as it was written or not.
    Ours { shim: Shim, is_executable: bool },
    /// Somebody else's.
    Foreign {
        tool: Tool,
        /// Whether it asks by which name it was called, which is another one once it is put aside.
        reads_its_name: bool,
        is_executable: bool,
    },
}

/// Looks at the file in the place of a hook.
pub(super) fn look(hook: Hook, path: &Path) -> Result<Present> {
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if is_absent(&error) => return Ok(Present::Nothing),
        metadata => metadata.map_err(Error::io("look at", path))?,
    };
    let target = fs::metadata(path).ok();
    let is_executable = target.as_ref().is_some_and(is_executable);
    let bytes = match target {
        Some(target) if target.is_file() && target.len() <= LONGEST => {
            fs::read(path).map_err(Error::io("read", path))?
        }
        _ => Vec::new(),
    };
    // A link to a script of ours is somebody's way to have it elsewhere: not ours to remove.
    let shim = shim::read(hook, &bytes).filter(|_| metadata.is_file());
    Ok(match shim {
        Some(shim) => Present::Ours {
            shim,
            is_executable,
        },
        None => foreign(&String::from_utf8_lossy(&bytes), is_executable),
    })
}

fn foreign(text: &str, is_executable: bool) -> Present {
    Present::Foreign {
        tool: Tool::of_script(text),
        reads_its_name: reads_its_name(text),
        is_executable,
    }
}

/// Whether a text has a line that calls this program for a hook.
pub(super) fn calls(hook: Hook, text: &str) -> bool {
    let lines = text.lines().map(str::trim_start);
    let calls = |line: &str| {
        ["git plan hook ", "git-plan hook "].iter().any(|call| {
            let behind = line.split_once(call).map(|(_, behind)| behind);
            behind
                .and_then(|behind| behind.strip_prefix(hook.as_str()))
                .is_some_and(|rest| !rest.starts_with(|c: char| c == '-' || c.is_alphanumeric()))
        })
    };
    lines.filter(|line| !line.starts_with('#')).any(calls)
}

fn reads_its_name(text: &str) -> bool {
    (text.contains("basename") && (text.contains("$0") || text.contains("__FILE__")))
        || ["${0##*/}", "$0:t", "BASH_SOURCE##"]
            .iter()
            .any(|way| text.contains(way))
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Whether Git would run a file, and `sh` start a program.
#[cfg(unix)]
pub(super) fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
pub(super) fn is_executable(metadata: &Metadata) -> bool {
    metadata.is_file()
}

/// Whether two paths are one file.
#[cfg(unix)]
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |path: &Path| {
        let metadata = fs::symlink_metadata(path).ok()?;
        Some((metadata.dev(), metadata.ino()))
    };
    id(one).is_some() && id(one) == id(other)
}

#[cfg(not(unix))]
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_seen_in_any_form() {
        for line in [
            "git plan hook pre-push \"$@\"",
            "  exec git-plan hook pre-push $*",
            "[ -n x ] && git plan hook pre-push",
            "      run: git plan hook pre-push {0}",
        ] {
            assert!(calls(Hook::PrePush, line), "{line}");
        }
        for line in [
            "# git plan hook pre-push \"$@\"",
            "git plan hook pre-push-more",
            "git plan hooks install",
            "git plan hook commit-msg \"$1\"",
        ] {
            assert!(!calls(Hook::PrePush, line), "{line}");
        }
    }
}
