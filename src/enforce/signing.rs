//! Whose signature a record has, by the lines that tell who may sign.
//!
//! A line is one of an allowed-signers file of SSH, or `<e-mail> openpgp <fingerprint>`. Where the
//! administrator of the machine names a file of them (`plan.signers`), no plan has a say in it.

use std::fs;
use std::path::Path;

use crate::gate::{Answer, Signer};
use crate::git::{Repo, SignatureFormat, SignedBy, Signers, Verdict};
use crate::model::{Person, Record};

/// The word of a line that is about a key of OpenPGP.
const OPENPGP: &str = "openpgp";

/// The lines of this machine's own file of signers, where its configuration names one: the user's,
/// or that of a bare repository, which nobody fetches.
pub(super) fn own_lines(repo: &Repo) -> Answer<Option<Vec<String>>> {
    let key = "plan.signers";
    let bare = || repo.config(key).filter(|_| repo.is_bare());
    let Some(path) = repo.user_config(key).or_else(bare) else {
        return Ok(None);
    };
    if !Path::new(&path).is_absolute() {
        return Err(format!("{key} is '{path}', which is not an absolute path"));
    }
    let text =
        fs::read_to_string(&path).map_err(|error| format!("could not read {path}: {error}"))?;
    Ok(Some(text.lines().map(str::to_owned).collect()))
}

/// Whose signature a record has, where only those may sign whom the lines name.
pub(super) fn signer(repo: &Repo, record: &Record, lines: &[String]) -> Answer<Signer> {
    let Some(signature) = &record.signature else {
        return Ok(Signer::Nobody);
    };
    let of_ssh = lines.iter().filter(|line| openpgp(line).is_none());
    let text: String = of_ssh.map(|line| format!("{line}\n")).collect();
    let signers = Signers::Text(&text);
    let verdict = repo.verify(&record.signed_bytes(), signature, signers, record.when.0);
    let verdict = verdict.map_err(|error| format!("a signature cannot be verified: {error}"))?;
    Ok(match verdict {
        Verdict::Bad(why) => Signer::Bad(format!("its signature does not count: {why}")),
        Verdict::Good(by) => principal(&by, record, lines),
    })
}

/// The name of the signer: the one that the record names, if it is one of theirs.
fn principal(by: &SignedBy, record: &Record, lines: &[String]) -> Signer {
    let who = Person::of(&record.who);
    let known: Vec<&str> = match by.format {
        SignatureFormat::Ssh => by.principals.iter().map(String::as_str).collect(),
        SignatureFormat::OpenPgp => {
            let fitting = lines.iter().filter_map(|line| openpgp(line));
            let fitting = fitting.filter(|(_, key)| key.eq_ignore_ascii_case(&by.key));
            fitting
                .map(|(email, _)| email)
                .filter(|email| by.is(email))
                .collect()
        }
    };
    let named = known.iter().find(|name| name.to_lowercase() == who.email());
    match named.or(known.first()) {
        Some(name) => Signer::Good((*name).to_owned()),
        None => Signer::Bad(format!(
            "its signature does not count: {} is not among those who may sign",
            by.principal
        )),
    }
}

/// E-mail address and fingerprint of a line that is about a key of OpenPGP.
fn openpgp(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_whitespace();
    let (email, kind, key) = (words.next()?, words.next()?, words.next()?);
    (kind.eq_ignore_ascii_case(OPENPGP) && words.next().is_none()).then_some((email, key))
}
