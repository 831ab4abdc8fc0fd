//! OpenPGP signatures, by GnuPG or a program that takes its arguments.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::super::{Error, Repo, Result};
use super::programs::Program;
use super::{SignatureFormat, SignedBy, Verdict, bad};

pub(super) fn sign(repo: &Repo, bytes: &[u8]) -> Result<String> {
    let program = program(repo)?;
    let key = match repo.config("user.signingKey") {
        Some(key) => key,
        None => {
            let ident = repo.identity(|name| std::env::var(name).ok())?;
            format!("{} <{}>", ident.name(), ident.email())
        }
    };
    let words = ["--status-fd=2", "-bsau", &key].map(OsString::from);
    let output = program.run(&words, &std::env::temp_dir(), bytes)?;
    let status = String::from_utf8_lossy(&output.stderr);
    let created = status
        .lines()
        .any(|line| line.starts_with("[GNUPG:] SIG_CREATED "));
    if output.status.success() && created {
        return Ok(String::from_utf8_lossy(&output.stdout).replace('\r', ""));
    }
    Err(program.not_signed(&output))
}

pub(super) fn verify(repo: &Repo, bytes: &[u8], signature: &str) -> Result<Verdict> {
    let program = program(repo)?;
    let folder = tempfile::tempdir().map_err(Error::io("create", &std::env::temp_dir()))?;
    let file = folder.path().join("signature");
    fs::write(&file, signature).map_err(Error::io("write", &file))?;
    let mut words = ["--keyid-format=long", "--status-fd=1", "--verify"]
        .map(OsString::from)
        .to_vec();
    words.extend([file.into_os_string(), OsString::from("-")]);
    let output = program.run(&words, folder.path(), bytes)?;
    let status = String::from_utf8_lossy(&output.stdout);
    match Status::parse(&status, output.status.success()) {
        Err(why) => Ok(bad(why)),
        Ok(status) => judged(repo, &program, folder.path(), &status),
    }
}

fn judged(repo: &Repo, program: &Program, cwd: &Path, status: &Status<'_>) -> Result<Verdict> {
    let needed = needed(repo);
    if status.trust < needed {
        return Ok(bad("the key is not trusted enough on this machine"));
    }
    let key = status.key.to_owned();
    let principals = addresses(program, cwd, &key, needed)?;
    Ok(match principals.first().cloned() {
        Some(principal) => Verdict::Good(SignedBy {
            principal,
            principals,
            key,
            format: SignatureFormat::OpenPgp,
        }),
        None => bad("no user id of the key with an e-mail address is trusted enough"),
    })
}

/// How sure it is that a key belongs to whom it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Trust {
    None,
    Marginal,
    Fully,
    Ultimate,
}

/// What Git asks for in a merge, or more, if the user wants more; never less.
fn needed(repo: &Repo) -> Trust {
    let level = repo.user_config("gpg.minTrustLevel");
    match level.map(|level| level.to_lowercase()).as_deref() {
        Some("fully") => Trust::Fully,
        Some("ultimate") => Trust::Ultimate,
        _ => Trust::Marginal,
    }
}

/// What the program says of a good signature.
#[derive(Debug, PartialEq, Eq)]
struct Status<'text> {
    /// The fingerprint of the primary key.
    key: &'text str,
    trust: Trust,
}

impl<'text> Status<'text> {
    /// Why it is not good, otherwise. Exactly one good signature has to be there, and no other:
    /// several could be by several people.
    fn parse(text: &'text str, success: bool) -> std::result::Result<Self, &'static str> {
        let lines = text
            .lines()
            .filter_map(|line| line.strip_prefix("[GNUPG:] "));
        let (mut good, mut key, mut trust, mut why) = (0, None, Trust::None, None);
        for line in lines {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "GOODSIG" => good += 1,
                "VALIDSIG" => key = rest.split(' ').nth(9).or_else(|| rest.split(' ').next()),
                "TRUST_MARGINAL" => trust = Trust::Marginal,
                "TRUST_FULLY" => trust = Trust::Fully,
                "TRUST_ULTIMATE" => trust = Trust::Ultimate,
                "BADSIG" => why = Some("it is not of these bytes"),
                "EXPSIG" => why = Some("it has expired"),
                "EXPKEYSIG" => why = Some("the key has expired"),
                "REVKEYSIG" => why = Some("the key was revoked"),
                "ERRSIG" => why = Some("the key is not known on this machine"),
                _ => {}
            }
        }
        match (why, good, key) {
            (Some(why), _, _) => Err(why),
            (None, 1, Some(key)) if success => Ok(Self { key, trust }),
            _ => Err("it cannot be verified"),
        }
    }
}

/// The e-mail addresses of the user ids that are trusted: the one that the program prints with
/// the signature need not be.
fn addresses(program: &Program, cwd: &Path, key: &str, needed: Trust) -> Result<Vec<String>> {
    let words = ["--batch", "--with-colons", "--list-keys", key].map(OsString::from);
    let output = program.run(&words, cwd, &[])?;
    let text = String::from_utf8_lossy(&output.stdout);
    let trusted = text.lines().filter_map(|line| user_id(line, needed));
    let mut found: Vec<String> = Vec::new();
    for address in trusted.filter_map(address) {
        if !found.contains(&address) {
            found.push(address);
        }
    }
    Ok(found)
}

/// The text of a user id that is trusted enough, from a line such as `uid:f::::…::A <a@b>:`.
fn user_id(line: &str, needed: Trust) -> Option<&str> {
    let fields: Vec<&str> = line.split(':').collect();
    let trust = match *fields.get(1)? {
        "m" => Trust::Marginal,
        "f" => Trust::Fully,
        "u" => Trust::Ultimate,
        _ => Trust::None,
    };
    let is_enough = fields.first() == Some(&"uid") && trust >= needed;
    fields.get(9).copied().filter(|_| is_enough)
}

fn address(user_id: &str) -> Option<String> {
    let between = user_id
        .rsplit_once('<')
        .and_then(|(_, rest)| rest.strip_suffix('>'));
    let address = between.unwrap_or(user_id);
    let is_one = address.contains('@') && !address.contains([' ', '\\', '<', '>']);
    is_one.then(|| address.to_owned())
}

fn program(repo: &Repo) -> Result<Program> {
    repo.signing_program(&["gpg.openpgp.program", "gpg.program"], "gpg")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[GNUPG:] NEWSIG\n\
        [GNUPG:] GOODSIG 1234 Ada <ada@example.com>\n\
        [GNUPG:] VALIDSIG AA 2024-01-01 1704067200 0 4 0 22 10 00 BB\n";

    #[test]
    fn exactly_one_good_signature_counts() {
        let good = format!("{GOOD}[GNUPG:] TRUST_FULLY 0 pgp\n");
        let status = Status {
            key: "BB",
            trust: Trust::Fully,
        };
        assert_eq!(Status::parse(&good, true), Ok(status));
        assert!(Status::parse(&good, false).is_err());
        assert!(Status::parse(&good.repeat(2), true).is_err());
        let other = format!("{good}[GNUPG:] BADSIG 5678 Bob\n");
        assert_eq!(Status::parse(&other, true), Err("it is not of these bytes"));
        assert!(Status::parse("", true).is_err());
    }

    #[test]
    fn what_is_not_trusted_is_told() {
        let unknown = format!("{GOOD}[GNUPG:] TRUST_UNDEFINED 0 pgp\n");
        let status = Status::parse(&unknown, true);
        assert_eq!(status.map(|status| status.trust), Ok(Trust::None));
    }

    #[test]
    fn a_user_id_counts_by_its_own_trust() {
        let line = "uid:f::::1704067200::HASH::Ada <ada@example.com>::::::::::0:";
        assert_eq!(
            user_id(line, Trust::Marginal),
            Some("Ada <ada@example.com>")
        );
        assert_eq!(user_id(line, Trust::Ultimate), None);
        assert_eq!(
            user_id(&line.replace("uid:f", "uid:-"), Trust::Marginal),
            None
        );
        assert_eq!(
            user_id(&line.replace("uid:f", "uid:r"), Trust::Marginal),
            None
        );
        assert_eq!(user_id("pub:f:x", Trust::Marginal), None);
    }

    #[test]
    fn an_address_is_what_stands_in_brackets_at_the_end() {
        assert_eq!(address("Ada <a@b.c>").as_deref(), Some("a@b.c"));
        assert_eq!(address("a@b.c").as_deref(), Some("a@b.c"));
        assert_eq!(address("<x@y> Ada <a@b.c>").as_deref(), Some("a@b.c"));
        assert_eq!(address("Ada at home"), None);
        assert_eq!(address("a@b c"), None);
    }
}
