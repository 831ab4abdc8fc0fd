//! A plan's header, its phases and their gates, as they stand in `plan.toml`.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Slug, Span, Time};

/// Whether a plan can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// It is worked on.
    #[default]
    Active,
    /// It is over, and read-only.
    Archived,
}

impl fmt::Display for PlanStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Active => "active",
            Self::Archived => "archived",
        })
    }
}

/// What `.plans/<plan>/plan.toml` holds. The plan's id is the name of that folder.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Header {
    /// What the plan is called; one line.
    pub title: String,
    /// What is true when it is done; Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
    /// Whether it can be written.
    #[serde(default)]
    pub status: PlanStatus,
    /// Why it has that status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who gave it that status, as `Name <e-mail>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_by: Option<String>,
    /// Since when it has that status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_since: Option<Time>,
    /// Its name elsewhere, such as `JIRAPRJ-120`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Globs of branch names on which this is the current plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<String>,
    /// Globs of full ref names that the gates protect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub protect: Vec<String>,
    /// How many tasks one holder may have in progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wip_limit: Option<u32>,
    /// The highest task number ever given, where that task is no longer there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_number: Option<u32>,
    /// The highest sequence ever given to a checkpoint, where that one is no longer there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_checkpoint: Option<u32>,
    /// What enforcement does where it has a choice.
    #[serde(
        default,
        deserialize_with = "plain_table",
        skip_serializing_if = "Option::is_none"
    )]
    pub policy: Option<BTreeMap<String, Value>>,
    /// The stages, in order.
    #[serde(default, rename = "phase", skip_serializing_if = "Vec::is_empty")]
    pub phases: Vec<Phase>,
}

impl Header {
    /// The phase of that name.
    pub fn phase(&self, id: &Slug) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.id == *id)
    }

    /// Its place in the list, from 0.
    pub fn position(&self, id: &Slug) -> Option<usize> {
        self.phases.iter().position(|phase| phase.id == *id)
    }
}

/// An ordered stage of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Phase {
    /// Names the phase.
    pub id: Slug,
    /// What it is called; one line.
    pub title: String,
    /// What is true when it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<String>,
    /// The phases it comes after. Without it: the one before it in the list. Empty: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Vec<Slug>>,
    /// What must hold for it to be closed, besides its tasks.
    #[serde(default, rename = "gate", skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<Gate>,
}

impl Phase {
    /// A phase with a name and nothing else.
    pub fn new(id: Slug, title: &str) -> Self {
        Self {
            id,
            title: title.to_owned(),
            objective: None,
            after: None,
            gates: Vec::new(),
        }
    }
}

/// When a gate must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// When its phase is closed.
    #[default]
    Close,
    /// Then, and for the tip of every push to a protected branch that concerns it.
    Push,
}

impl On {
    fn is_default(&self) -> bool {
        *self == Self::Close
    }
}

/// A condition that a phase must satisfy. One value: its definition is never mixed from two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// Names the gate within its phase.
    pub id: Slug,
    /// What kind of condition it is.
    pub kind: String,
    /// When it must hold.
    #[serde(default, skip_serializing_if = "On::is_default")]
    pub on: On,
    /// What it asks for, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The command, as words; one of `run` and `shell` where its kind is `command`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Vec<String>>,
    /// The command as a text for `sh -c`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shell: Option<String>,
    /// The folder that the command runs in, from the top of the tree; without it, the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// Names of environment variables that the command needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<Vec<String>>,
    /// Paths that its outcome depends on; without it, the whole tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Vec<String>>,
    /// How long the command may take, such as `15m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
    /// How old evidence may be, such as `30d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<Span>,
    /// On what system evidence counts: `linux`, or `linux-x86_64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Where evidence counts from: `ci`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runner: Option<String>,
    /// Whether only signed evidence counts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed: bool,
    /// Whether the end of the command's output is kept in its record.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub record_output: bool,
    /// How many people have to approve; without it, one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// The specifications that the code must satisfy; without it, all of the plan but those that only
    /// tasks of other phases carry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specs: Option<Vec<Slug>>,
    /// Keys that this version does not know; they belong to the definition all the same.
    #[serde(flatten, deserialize_with = "plain_values")]
    pub extra: BTreeMap<String, Value>,
}

impl Gate {
    /// A gate of a kind, with nothing else said.
    pub fn new(id: Slug, kind: &str) -> Self {
        Self {
            id,
            kind: kind.to_owned(),
            on: On::Close,
            description: None,
            run: None,
            shell: None,
            cwd: None,
            env: None,
            inputs: None,
            timeout: None,
            max_age: None,
            platform: None,
            runner: None,
            signed: false,
            record_output: false,
            count: None,
            specs: None,
            extra: BTreeMap::new(),
        }
    }
}

fn plain_table<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BTreeMap<String, Value>>, D::Error> {
    plain_values(deserializer).map(Some)
}

/// Values of keys that are not known here. A date-time of TOML comes as a map with one private
/// key; it is its text.
fn plain_values<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Value>, D::Error> {
    let mut values = BTreeMap::<String, Value>::deserialize(deserializer)?;
    values.values_mut().for_each(make_plain);
    Ok(values)
}

fn make_plain(value: &mut Value) {
    match value {
        Value::Array(members) => members.iter_mut().for_each(make_plain),
        Value::Object(fields) => match fields.iter().next() {
            Some((key, Value::String(text))) if fields.len() == 1 && key.starts_with("$__") => {
                *value = Time::normal(text).into();
            }
            _ => fields.values_mut().for_each(make_plain),
        },
        _ => {}
    }
}
