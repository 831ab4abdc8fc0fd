//! What an entity is called at the head of its section.

use toml_edit::{Item, Table};

use super::value;

/// The first line of a section, and the keys that it is made of.
pub(super) struct Heading {
    kind: String,
    /// What tells it from others of its kind, as it is shown.
    words: Vec<String>,
    /// The keys whose values stand in it as they are.
    keys: Vec<&'static str>,
    /// What the sections within are named by: a phase's id, for its gates.
    name: Option<String>,
}

/// Which keys tell what a file is, and which of them its heading shows.
const FILES: [(&str, &[&str], &[&str]); 6] = [
    ("record", &["id", "plan", "kind"], &["kind", "id"]),
    ("entry", &["id", "kind", "label"], &["label", "kind"]),
    (
        "checkpoint",
        &["id", "sequence", "name"],
        &["sequence", "name"],
    ),
    ("task", &["id", "number", "title"], &["number", "title"]),
    ("plan", &["title"], &["title"]),
    ("format", &["version"], &["version"]),
];

/// What the heading of a member of a list shows.
const MEMBERS: [(&str, &[&str]); 4] = [
    ("phase", &["id"]),
    ("gate", &["id"]),
    ("item", &["text"]),
    ("note", &["id"]),
];

impl Heading {
    /// Of a file: Git tells no path, so that its keys have to.
    pub(super) fn of_file(table: &Table) -> Self {
        let is_it = |keys: &&[&str]| keys.iter().all(|key| shown(table, key).is_some());
        let found = FILES.iter().find(|(_, telling, _)| is_it(telling));
        match found {
            Some((kind, _, keys)) => Self::showing(kind, keys, table),
            None => Self::named("file"),
        }
    }

    /// Of a member of a list, such as `phase` or `note`.
    pub(super) fn of_member(list: &str, table: &Table) -> Self {
        let known = MEMBERS.iter().find(|(name, _)| *name == list);
        match known {
            Some((kind, keys)) => Self::showing(kind, keys, table),
            None => Self::named(list),
        }
    }

    /// Of a table with a name and nothing else to it.
    pub(super) fn named(name: &str) -> Self {
        Self {
            kind: value::word(name),
            words: Vec::new(),
            keys: Vec::new(),
            name: None,
        }
    }

    fn showing(kind: &str, keys: &[&'static str], table: &Table) -> Self {
        let found = keys
            .iter()
            .filter_map(|key| Some((*key, shown(table, key)?)));
        let (keys, words): (Vec<_>, Vec<_>) = found.unzip();
        let is_phase = kind == "phase";
        Self {
            name: words.first().filter(|_| is_phase).cloned(),
            ..Self {
                kind: kind.to_owned(),
                words,
                keys,
                name: None,
            }
        }
    }

    /// The line; `parent` is what the section around it is named by.
    pub(super) fn text(&self, parent: Option<&str>) -> String {
        let words = self.words.join(" ");
        match parent {
            Some(parent) if !words.is_empty() => format!("{} {parent}/{words}", self.kind),
            Some(parent) => format!("{} of {parent}", self.kind),
            None if words.is_empty() => self.kind.clone(),
            None => format!("{} {words}", self.kind),
        }
    }

    /// What the sections within are named by.
    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether the line says all that a key holds.
    pub(super) fn says(&self, key: &str) -> bool {
        self.keys.contains(&key)
    }
}

/// A value as a heading shows it; none where it is not of the type that is due there, so that it is
/// shown below with its type.
fn shown(table: &Table, key: &str) -> Option<String> {
    let item: &Item = table.get(key)?;
    match key {
        "number" | "sequence" => item.as_integer().map(|number| number.to_string()),
        "title" | "name" | "text" => item.as_str().map(value::quoted),
        _ => item.as_str().map(value::word),
    }
}
