//! An entry of a plan's register: a question, an assumption, a risk, a decision, a discrepancy or
//! a hypothesis, as it stands in its file.
//!
//! An entry is open until it is resolved. It is never removed: who takes it back resolves it, and
//! the file says who did, and when.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::validity::{check_line, check_text, invalid};
use super::{EntryId, Refusal, Time, limits};

/// What an entry is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Something that somebody has to answer.
    Question,
    /// Something that is taken for true and has to be confirmed.
    Assumption,
    /// Something that may go wrong.
    Risk,
    /// Something that has to be decided, or was.
    Decision,
    /// Two things that ought to agree and do not.
    Discrepancy,
    /// Something that may explain what was seen.
    Hypothesis,
}

impl EntryKind {
    /// All of them, in the order of lists.
    pub const ALL: [Self; 6] = [
        Self::Question,
        Self::Assumption,
        Self::Risk,
        Self::Decision,
        Self::Discrepancy,
        Self::Hypothesis,
    ];

    /// The word in files and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Assumption => "assumption",
            Self::Risk => "risk",
            Self::Decision => "decision",
            Self::Discrepancy => "discrepancy",
            Self::Hypothesis => "hypothesis",
        }
    }

    /// What its labels begin with.
    pub fn letter(self) -> char {
        match self {
            Self::Question => 'Q',
            Self::Assumption => 'A',
            Self::Risk => 'R',
            Self::Decision => 'D',
            Self::Discrepancy => 'X',
            Self::Hypothesis => 'H',
        }
    }

    /// Whether an open entry of this kind can keep a gate of kind `questions` from holding.
    pub fn can_block(self) -> bool {
        matches!(self, Self::Question | Self::Assumption)
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What people call an entry: `Q-1`, the letter of its kind and its number among those.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// The kind of the entry.
    pub kind: EntryKind,
    /// Its number among the plan's entries of that kind, from 1; 0 before it is given one.
    pub number: u32,
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.kind.letter(), self.number)
    }
}

/// A text that is no label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a label such as Q-1")]
pub struct NoLabel;

impl FromStr for Label {
    type Err = NoLabel;

    fn from_str(text: &str) -> Result<Self, NoLabel> {
        let (letter, digits) = text.split_once('-').ok_or(NoLabel)?;
        let is_number = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
        let number = digits.parse().map_err(|_| NoLabel)?;
        let mut kinds = EntryKind::ALL.into_iter();
        let kind =
            kinds.find(|kind| letter.eq_ignore_ascii_case(kind.letter().encode_utf8(&mut [0; 4])));
        match kind {
            Some(kind) if is_number => Ok(Self { kind, number }),
            _ => Err(NoLabel),
        }
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map_err(|error: NoLabel| de::Error::custom(format!("'{text}' is {error}")))
    }
}

impl JsonSchema for Label {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Label".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^[QARDXH]-[0-9]+$"})
    }
}

/// What `.plans/<plan>/registers/<id>.toml` holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Names the entry and its file.
    pub id: EntryId,
    /// What it is.
    pub kind: EntryKind,
    /// What people call it.
    pub label: Label,
    /// What is asked, assumed, feared, decided, found or supposed; Markdown.
    pub text: String,
    /// What depends on it; Markdown.
    #[serde(default)]
    pub impact: Option<String>,
    /// Who has to see to it.
    #[serde(default)]
    pub owner: Option<String>,
    /// Whether work stops at it until it is resolved.
    #[serde(default)]
    pub blocking: bool,
    /// What it is about: phases by name, tasks by id, labels of requirements; without any, the
    /// whole plan.
    #[serde(default)]
    pub concerns: Vec<String>,
    /// The answer, the confirmation, what was decided or done; Markdown. Without it, the entry is
    /// open.
    #[serde(default)]
    pub resolution: Option<String>,
    /// Who resolved it, as `Name <e-mail>`.
    #[serde(default)]
    pub resolved_by: Option<String>,
    /// The agent that acted for them.
    #[serde(default)]
    pub resolved_as: Option<String>,
    /// When it was resolved.
    #[serde(default)]
    pub resolved_when: Option<Time>,
}

impl Entry {
    /// An open entry with a text and nothing else; its label is given when it enters a plan.
    pub fn new(id: EntryId, kind: EntryKind, text: &str) -> Self {
        Self {
            id,
            kind,
            label: Label { kind, number: 0 },
            text: text.to_owned(),
            impact: None,
            owner: None,
            blocking: false,
            concerns: Vec::new(),
            resolution: None,
            resolved_by: None,
            resolved_as: None,
            resolved_when: None,
        }
    }

    /// The same, resolved.
    #[must_use]
    pub fn resolved(self, text: &str, who: String, agent: Option<String>, when: Time) -> Self {
        Self {
            resolution: Some(text.to_owned()),
            resolved_by: Some(who),
            resolved_as: agent,
            resolved_when: Some(when),
            ..self
        }
    }

    /// Whether nobody has resolved it.
    pub fn is_open(&self) -> bool {
        self.resolution.is_none()
    }

    /// `open` or `resolved`.
    pub fn status(&self) -> &'static str {
        match self.is_open() {
            true => "open",
            false => "resolved",
        }
    }

    /// The first line of its text, for lists.
    pub fn title(&self) -> &str {
        let mut lines = self.text.lines().map(str::trim);
        lines.find(|line| !line.is_empty()).unwrap_or_default()
    }

    /// Whether it is valid by itself, whatever its plan.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming the key.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.label.kind != self.kind || self.label.number == 0 {
            return invalid(format!("{} is no label of a {}", self.label, self.kind));
        }
        require_text("text", &self.text)?;
        if let Some(impact) = &self.impact {
            check_text("impact", impact)?;
        }
        if let Some(owner) = &self.owner {
            check_line("owner", owner)?;
        }
        if self.concerns.len() > limits::MEMBERS {
            let (count, limit) = (self.concerns.len(), limits::MEMBERS);
            return invalid(format!("it concerns {count} things; the limit is {limit}"));
        }
        let mut words = self.concerns.iter();
        words.try_for_each(|word| check_line("word of concerns", word))?;
        self.check_resolution()
    }

    /// A resolution says who and when; an open entry has none of it.
    fn check_resolution(&self) -> Result<(), Refusal> {
        match (&self.resolution, &self.resolved_by, self.resolved_when) {
            (Some(text), Some(who), Some(_)) => {
                require_text("resolution", text)?;
                check_line("resolved_by", who)?;
                let agent = self.resolved_as.as_ref();
                agent.map_or(Ok(()), |agent| check_line("resolved_as", agent))
            }
            (None, None, None) if self.resolved_as.is_none() => Ok(()),
            _ => invalid("a resolution says what, by whom and when".to_owned()),
        }
    }
}

fn require_text(what: &str, text: &str) -> Result<(), Refusal> {
    match text.trim().is_empty() {
        true => invalid(format!("the {what} is empty")),
        false => check_text(what, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Entry {
        let id = "k3v9x0a2b1".parse().unwrap();
        let mut entry = Entry::new(id, EntryKind::Question, "Which database?");
        entry.label.number = 1;
        entry
    }

    #[test]
    fn a_label_is_a_letter_and_a_number() {
        for kind in EntryKind::ALL {
            let label = Label { kind, number: 7 };
            assert_eq!(label.to_string().parse(), Ok(label));
        }
        assert_eq!("q-1".parse::<Label>().unwrap().to_string(), "Q-1");
        for word in [
            "",
            "Q",
            "Q-",
            "Q1",
            "-1",
            "Q-+1",
            "Q--1",
            "Z-1",
            "FR-1",
            "Q-99999999999",
        ] {
            assert_eq!(word.parse::<Label>(), Err(NoLabel), "{word}");
        }
    }

    #[test]
    fn an_entry_is_held_to_its_form() {
        assert_eq!(question().check(), Ok(()));
        let done = question().resolved("SQLite", "Ada <a@b.c>".to_owned(), None, Time(0));
        assert_eq!(done.check(), Ok(()));
        let mut unnumbered = question();
        unnumbered.label.number = 0;
        let mut foreign = question();
        foreign.label.kind = EntryKind::Risk;
        let wrong = [
            unnumbered,
            foreign,
            Entry {
                text: " \n".to_owned(),
                ..question()
            },
            Entry {
                text: "x".repeat(limits::TEXT + 1),
                ..question()
            },
            Entry {
                owner: Some("a\nb".to_owned()),
                ..question()
            },
            Entry {
                concerns: vec![String::new()],
                ..question()
            },
            Entry {
                concerns: vec!["x".to_owned(); limits::MEMBERS + 1],
                ..question()
            },
            Entry {
                resolution: Some("yes".to_owned()),
                ..question()
            },
            Entry {
                resolved_by: Some("Ada".to_owned()),
                ..question()
            },
            Entry {
                resolution: Some(" ".to_owned()),
                ..done.clone()
            },
            Entry {
                resolved_when: None,
                ..done
            },
        ];
        for entry in wrong {
            assert!(entry.check().is_err(), "{:.60}", format!("{entry:?}"));
        }
    }
}
