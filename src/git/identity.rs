//! Who commits, cleaned as Git cleans it, and when.

use gix::actor::SignatureRef;

use super::{Error, Repo, Result, Time};

/// A person's name and e-mail address as a commit can hold them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ident {
    name: String,
    email: String,
}

impl Ident {
    /// Cleans both parts as Git does: no `<`, `>` and line breaks anywhere, no
    /// control characters, blanks and punctuation at the ends.
    ///
    /// # Errors
    /// [`Error::NoIdentity`] if nothing is left of one of them.
    pub fn new(name: &str, email: &str) -> Result<Self> {
        Ok(Self {
            name: required(clean(name), "user.name")?,
            email: required(clean(email), "user.email")?,
        })
    }

    /// The person's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The person's e-mail address, without angle brackets.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// This person, at `time`.
    pub fn at(&self, time: Time) -> Signature {
        Signature {
            name: self.name.clone(),
            email: self.email.clone(),
            time,
        }
    }
}

/// Who did something, and when, as a commit or a reflog says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The person's name.
    pub name: String,
    /// The person's e-mail address, without angle brackets.
    pub email: String,
    /// The time, with the offset from UTC in seconds.
    pub time: Time,
}

impl Signature {
    pub(super) fn to_git(&self) -> gix::actor::Signature {
        gix::actor::Signature {
            name: self.name.as_str().into(),
            email: self.email.as_str().into(),
            time: self.time,
        }
    }
}

/// Bytes that are not UTF-8 are replaced; a time that cannot be read is the
/// epoch, as in Git.
impl From<SignatureRef<'_>> for Signature {
    fn from(signature: SignatureRef<'_>) -> Self {
        Self {
            name: signature.name.to_string(),
            email: signature.email.to_string(),
            time: signature.time().unwrap_or_default(),
        }
    }
}

impl Repo {
    /// Who commits here: `GIT_COMMITTER_NAME` and `GIT_COMMITTER_EMAIL` as
    /// `variable` returns them, else `committer.*`, else `user.*`, for the
    /// e-mail address also `EMAIL`.
    ///
    /// # Errors
    /// [`Error::NoIdentity`] if a part is set nowhere.
    pub fn identity(&self, variable: impl Fn(&str) -> Option<String>) -> Result<Ident> {
        let set = |value: &String| !clean(value).is_empty();
        let config = |key| self.config(key).filter(set);
        let name = variable("GIT_COMMITTER_NAME")
            .filter(set)
            .or_else(|| config("committer.name"))
            .or_else(|| config("user.name"));
        let email = variable("GIT_COMMITTER_EMAIL")
            .filter(set)
            .or_else(|| config("committer.email"))
            .or_else(|| config("user.email"))
            .or_else(|| variable("EMAIL"));
        Ident::new(&name.unwrap_or_default(), &email.unwrap_or_default())
    }
}

fn required(value: String, missing: &'static str) -> Result<String> {
    if value.is_empty() {
        return Err(Error::NoIdentity { missing });
    }
    Ok(value)
}

/// `strbuf_addstr_without_crud` of Git's `ident.c`; a NUL ends no string here,
/// so it is dropped too.
fn clean(text: &str) -> String {
    let is_crud =
        |c: char| c <= ' ' || matches!(c, '.' | ',' | ':' | ';' | '<' | '>' | '"' | '\\' | '\'');
    text.trim_matches(is_crud)
        .replace(['\n', '<', '>', '\0'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_cleaned_as_git_cleans_it() {
        let ident = Ident::new(" \"Ada <L>\n Lovelace\".", "<ada@example.com>").expect("usable");
        assert_eq!(ident.name(), "Ada L Lovelace");
        assert_eq!(ident.email(), "ada@example.com");
    }

    #[test]
    fn what_is_only_crud_is_no_identity() {
        let error = Ident::new(" ;,. ", "a@b").expect_err("refused");
        assert!(matches!(
            error,
            Error::NoIdentity {
                missing: "user.name"
            }
        ));
        let error = Ident::new("A", "<>").expect_err("refused");
        assert!(matches!(
            error,
            Error::NoIdentity {
                missing: "user.email"
            }
        ));
    }
}
