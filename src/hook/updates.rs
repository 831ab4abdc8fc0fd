//! What a push is about to change, as Git tells `pre-push` and `pre-receive` on standard input.

use std::io::Read;

use crate::enforce::Update;
use crate::git::Oid;

/// Why the input cannot be used. A line that is not understood is never passed over: it could be
/// the one that matters.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Standard input cannot be read.
    #[error("could not read what Git says about the push: {0}")]
    Read(#[from] std::io::Error),
    /// A line is not as Git writes it.
    #[error("cannot understand what Git says about the push, line {line}: \"{text}\"")]
    Line {
        /// The line's number, from 1.
        line: usize,
        /// The line.
        text: String,
    },
}

/// Reads all of the input of `pre-push`: `<local ref> <local oid> <remote ref> <remote oid>`.
///
/// # Errors
/// [`Error`].
pub fn of_pre_push(input: impl Read) -> Result<Vec<Update>, Error> {
    read(input, |line| {
        // The pusher may have written a local name with blanks: `HEAD@{1 day ago}`.
        let mut words = line.rsplitn(4, ' ');
        let (remote, remote_ref) = (words.next()?, words.next()?);
        let (local, local_ref) = (words.next()?, words.next()?);
        Some(Update {
            local_ref: local_ref.to_owned(),
            local: oid(local)?,
            remote_ref: full_name(remote_ref)?,
            remote: oid(remote)?,
        })
    })
}

/// Reads all of the input of `pre-receive`: `<old oid> <new oid> <ref>`.
///
/// # Errors
/// [`Error`].
pub fn of_pre_receive(input: impl Read) -> Result<Vec<Update>, Error> {
    read(input, |line| {
        let mut words = line.splitn(3, ' ');
        let (old, new) = (words.next()?, words.next()?);
        let name = full_name(words.next()?)?;
        Some(Update {
            local_ref: name.clone(),
            local: oid(new)?,
            remote_ref: name,
            remote: oid(old)?,
        })
    })
}

fn read(
    mut input: impl Read,
    parse: impl Fn(&str) -> Option<Update>,
) -> Result<Vec<Update>, Error> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    let update = |(at, line): (usize, &[u8])| {
        // A name that is no UTF-8 is one that no rule names.
        let text = String::from_utf8_lossy(line).into_owned();
        parse(&text).ok_or(Error::Line { line: at + 1, text })
    };
    lines.map(update).collect()
}

/// An id of either hash; none inside for the one of zeros.
fn oid(word: &str) -> Option<Option<Oid>> {
    let oid = Oid::from_hex(word.as_bytes()).ok()?;
    Some(Some(oid).filter(|oid| !oid.is_null()))
}

fn full_name(word: &str) -> Option<String> {
    let is_full = word.starts_with("refs/") && !word.contains(char::is_whitespace);
    is_full.then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "1111111111111111111111111111111111111111";
    const ZERO: &str = "0000000000000000000000000000000000000000";

    #[test]
    fn every_form_of_a_push_is_read() {
        let long = "2".repeat(64);
        let long_zero = "0".repeat(64);
        let input = format!(
            "refs/heads/a {A} refs/heads/b {ZERO}\n\
             (delete) {ZERO} refs/heads/c {A}\n\
             HEAD {A} refs/heads/d {A}\n\
             HEAD@{{1 day ago}} {long} refs/tags/e {long_zero}\n"
        );
        let updates = of_pre_push(input.as_bytes()).unwrap();
        let told: Vec<_> = updates
            .iter()
            .map(|update| {
                let known = (update.local.is_some(), update.remote.is_some());
                (&*update.local_ref, &*update.remote_ref, known)
            })
            .collect();
        assert_eq!(
            told,
            [
                ("refs/heads/a", "refs/heads/b", (true, false)),
                ("(delete)", "refs/heads/c", (false, true)),
                ("HEAD", "refs/heads/d", (true, true)),
                ("HEAD@{1 day ago}", "refs/tags/e", (true, false)),
            ]
        );
        assert_eq!(of_pre_push(&b""[..]).unwrap(), []);
    }

    #[test]
    fn a_server_is_told_in_another_order() {
        let input = format!("{ZERO} {A} refs/heads/a\n{A} {ZERO} refs/heads/b");
        let updates = of_pre_receive(input.as_bytes()).unwrap();
        assert_eq!(updates[0].local.unwrap().to_string(), A);
        assert_eq!(updates[0].remote, None);
        assert_eq!(updates[1].local, None);
        assert_eq!(updates[1].remote_ref, "refs/heads/b");
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for line in [
            "garbage".to_owned(),
            format!("refs/heads/a {A} refs/heads/b"),
            format!("refs/heads/a {A} main {A}"),
            format!("refs/heads/a 12 refs/heads/b {A}"),
            format!("refs/heads/a {A} refs/heads/b {A} \n"),
            String::from("\n"),
        ] {
            let input = format!("refs/heads/x {A} refs/heads/y {A}\n{line}\n");
            assert!(of_pre_push(input.as_bytes()).is_err(), "{line}");
            assert!(of_pre_receive(input.as_bytes()).is_err(), "{line}");
        }
        assert!(of_pre_push(&b"\xff\n"[..]).is_err());
    }
}
