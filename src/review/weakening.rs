//! When less has to hold than before: the one table.
//!
//! What is in no row counts as weakening, so that a key of a later version cannot slip through.

use std::collections::BTreeSet;

use serde_json::Value;

use super::loosened::loosened;
use super::{Matter, Meaning};
use crate::model::policy::{self, Choice as _, Land, Unlinked, Waive};
use crate::model::{Gate, Header, On, Policy, Slug, TaskId};

/// An edit after which less has to hold than before.
#[derive(Debug, Clone, PartialEq)]
pub struct Weakening {
    /// What.
    pub matter: Matter,
    /// Its value before.
    pub from: Option<Value>,
    /// Its value after.
    pub to: Option<Value>,
    /// What it comes to, in words.
    pub why: String,
}

impl Weakening {
    /// A matter whose second value asks for less than its first; none where it does not.
    pub fn of(matter: Matter, from: Option<Value>, to: Option<Value>) -> Option<Self> {
        let why = weaker(&matter, from.as_ref(), to.as_ref())?;
        Some(Self {
            matter,
            from,
            to,
            why,
        })
    }
}

/// The weakenings between two headers of a plan.
pub fn weakenings(old: &Header, new: &Header) -> Vec<Weakening> {
    let of_matter = |matter: Matter| {
        let (from, to) = (matter.value(old), matter.value(new));
        Weakening::of(matter, from, to)
    };
    Matter::all(old).into_iter().filter_map(of_matter).collect()
}

/// The weakening of a specification, from what it asked for to what it asks for; none where it is not
/// there.
pub fn of_spec(name: &Slug, old: Option<Value>, new: Option<Value>) -> Option<Weakening> {
    Weakening::of(Matter::Spec(name.clone()), old, new)
}

/// The weakening of a task that carries fewer specifications, or others.
pub fn of_task(task: TaskId, old: &[Slug], new: &[Slug]) -> Option<Weakening> {
    Weakening::of(Matter::TaskSpecs(task), specs_of(old), specs_of(new))
}

/// The specifications that a task carries, as a value; none where it carries none.
pub fn specs_of(specs: &[Slug]) -> Option<Value> {
    let mut names: Vec<&str> = specs.iter().map(Slug::as_str).collect();
    names.sort_unstable();
    (!names.is_empty()).then(|| names.into())
}

/// In what the second value asks for less than the first; none where it does not.
pub fn weaker(matter: &Matter, from: Option<&Value>, to: Option<&Value>) -> Option<String> {
    if from == to {
        return None;
    }
    match matter {
        Matter::Gate(..) => gate_in_words(from?, to),
        Matter::Phase(_) => phase_in_words(from?, to),
        Matter::Protect => shrunk("no longer protected", from, to),
        Matter::Branches => shrunk("no longer the plan's", from, to),
        Matter::Policy => policy_in_words(from, to),
        Matter::Spec(_) => spec_in_words(from?, to),
        Matter::TaskSpecs(_) => shrunk("no longer verified by", from, to),
    }
}

fn spec_in_words(from: &Value, to: Option<&Value>) -> Option<String> {
    let Some(to) = to else {
        return Some("removed".to_owned());
    };
    let Some(old) = Meaning::read(from) else {
        return Some("before, it could not be read".to_owned());
    };
    let Some(new) = Meaning::read(to) else {
        return Some("it cannot be read".to_owned());
    };
    let found = loosened(&old, &new);
    let why = found.iter().take(MOST_RULES);
    let mut why: Vec<String> = why
        .map(|one| format!("rule {}: {}", one.rule, one.why))
        .collect();
    if let more @ 1.. = found.len().saturating_sub(MOST_RULES) {
        why.push(format!("and {more} more"));
    }
    (!why.is_empty()).then(|| why.join("; "))
}

/// More rules than these are counted.
const MOST_RULES: usize = 5;

fn gate_in_words(from: &Value, to: Option<&Value>) -> Option<String> {
    let Some(to) = to else {
        return Some("removed".to_owned());
    };
    let read = |value: &Value| serde_json::from_value::<Gate>(value.clone()).ok();
    let (Some(old), Some(new)) = (read(from), read(to)) else {
        return Some("changed".to_owned());
    };
    let rows = [
        (old.kind != new.kind).then_some("its kind changed"),
        (old.on == On::Push && new.on == On::Close).then_some("'on' lowered from push to close"),
        command(&old, &new),
        (old.inputs != new.inputs && !covers(&new, &old)).then_some("its inputs changed"),
        (new.count.unwrap_or(1) < old.count.unwrap_or(1)).then_some("its count lowered"),
        later(old.max_age.map(|age| age.0), new.max_age.map(|age| age.0))
            .then_some("its max_age extended"),
        later(
            old.timeout.map(|time| time.0),
            new.timeout.map(|time| time.0),
        )
        .then_some("its timeout extended"),
        (old.platform.is_some() && old.platform != new.platform).then_some("its platform changed"),
        (old.runner.is_some() && old.runner != new.runner).then_some("its runner changed"),
        (old.specs != new.specs && !holds_all(&new, &old)).then_some("its specs changed"),
        (old.signed && !new.signed).then_some("signatures are no longer asked for"),
        without_row(from, to).then_some("a key changed that is not known here"),
    ];
    let why: Vec<&str> = rows.into_iter().flatten().collect();
    (!why.is_empty()).then(|| why.join("; "))
}

/// The keys of a gate that a row above looks at, and those after whose change no less has to hold.
const GATE_KEYS: [&str; 17] = [
    "kind",
    "on",
    "run",
    "shell",
    "cwd",
    "env",
    "inputs",
    "count",
    "specs",
    "max_age",
    "timeout",
    "platform",
    "runner",
    "signed",
    "id",
    "description",
    "record_output",
];

fn without_row(from: &Value, to: &Value) -> bool {
    let keys = |value: &Value| {
        let fields = value.as_object().into_iter().flatten();
        fields.map(|(key, _)| key.clone()).collect::<Vec<_>>()
    };
    let mut keys = keys(from).into_iter().chain(keys(to));
    keys.any(|key| from.get(&key) != to.get(&key) && !GATE_KEYS.contains(&&*key))
}

fn command(old: &Gate, new: &Gate) -> Option<&'static str> {
    let of = |gate: &Gate| {
        let gate = gate.clone();
        (gate.run, gate.shell, gate.cwd, gate.env)
    };
    (of(old) != of(new)).then_some("its command changed")
}

/// Whether a gate depends on all that another one depends on.
fn covers(gate: &Gate, other: &Gate) -> bool {
    match (&gate.inputs, &other.inputs) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(these), Some(those)) => those.iter().all(|path| these.contains(path)),
    }
}

/// Whether a gate names all specifications that another one names. One that names none asks for
/// those of its phase's tasks, whichever they come to be.
fn holds_all(gate: &Gate, other: &Gate) -> bool {
    match (&gate.specs, &other.specs) {
        (Some(these), Some(those)) => those.iter().all(|spec| these.contains(spec)),
        _ => false,
    }
}

/// Whether a limit ends later than it did; none never ends.
fn later(old: Option<u64>, new: Option<u64>) -> bool {
    match (old, new) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(old), Some(new)) => new > old,
    }
}

fn words(value: Option<&Value>) -> BTreeSet<String> {
    let members = value.and_then(Value::as_array).into_iter().flatten();
    let word = |member: &Value| {
        member
            .as_str()
            .map_or_else(|| member.to_string(), str::to_owned)
    };
    members.map(word).collect()
}

fn lost(from: Option<&Value>, to: Option<&Value>) -> Vec<String> {
    let after = words(to);
    words(from)
        .into_iter()
        .filter(|word| !after.contains(word))
        .collect()
}

fn shrunk(what: &str, from: Option<&Value>, to: Option<&Value>) -> Option<String> {
    let lost = lost(from, to);
    (!lost.is_empty()).then(|| format!("{what}: {}", lost.join(", ")))
}

fn phase_in_words(from: &Value, to: Option<&Value>) -> Option<String> {
    // One that goes has no task. Its gates, and what came after it, are matters of their own.
    let lost = lost(Some(from), Some(to?));
    (!lost.is_empty()).then(|| format!("no longer after {}", lost.join(", ")))
}

fn policy_of(value: Option<&Value>) -> Policy {
    let table = value.and_then(Value::as_object).cloned();
    let table = table.map(|table| table.into_iter().collect());
    Policy::of(&Header {
        policy: table,
        ..Header::default()
    })
}

fn policy_in_words(from: Option<&Value>, to: Option<&Value>) -> Option<String> {
    let (old, new) = (policy_of(from), policy_of(to));
    let signers: BTreeSet<&String> = old.signers.iter().collect();
    let added = new
        .signers
        .iter()
        .filter(|line| !signers.contains(line))
        .count();
    let rows = [
        (new.land < old.land).then(|| format!("{} is '{}'", Land::KEY, new.land.word())),
        (new.unlinked < old.unlinked)
            .then(|| format!("{} is '{}'", Unlinked::KEY, new.unlinked.word())),
        (new.weakening < old.weakening)
            .then(|| format!("{} is '{}'", policy::Weakening::KEY, new.weakening.word())),
        (new.waive < old.waive).then(|| format!("{} is '{}'", Waive::KEY, new.waive.word())),
        (old.reviewed && !new.reviewed).then(|| format!("{} is false", policy::REVIEWED)),
        (added > 0).then(|| format!("{added} more may sign")),
        unknown(from, to).then(|| "a key changed that is not known here".to_owned()),
    ];
    let why: Vec<String> = rows.into_iter().flatten().collect();
    (!why.is_empty()).then(|| why.join("; "))
}

fn unknown(from: Option<&Value>, to: Option<&Value>) -> bool {
    let rest = |value: Option<&Value>| {
        let mut table = value
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        table.retain(|key, _| !policy::KEYS.contains(&key.as_str()));
        table
    };
    let broken = policy_of(to).problem.is_some();
    rest(from) != rest(to) || (broken && policy_of(from).problem.is_none())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn header(mut value: Value) -> Header {
        value["title"] = "t".into();
        serde_json::from_value(value).unwrap()
    }

    fn why(old: Value, new: Value) -> Vec<String> {
        let found = weakenings(&header(old), &header(new));
        let found = found.into_iter();
        found.map(|w| format!("{}: {}", w.matter, w.why)).collect()
    }

    fn with_gate(mut gate: Value) -> Value {
        gate["id"] = "g".into();
        gate["kind"] = "command".into();
        json!({"phase": [{"id": "a", "title": "A", "gate": [gate]}]})
    }

    #[test]
    fn each_row_of_the_table_is_found() {
        let run = || json!({"run": ["x"]});
        for (old, new, expected) in [
            (
                json!({"on": "push"}),
                json!({}),
                "'on' lowered from push to close",
            ),
            (run(), json!({"run": ["y"]}), "its command changed"),
            (run(), json!({"shell": "x"}), "its command changed"),
            (
                run(),
                json!({"run": ["x"], "cwd": "a"}),
                "its command changed",
            ),
            (
                run(),
                json!({"run": ["x"], "inputs": ["a"]}),
                "its inputs changed",
            ),
            (
                json!({"inputs": ["a", "b"]}),
                json!({"inputs": ["b"]}),
                "its inputs changed",
            ),
            (json!({"count": 2}), json!({}), "its count lowered"),
            (
                json!({"max_age": "1d"}),
                json!({"max_age": "2d"}),
                "its max_age extended",
            ),
            (json!({"max_age": "1d"}), json!({}), "its max_age extended"),
            (
                json!({"signed": true}),
                json!({}),
                "signatures are no longer asked for",
            ),
            (json!({"runner": "ci"}), json!({}), "its runner changed"),
            (
                json!({"platform": "linux"}),
                json!({"platform": "macos"}),
                "its platform changed",
            ),
            (
                json!({}),
                json!({"later": 1}),
                "a key changed that is not known here",
            ),
        ] {
            let found = why(with_gate(old.clone()), with_gate(new.clone()));
            assert_eq!(found, [format!("gate a/g: {expected}")], "{old} → {new}");
        }
    }

    #[test]
    fn asking_for_more_is_no_weakening() {
        for (old, new) in [
            (json!({}), json!({"on": "push"})),
            (json!({"count": 1}), json!({"count": 2})),
            (json!({"max_age": "2d"}), json!({"max_age": "1d"})),
            (json!({"inputs": ["a"]}), json!({"inputs": ["a", "b"]})),
            (json!({"inputs": ["a"]}), json!({})),
            (json!({}), json!({"signed": true})),
            (json!({}), json!({"runner": "ci", "platform": "linux"})),
            (json!({"description": "a"}), json!({"description": "b"})),
        ] {
            let found = why(with_gate(old.clone()), with_gate(new.clone()));
            assert_eq!(found, [""; 0], "{old} → {new}");
        }
    }

    #[test]
    fn phases_refs_and_policies_are_looked_at() {
        let phases = |ids: &[&str]| {
            let phase = |id: &&str| json!({"id": id, "title": id});
            json!({"phase": ids.iter().map(phase).collect::<Vec<_>>()})
        };
        let both = || phases(&["a", "b"]);
        assert_eq!(
            why(both(), phases(&["b", "a"])),
            ["phase b: no longer after a"]
        );
        assert_eq!(why(both(), phases(&["a"])), [""; 0]);
        assert_eq!(why(both(), phases(&["b"])), ["phase b: no longer after a"]);
        let main = || json!({"protect": ["main"]});
        assert_eq!(
            why(main(), json!({})),
            ["protect: no longer protected: main"]
        );
        assert_eq!(why(json!({}), main()), [""; 0]);
        let policy = |value: Value| json!({"policy": value});
        let strict = policy(json!({"land": "closed", "unlinked": "block"}));
        assert_eq!(
            why(strict, json!({})),
            ["policy: land is 'ordered'; unlinked is 'warn'"]
        );
        let signers = policy(json!({"signers": ["x"]}));
        assert_eq!(why(json!({}), signers), ["policy: 1 more may sign"]);
        let unknown = ["policy: a key changed that is not known here"];
        assert_eq!(why(json!({}), policy(json!({"later": 1}))), unknown);
    }
}
