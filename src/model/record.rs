//! A record: an outcome, an approval, a waiver, a closing, a change, a revocation; only ever added,
//! never changed.
//!
//! Which of several records decides is told by the records themselves: each names in
//! `supersedes` the ones that decided before it. Those that no other supersedes are the last in
//! the plan ref's history; where there are several, they are concurrent. So the answer needs no
//! walk through history, is the same in every clone, and survives a merge.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{RecordId, Slug, TaskId, Time};

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String", into = "String")]
#[schemars(with = "String")]
pub enum RecordKind {
    /// A command was run.
    Outcome,
    /// A person says that a gate holds, or says yes to a change.
    Approval,
    /// A person accepts, up to a date, that a gate does not hold.
    Waiver,
    /// What must hold was changed.
    Change,
    /// A phase was closed.
    Closing,
    /// An earlier record no longer counts.
    Revocation,
    /// Something that a later version writes; it decides nothing here.
    Other(String),
}

impl From<String> for RecordKind {
    fn from(word: String) -> Self {
        match word.as_str() {
            "outcome" => Self::Outcome,
            "approval" => Self::Approval,
            "waiver" => Self::Waiver,
            "change" => Self::Change,
            "closing" => Self::Closing,
            "revocation" => Self::Revocation,
            _ => Self::Other(word),
        }
    }
}

impl From<RecordKind> for String {
    fn from(kind: RecordKind) -> Self {
        kind.as_str().to_owned()
    }
}

impl RecordKind {
    /// The word in files and output.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Outcome => "outcome",
            Self::Approval => "approval",
            Self::Waiver => "waiver",
            Self::Change => "change",
            Self::Closing => "closing",
            Self::Revocation => "revocation",
            Self::Other(word) => word,
        }
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With exit code 0.
    Pass,
    /// With another one, but for 126 and 127.
    Fail,
    /// It could not be run, was ended by a signal, or took too long: neither passed nor failed.
    Error,
}

impl Outcome {
    /// The word in files and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
        }
    }
}

/// What `.plans/<plan>/evidence/<ab>/<id>.toml` holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Names the record and its file.
    pub id: RecordId,
    /// The plan it belongs to; in another plan's folder it is invalid.
    pub plan: Slug,
    /// What it says.
    pub kind: RecordKind,
    /// The phase it is about.
    #[serde(default)]
    pub phase: Option<Slug>,
    /// The gate it is about.
    #[serde(default)]
    pub gate: Option<Slug>,
    /// The task it is about.
    #[serde(default)]
    pub task: Option<TaskId>,
    /// The records about the same thing that decided before this one.
    #[serde(default)]
    pub supersedes: Vec<RecordId>,
    /// What exactly it is about: the digest of the gate's definition and of the code's tree.
    #[serde(default)]
    pub subject: Option<String>,
    /// The commit that it was given on.
    #[serde(default)]
    pub commit: Option<String>,
    /// That commit's tree.
    #[serde(default)]
    pub tree: Option<String>,
    /// Closing: the digest of the definitions of the phase's gates.
    #[serde(default)]
    pub gates: Option<String>,
    /// Closing: the records that it stands on.
    #[serde(default)]
    pub evidence: Vec<RecordId>,
    /// Revocation: the record that no longer counts.
    #[serde(default)]
    pub revokes: Option<RecordId>,
    /// Waiver: the digest of the gate's definition that is accepted unmet. Outcome of a verification:
    /// the digest of the task's specifications.
    #[serde(default)]
    pub definition: Option<String>,
    /// Outcome: how the command ended.
    #[serde(default)]
    pub result: Option<Outcome>,
    /// Outcome of a verification: in how many places the code breaks a rule.
    #[serde(default)]
    pub violations: Option<u64>,
    /// Outcome: the digest of what was run.
    #[serde(default)]
    pub argv: Option<String>,
    /// Outcome: the command's exit code.
    #[serde(default)]
    pub exit_code: Option<i32>,
    /// Outcome: the signal that ended the command.
    #[serde(default)]
    pub signal: Option<i32>,
    /// Outcome: when the command was started.
    #[serde(default)]
    pub started: Option<Time>,
    /// Outcome: how long it took, in milliseconds.
    #[serde(default)]
    pub duration_ms: Option<u64>,
    /// Outcome: the digest of all that it printed.
    #[serde(default)]
    pub output: Option<String>,
    /// Outcome: how many bytes it printed.
    #[serde(default)]
    pub output_bytes: Option<u64>,
    /// Outcome: the end of what it printed, where the gate says that it is kept.
    #[serde(default)]
    pub output_end: Option<String>,
    /// Outcome: the system that it ran on, such as `linux-x86_64`.
    #[serde(default)]
    pub platform: Option<String>,
    /// Outcome: where it ran, `local` or `ci`.
    #[serde(default)]
    pub runner: Option<String>,
    /// Waiver: when it ends.
    #[serde(default)]
    pub until: Option<Time>,
    /// Change: what was changed, such as `gate foundation/tests` or `policy`.
    #[serde(default)]
    pub about: Option<String>,
    /// Change: the digest of the definition before; none where there was none.
    #[serde(default)]
    pub old: Option<String>,
    /// Change: the digest of the definition after; none where it is gone.
    #[serde(default)]
    pub new: Option<String>,
    /// Change: the definition before, as JSON.
    #[serde(default)]
    pub from: Option<String>,
    /// Change: the definition after, as JSON.
    #[serde(default)]
    pub to: Option<String>,
    /// Change of `protect`: the commits that the protected refs were at.
    #[serde(default)]
    pub tips: Vec<String>,
    /// Why.
    #[serde(default)]
    pub note: Option<String>,
    /// Who, as `Name <e-mail>`.
    pub who: String,
    /// The agent that acted for them.
    #[serde(default, rename = "as")]
    pub agent: Option<String>,
    /// When.
    pub when: Time,
    /// A detached signature over [`Record::signed_bytes`], as the signing program makes it.
    #[serde(default)]
    pub signature: Option<String>,
}

impl Record {
    /// A record that is about nothing yet.
    pub fn new(id: RecordId, plan: &Slug, kind: RecordKind, who: &str, when: Time) -> Self {
        Self {
            id,
            plan: plan.clone(),
            kind,
            phase: None,
            gate: None,
            task: None,
            supersedes: Vec::new(),
            subject: None,
            commit: None,
            tree: None,
            gates: None,
            evidence: Vec::new(),
            revokes: None,
            definition: None,
            result: None,
            violations: None,
            argv: None,
            exit_code: None,
            signal: None,
            started: None,
            duration_ms: None,
            output: None,
            output_bytes: None,
            output_end: None,
            platform: None,
            runner: None,
            until: None,
            about: None,
            old: None,
            new: None,
            from: None,
            to: None,
            tips: Vec::new(),
            note: None,
            who: who.to_owned(),
            agent: None,
            when,
            signature: None,
        }
    }

    /// The bytes that a signature is made over: every key but the signature, in one form.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let unsigned = Self {
            signature: None,
            ..self.clone()
        };
        format!("git-plan record 1\n{}\n", super::edit::fields(&unsigned)).into_bytes()
    }

    /// The digest of those bytes: what an approval of a record is bound to.
    pub fn digest(&self) -> String {
        super::phase::hex(&Sha256::digest(self.signed_bytes()))
    }
}

/// The records that a valid revocation takes away. A revocation that is itself revoked takes
/// nothing away; a circle of them, which only a hand-made file can hold, does neither.
pub fn revoked(records: &[Record]) -> BTreeSet<RecordId> {
    revoked_by(records, |_| true)
}

fn revoked_by(records: &[Record], counts: impl Fn(&Record) -> bool) -> BTreeSet<RecordId> {
    let mut open: Vec<(RecordId, RecordId)> = records
        .iter()
        .filter(|record| record.kind == RecordKind::Revocation && counts(record))
        .filter_map(|record| Some((record.id, record.revokes?)))
        .collect();
    let mut gone = BTreeSet::new();
    loop {
        let doubtful: BTreeSet<RecordId> = open.iter().map(|&(_, target)| target).collect();
        let (unsettled, valid): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|(by, _)| doubtful.contains(by));
        if valid.is_empty() {
            return gone;
        }
        gone.extend(valid.into_iter().map(|(_, target)| target));
        open = unsettled
            .into_iter()
            .filter(|(by, _)| !gone.contains(by))
            .collect();
    }
}

/// Of the records that `about` picks, those that decide: not revoked, not superseded by another.
pub fn deciding(records: &[Record], about: impl Fn(&Record) -> bool) -> Vec<&Record> {
    deciding_by(records, about, |_| true)
}

/// As [`deciding`], where only the revocations that `revokes` picks take anything away.
pub fn deciding_by(
    records: &[Record],
    about: impl Fn(&Record) -> bool,
    revokes: impl Fn(&Record) -> bool,
) -> Vec<&Record> {
    let gone = revoked_by(records, revokes);
    let standing: Vec<&Record> = records
        .iter()
        .filter(|record| about(record) && !gone.contains(&record.id))
        .collect();
    let superseded: BTreeSet<RecordId> = standing
        .iter()
        .flat_map(|record| record.supersedes.iter().copied())
        .collect();
    standing
        .into_iter()
        .filter(|record| !superseded.contains(&record.id))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(word: &str) -> RecordId {
        format!("{word:0<10}").parse().unwrap()
    }

    fn record(name: &str, kind: RecordKind) -> Record {
        Record::new(
            id(name),
            &"plan".parse().unwrap(),
            kind,
            "Ada <ada@example.org>",
            Time(0),
        )
    }

    fn revocation(name: &str, target: &str) -> Record {
        Record {
            revokes: Some(id(target)),
            ..record(name, RecordKind::Revocation)
        }
    }

    fn closing(name: &str, supersedes: &[&str]) -> Record {
        let supersedes = supersedes.iter().map(|word| id(word)).collect();
        Record {
            supersedes,
            ..record(name, RecordKind::Closing)
        }
    }

    fn standing(records: &[Record]) -> Vec<RecordId> {
        deciding(records, |record| record.kind == RecordKind::Closing)
            .iter()
            .map(|record| record.id)
            .collect()
    }

    #[test]
    fn a_later_record_decides() {
        assert_eq!(
            standing(&[closing("a", &[]), closing("b", &["a"])]),
            [id("b")]
        );
    }

    #[test]
    fn concurrent_records_all_stand() {
        let records = [
            closing("a", &[]),
            closing("b", &["a"]),
            closing("c", &["a"]),
        ];
        assert_eq!(standing(&records), [id("b"), id("c")]);
    }

    #[test]
    fn a_revoked_record_lets_the_one_before_stand() {
        let records = [
            closing("a", &[]),
            closing("b", &["a"]),
            revocation("r", "b"),
        ];
        assert_eq!(standing(&records), [id("a")]);
    }

    #[test]
    fn a_revoked_revocation_takes_nothing_away() {
        let records = [
            closing("a", &[]),
            revocation("r", "a"),
            revocation("s", "r"),
        ];
        assert_eq!(standing(&records), [id("a")]);
        let again = [
            closing("a", &[]),
            revocation("r", "a"),
            revocation("s", "r"),
            revocation("t", "s"),
        ];
        assert!(standing(&again).is_empty());
    }

    #[test]
    fn a_circle_of_revocations_ends() {
        let records = [
            closing("a", &[]),
            revocation("r", "s"),
            revocation("s", "r"),
        ];
        assert_eq!(standing(&records), [id("a")]);
    }
}
