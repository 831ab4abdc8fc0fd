//! Detached signatures in Git's own way: with the programs, keys and formats of `gpg.*` and
//! `user.signingKey`.
//!
//! Which programs run, which signers are allowed and how much trust it takes is the user's own
//! configuration to say, or the system's. The repository's files have no say there: they may have
//! come from somebody else. What can be in doubt about a signature is a [`Verdict`], not an error.

mod openpgp;
mod programs;
mod ssh;

use super::{Error, Repo, Result};

/// For what an SSH signature is made: one made for anything else does not count here.
const NAMESPACE: &str = "git-plan";

/// A kind of signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureFormat {
    /// By GnuPG, or a program that takes its arguments.
    OpenPgp,
    /// By `ssh-keygen`.
    Ssh,
}

/// Whose SSH signatures count. For OpenPGP it is the keyring of this machine that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signers<'text> {
    /// A text as `gpg.ssh.allowedSignersFile` would hold it. Times in it without a zone are UTC.
    Text(&'text str),
    /// The file that the user's own `gpg.ssh.allowedSignersFile` names.
    User,
}

/// Who made a good signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBy {
    /// The first of `principals`.
    pub principal: String,
    /// All names that the key is known by: OpenPGP the e-mail addresses of the user ids that are
    /// trusted enough; SSH the principals of the allowed signers, but no patterns.
    pub principals: Vec<String>,
    /// The key's fingerprint: the same for everything that it signs.
    pub key: String,
    /// How it was signed.
    pub format: SignatureFormat,
}

/// What a signature is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is of these bytes, by somebody who is known.
    Good(SignedBy),
    /// It is not; why, in words that end a sentence.
    Bad(String),
}

impl SignedBy {
    /// Whether one of the principals is this e-mail address. Letter case does not matter.
    pub fn is(&self, email: &str) -> bool {
        let same = |principal: &String| principal.to_lowercase() == email.to_lowercase();
        self.principals.iter().any(same)
    }
}

impl Repo {
    /// A detached signature over `bytes`, as text, made as Git would sign a commit here: by
    /// `gpg.format`, `user.signingKey`, `gpg.program`, `gpg.openpgp.program`, `gpg.ssh.program`.
    /// It may ask for a passphrase.
    ///
    /// # Errors
    /// [`Error::SignatureFormat`] for `x509` and what is unknown, [`Error::NoSigningKey`],
    /// [`Error::SigningProgram`], [`Error::NotSigned`]; [`Error::NoIdentity`] where OpenPGP would
    /// choose a key by it.
    pub fn sign(&self, bytes: &[u8]) -> Result<String> {
        match self.config("gpg.format").as_deref() {
            None | Some("openpgp") => openpgp::sign(self, bytes),
            Some("ssh") => ssh::sign(self, bytes),
            Some(format) => Err(Error::SignatureFormat {
                format: format.to_owned(),
            }),
        }
    }

    /// Looks whether `signature` is one over `bytes` by somebody who is known. `at` (seconds) is
    /// when it was made: an SSH key must have been allowed then. An OpenPGP key must be valid now
    /// and trusted at least marginally, or as `gpg.minTrustLevel` says.
    ///
    /// # Errors
    /// [`Error::SigningProgram`]; [`Error::Io`] if temporary files cannot be written.
    pub fn verify(
        &self,
        bytes: &[u8],
        signature: &str,
        signers: Signers<'_>,
        at: i64,
    ) -> Result<Verdict> {
        match signature.lines().next().map(str::trim_end) {
            Some("-----BEGIN PGP SIGNATURE-----") => openpgp::verify(self, bytes, signature),
            Some("-----BEGIN SSH SIGNATURE-----") => {
                ssh::verify(self, bytes, signature, signers, at)
            }
            Some("-----BEGIN SIGNED MESSAGE-----") => Ok(bad("X.509 signatures are not supported")),
            _ => Ok(bad("it is no signature")),
        }
    }
}

fn bad(why: impl Into<String>) -> Verdict {
    Verdict::Bad(why.into())
}
