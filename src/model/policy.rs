//! What enforcement does where it has a choice: the table `policy` of a plan.
//!
//! Two policies are combined to the stricter of both, choice by choice, so that a push cannot loosen
//! the rules that it is judged by.

use std::fmt;

use serde_json::Value;

use super::Header;

/// Which phases have to be closed before code of a phase reaches a protected branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Land {
    /// All before it.
    #[default]
    Ordered,
    /// All before it, and the phase itself.
    Closed,
}

/// What happens to a commit that names no task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Unlinked {
    /// Nothing.
    Off,
    /// A line tells of it.
    #[default]
    Warn,
    /// It is refused on a protected branch.
    Block,
}

/// What a weakening needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Weakening {
    /// A record with a reason.
    #[default]
    Record,
    /// Besides, a signed approval by somebody else.
    Approve,
}

/// Whose waivers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Waive {
    /// Everybody's.
    #[default]
    Anyone,
    /// Not those of the commits' authors.
    Other,
    /// Signed ones of those who may sign.
    Signers,
}

/// The choices of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// `land`.
    pub land: Land,
    /// `unlinked`.
    pub unlinked: Unlinked,
    /// `weakening`.
    pub weakening: Weakening,
    /// `waive`.
    pub waive: Waive,
    /// `reviewed`: whether weakenings come by a review, and are not pushed to the plan ref.
    pub reviewed: bool,
    /// `signers`: whose signatures count, a line each: as in an allowed-signers file of SSH, or
    /// `<e-mail> openpgp <fingerprint>`.
    pub signers: Vec<String>,
    /// What of the table cannot be read: nothing can be judged by it then.
    pub problem: Option<String>,
}

/// A choice: a key of the table, and its words from the loosest to the strictest.
pub trait Choice: Copy + Ord + Default + 'static {
    /// The key.
    const KEY: &'static str;
    /// The values with their words.
    const WORDS: &'static [(&'static str, Self)];

    /// The value of a word.
    fn of_word(word: &str) -> Option<Self> {
        let known = Self::WORDS.iter().find(|(name, _)| *name == word);
        known.map(|(_, value)| *value)
    }

    /// The word of a value.
    fn word(self) -> &'static str {
        let known = Self::WORDS.iter().find(|(_, value)| *value == self);
        known.map_or("", |(name, _)| name)
    }
}

impl Choice for Land {
    const KEY: &'static str = "land";
    const WORDS: &'static [(&'static str, Self)] =
        &[("ordered", Self::Ordered), ("closed", Self::Closed)];
}

impl Choice for Unlinked {
    const KEY: &'static str = "unlinked";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("off", Self::Off),
        ("warn", Self::Warn),
        ("block", Self::Block),
    ];
}

impl Choice for Weakening {
    const KEY: &'static str = "weakening";
    const WORDS: &'static [(&'static str, Self)] =
        &[("record", Self::Record), ("approve", Self::Approve)];
}

impl Choice for Waive {
    const KEY: &'static str = "waive";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("anyone", Self::Anyone),
        ("other", Self::Other),
        ("signers", Self::Signers),
    ];
}

/// The key of the choice that is true or false.
pub const REVIEWED: &str = "reviewed";
/// The key of the list of those whose signatures count.
pub const SIGNERS: &str = "signers";
/// Every key that this version knows.
pub const KEYS: [&str; 6] = [
    Land::KEY,
    Unlinked::KEY,
    Weakening::KEY,
    Waive::KEY,
    REVIEWED,
    SIGNERS,
];

/// The words of a choice, for messages: `record, approve`.
pub fn words<C: Choice>() -> String {
    let words: Vec<&str> = C::WORDS.iter().map(|(word, _)| *word).collect();
    words.join(", ")
}

impl Policy {
    /// The policy of a plan. What cannot be read is told in [`Policy::problem`].
    pub fn of(header: &Header) -> Self {
        let mut policy = Self::default();
        for (key, value) in header.policy.iter().flatten() {
            if let Err(problem) = policy.set(key, value) {
                policy.problem.get_or_insert(problem);
            }
        }
        policy
    }

    fn set(&mut self, key: &str, value: &Value) -> Result<(), String> {
        match key {
            Land::KEY => self.land = chosen(value)?,
            Unlinked::KEY => self.unlinked = chosen(value)?,
            Weakening::KEY => self.weakening = chosen(value)?,
            Waive::KEY => self.waive = chosen(value)?,
            REVIEWED => self.reviewed = truth(value)?,
            SIGNERS => self.signers = lines(value)?,
            _ => {
                return Err(format!(
                    "this version of git plan does not know the key 'policy.{key}'; it knows {}",
                    KEYS.join(", ")
                ));
            }
        }
        Ok(())
    }

    /// The stricter of both, choice by choice. Who may sign is not combined: it stays as it is here.
    #[must_use]
    pub fn stricter(&self, other: &Self) -> Self {
        Self {
            land: self.land.max(other.land),
            unlinked: self.unlinked.max(other.unlinked),
            weakening: self.weakening.max(other.weakening),
            waive: self.waive.max(other.waive),
            reviewed: self.reviewed || other.reviewed,
            signers: self.signers.clone(),
            problem: self.problem.clone().or_else(|| other.problem.clone()),
        }
    }
}

/// Whether a line has the form of one that names a signer: principals, options if any, the kind of key
/// and the key.
pub fn is_signer(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_kind = |word: &str| {
        ["ssh-", "ecdsa-", "sk-"]
            .iter()
            .any(|start| word.starts_with(start))
            || word.eq_ignore_ascii_case("openpgp")
    };
    let kind = words.iter().position(|word| is_kind(word));
    kind.is_some_and(|at| at > 0 && words.len() > at + 1)
}

fn chosen<C: Choice>(value: &Value) -> Result<C, String> {
    let word = value.as_str().and_then(C::of_word);
    word.ok_or_else(|| {
        format!(
            "policy.{} is {value}; it is one of {}",
            C::KEY,
            words::<C>()
        )
    })
}

fn truth(value: &Value) -> Result<bool, String> {
    let wrong = || format!("policy.{REVIEWED} is {value}; it is true or false");
    value.as_bool().ok_or_else(wrong)
}

/// The value that a word stands for where a person types it.
pub fn value_of(key: &str, word: &str) -> Value {
    match (key, word.parse()) {
        (REVIEWED, Ok(truth)) => Value::Bool(truth),
        _ => word.into(),
    }
}

fn lines(value: &Value) -> Result<Vec<String>, String> {
    let wrong = || format!("policy.{SIGNERS} is {value}; it is a list of lines");
    let lines = value.as_array().ok_or_else(wrong)?.iter();
    let lines = lines.map(|line| Some(line.as_str()?.to_owned()));
    lines.collect::<Option<_>>().ok_or_else(wrong)
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "land={} unlinked={} weakening={} waive={} reviewed={}",
            self.land.word(),
            self.unlinked.word(),
            self.weakening.word(),
            self.waive.word(),
            self.reviewed
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(text: &str) -> Policy {
        let table = serde_json::from_str(text).unwrap();
        Policy::of(&Header {
            policy: Some(table),
            ..Header::default()
        })
    }

    #[test]
    fn the_stricter_of_two_policies_counts_choice_by_choice() {
        let one = policy(r#"{"land":"closed","unlinked":"off"}"#);
        let other = policy(r#"{"waive":"other","unlinked":"block","reviewed":true}"#);
        let both = one.stricter(&other).to_string();
        assert_eq!(
            both,
            "land=closed unlinked=block weakening=record waive=other reviewed=true"
        );
        assert_eq!(other.stricter(&one).to_string(), both);
    }

    #[test]
    fn a_signer_has_a_name_a_kind_of_key_and_a_key() {
        for line in [
            "ada@example.org ssh-ed25519 AAAA",
            "ada@example.org,ben@x namespaces=\"git-plan\" ssh-rsa AAAA comment",
            "ada@example.org openpgp 0123ABCD",
        ] {
            assert!(is_signer(line), "{line}");
        }
        for line in [
            "",
            "garbage",
            "ssh-ed25519 AAAA",
            "ada@example.org ssh-ed25519",
        ] {
            assert!(!is_signer(line), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for text in [
            r#"{"land":"never"}"#,
            r#"{"lnad":"closed"}"#,
            r#"{"signers":"me"}"#,
            r#"{"reviewed":"true"}"#,
        ] {
            assert!(policy(text).problem.is_some(), "{text}");
        }
        assert_eq!(policy("{}").problem, None);
    }
}
