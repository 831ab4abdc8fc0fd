//! SSH signatures, by `ssh-keygen`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::DateTime;
use tempfile::TempDir;

use super::super::{Error, Repo, Result};
use super::programs::{Program, expand};
use super::{NAMESPACE, SignatureFormat, SignedBy, Signers, Verdict, bad};

pub(super) fn sign(repo: &Repo, bytes: &[u8]) -> Result<String> {
    let program = program(repo)?;
    let key = repo.config("user.signingKey").ok_or(Error::NoSigningKey)?;
    let folder = folder()?;
    let mut words = words(&["-Y", "sign", "-n", NAMESPACE, "-f"]);
    match literal(&key) {
        Some(literal) => {
            let file = folder.path().join("key");
            write(&file, literal)?;
            words.extend([file.into_os_string(), "-U".into()]);
        }
        None => words.push(from_here(repo, expand(&key)).into_os_string()),
    }
    let output = program.run(&words, folder.path(), bytes)?;
    let text = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && text.starts_with("-----BEGIN SSH SIGNATURE-----") {
        return Ok(text.into_owned());
    }
    Err(program.not_signed(&output))
}

/// A public key in place of a file's name: its private half is with the agent.
fn literal(key: &str) -> Option<&str> {
    let old = || Some(key).filter(|key| key.starts_with("ssh-"));
    key.strip_prefix("key::").or_else(old)
}

/// Git takes files from where it is run, which is the top of the working tree.
fn from_here(repo: &Repo, file: PathBuf) -> PathBuf {
    repo.work_tree().unwrap_or(repo.git_dir()).join(file)
}

pub(super) fn verify(
    repo: &Repo,
    bytes: &[u8],
    signature: &str,
    signers: Signers<'_>,
    at: i64,
) -> Result<Verdict> {
    let Some(time) = DateTime::from_timestamp(at, 0) else {
        return Ok(bad("its time cannot be"));
    };
    let folder = folder()?;
    let signers = match signers {
        Signers::Text(text) => {
            let file = folder.path().join("signers");
            write(&file, text)?;
            file
        }
        Signers::User => match repo.user_config_path("gpg.ssh.allowedSignersFile") {
            Some(file) if file.is_absolute() => file,
            Some(_) => return Ok(bad("gpg.ssh.allowedSignersFile is not an absolute path")),
            None => return Ok(bad("gpg.ssh.allowedSignersFile is not set")),
        },
    };
    let file = folder.path().join("signature");
    write(&file, signature)?;
    let check = Check {
        program: program(repo)?,
        folder,
        signers,
        signature: file,
        time: format!("-Overify-time={}", time.format("%Y%m%d%H%M%S")),
        revoked: repo.user_config_path("gpg.ssh.revocationFile"),
    };
    check.verdict(bytes)
}

/// All that it takes to verify a signature.
struct Check {
    program: Program,
    folder: TempDir,
    signers: PathBuf,
    signature: PathBuf,
    time: String,
    revoked: Option<PathBuf>,
}

impl Check {
    fn verdict(&self, bytes: &[u8]) -> Result<Verdict> {
        let mut found = Vec::new();
        let mut key = None;
        for principal in self.principals()? {
            if let Some(verified) = self.key(&principal, bytes)? {
                found.push(principal);
                key = Some(verified);
            }
        }
        Ok(match (found.first().cloned(), key) {
            (Some(principal), Some(key)) => Verdict::Good(SignedBy {
                principal,
                principals: found,
                key,
                format: SignatureFormat::Ssh,
            }),
            _ => bad("it is not of these bytes, or not by a signer who was allowed then"),
        })
    }

    /// Whom the key belongs to. A pattern names nobody.
    fn principals(&self) -> Result<Vec<String>> {
        let mut words = words(&["-Y", "find-principals"]);
        words.extend(self.shared());
        let output = self.program.run(&words, self.folder.path(), &[])?;
        if !output.status.success() {
            return Ok(Vec::new());
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let names = text.lines().map(str::trim);
        let names = names.filter(|name| !name.is_empty() && !name.contains(['*', '?', '!']));
        Ok(names.map(str::to_owned).collect())
    }

    /// The fingerprint of the key, if the signature is good and the key is that of `principal`.
    fn key(&self, principal: &str, bytes: &[u8]) -> Result<Option<String>> {
        let mut words = words(&["-Y", "verify", "-n", NAMESPACE, "-I", principal]);
        words.extend(self.shared());
        if let Some(revoked) = &self.revoked {
            words.extend([OsString::from("-r"), revoked.clone().into_os_string()]);
        }
        let output = self.program.run(&words, self.folder.path(), bytes)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let key = text.lines().find_map(fingerprint).map(str::to_owned);
        Ok(key.filter(|_| output.status.success()))
    }

    fn shared(&self) -> [OsString; 5] {
        [
            OsString::from("-f"),
            self.signers.clone().into_os_string(),
            OsString::from("-s"),
            self.signature.clone().into_os_string(),
            OsString::from(&self.time),
        ]
    }
}

/// `Good "git-plan" signature for a@example.com with ED25519 key SHA256:…`
fn fingerprint(line: &str) -> Option<&str> {
    let good = format!("Good \"{NAMESPACE}\" signature for ");
    let (_, key) = line.strip_prefix(&good)?.rsplit_once(" key ")?;
    Some(key.trim())
}

fn program(repo: &Repo) -> Result<Program> {
    repo.signing_program(&["gpg.ssh.program"], "ssh-keygen")
}

fn folder() -> Result<TempDir> {
    tempfile::tempdir().map_err(Error::io("create", &std::env::temp_dir()))
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).map_err(Error::io("write", file))
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}
