//! The script that is put in place, and how one of ours is recognised.
//!
//! Its second line tells its hook, its version and a digest of all the rest: so that a script of any
//! version is known to be as it was written, or edited since.

use sha2::{Digest as _, Sha256};

use super::Hook;

/// The version of the script; raised with each change of its text.
pub const VERSION: u32 = 1;

const TEXT: &str = include_str!("../../hooks/shim.sh");
const MARK: &str = "# git-plan hook: ";
const RECORDED: &str = "recorded=";

/// A script of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shim {
    /// The version that it was written in.
    pub(super) version: u32,
    /// The path of the program that it starts first; none where it cannot be made out.
    pub(super) binary: Option<String>,
    /// Whether it is as it was written.
    pub(super) is_pristine: bool,
}

/// The script of a hook that starts the program at this absolute path.
pub(super) fn text(hook: Hook, binary: &str) -> String {
    let plain = TEXT
        .replace("@HOOK@", hook.as_str())
        .replace("@VERSION@", &VERSION.to_string())
        .replace("@BINARY@", &quoted(binary));
    let digest = digest(&plain.replacen("@DIGEST@", "", 1));
    plain.replacen("@DIGEST@", &digest, 1)
}

/// The script in these bytes, where it is one of ours for this hook.
pub(super) fn read(hook: Hook, bytes: &[u8]) -> Option<Shim> {
    let text = String::from_utf8_lossy(bytes);
    let mark = text.lines().nth(1)?.strip_prefix(MARK)?;
    let (version, digest) = mark
        .strip_prefix(hook.as_str())?
        .strip_prefix(", version ")?
        .split_once(", ")?;
    Some(Shim {
        version: version.parse().ok()?,
        binary: recorded(&text),
        is_pristine: is_pristine(&text, digest),
    })
}

fn is_pristine(text: &str, expected: &str) -> bool {
    let behind = format!(", {expected}\n");
    let rest = text.replacen(&behind, ", \n", 1);
    !expected.is_empty() && digest(&rest) == expected
}

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A word that `sh` reads as it is, whatever is in it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The path that a script starts first.
fn recorded(text: &str) -> Option<String> {
    let start = text.find(&format!("\n{RECORDED}'"))? + RECORDED.len() + 2;
    let mut path = String::new();
    let mut rest = text.get(start..)?;
    loop {
        let (part, behind) = rest.split_once('\'')?;
        path.push_str(part);
        match behind.strip_prefix(r"\''") {
            Some(behind) => {
                path.push('\'');
                rest = behind;
            }
            None => return Some(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_recognised() {
        for path in [
            "/usr/bin/git-plan",
            "/it's/a b/'git-plan",
            "/$x/\"\\/@HOOK@\n",
        ] {
            for hook in Hook::ALL {
                let text = text(hook, path);
                let shim = read(hook, text.as_bytes()).unwrap();
                assert!(shim.is_pristine);
                assert_eq!(shim.version, VERSION);
                assert_eq!(shim.binary.as_deref(), Some(path));
            }
        }
    }

    #[test]
    fn every_edit_is_seen() {
        let text = text(Hook::PrePush, "/bin/git-plan");
        for edited in [
            format!("{text}\n"),
            text.replace("exit 1", "exit 0"),
            text.replace("version 1", "version 2"),
            text.replace('\n', "\r\n"),
        ] {
            let shim = read(Hook::PrePush, edited.as_bytes());
            assert!(shim.is_none_or(|shim| !shim.is_pristine), "{edited}");
        }
        assert_eq!(read(Hook::CommitMsg, text.as_bytes()), None);
        assert_eq!(read(Hook::PrePush, b"#!/bin/sh\ngit plan status\n"), None);
    }
}
