//! Changes as sentences, for whatever shows them: which words are ours, which came from a plan.

use serde_json::{Map, Value};

use crate::review::{Account, Change, Class, Kind, Sort};

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words of ours.
    Own(String),
    /// Words that came from a plan, and may be anything.
    Foreign(String),
}

/// A sentence. Not yet harmless.
pub type Sentence = Vec<Piece>;

/// What is told of a change below its heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A sentence.
    Words(Sentence),
    /// A text of which lines went and came.
    Text {
        /// The key.
        key: String,
        /// What it was.
        old: String,
        /// What it is.
        new: String,
    },
}

fn own(text: impl Into<String>) -> Piece {
    Piece::Own(text.into())
}

fn foreign(text: impl Into<String>) -> Piece {
    Piece::Foreign(text.into())
}

/// Changes of one class that are about one thing.
#[derive(Debug)]
pub struct Group<'c> {
    /// The sign before it: of its class, where the thing itself came or went; a blank where its parts
    /// did.
    pub sign: char,
    /// What they are about.
    pub heading: &'c str,
    /// Them.
    pub changes: &'c [Change],
}

/// The changes of a class, by what they are about.
pub fn groups(changes: &[Change]) -> impl Iterator<Item = Group<'_>> {
    let is_same =
        |one: &Change, other: &Change| one.file == other.file && one.heading() == other.heading();
    changes.chunk_by(is_same).map(Group::of)
}

impl<'c> Group<'c> {
    fn of(changes: &'c [Change]) -> Self {
        Self {
            sign: changes.first().map_or(' ', sign),
            heading: changes.first().map_or("", Change::heading),
            changes,
        }
    }
}

fn sign(change: &Change) -> char {
    match change.class() {
        _ if change.entity.part_of.is_some() => ' ',
        Class::Weakened => '!',
        Class::Removed => '-',
        Class::Added => '+',
        Class::Changed => '~',
        Class::Moved => '>',
    }
}

/// What stands behind the heading of a group: what the change comes to.
pub fn behind(change: &Change) -> Sentence {
    match &change.weakening {
        Some((why, _)) => vec![own(": "), foreign(why.clone())],
        None if change.is_cancellation() => vec![own(": cancelled")],
        None => Vec::new(),
    }
}

/// What is told of a change below its heading.
pub fn lines(change: &Change) -> Vec<Line> {
    let mut lines = itself(change);
    lines.extend(along(change));
    lines.extend(accounted(change));
    lines.extend(consequences(change));
    lines
}

/// What follows from it.
pub fn consequences(change: &Change) -> Vec<Line> {
    let sentence = |text: &String| Line::Words(vec![own("→ "), foreign(text.clone())]);
    change.consequences.iter().map(sentence).collect()
}

/// What changed, without what goes along with it and what follows from it.
pub fn itself(change: &Change) -> Vec<Line> {
    match (change.kind, &change.key) {
        (Kind::Added, None) => of_new(change),
        (Kind::Removed, None) if matches!(change.entity.sort, Sort::Gate | Sort::Rule) => {
            was(change)
        }
        (Kind::Removed, None) => of_part(change, '-'),
        (Kind::Added | Kind::Removed, Some(_)) => of_file(change),
        (_, None) => of_definition(change),
        (_, Some(_)) if change.is_cancellation() => Vec::new(),
        (_, Some(key)) => of_key(change, key),
    }
}

/// A part of something came or went: it is told by its name.
fn of_part(change: &Change, sign: char) -> Vec<Line> {
    match &change.entity.part_of {
        Some(_) => {
            let name = [own(format!("{sign} ")), foreign(change.entity.name.clone())];
            let mut lines = vec![Line::Words([&name[..], &said(change)].concat())];
            lines.extend(said_at_length(change));
            lines
        }
        None => Vec::new(),
    }
}

/// What a remark says.
fn remark(change: &Change) -> Option<&str> {
    let value = change.to.as_ref().or(change.from.as_ref());
    let text = value.and_then(|value| value.get("text")?.as_str());
    text.filter(|_| change.entity.sort == Sort::Note)
}

fn said(change: &Change) -> Sentence {
    match remark(change).filter(|text| !is_long(text)) {
        Some(text) => vec![own(": "), foreign(text)],
        None => Vec::new(),
    }
}

fn said_at_length(change: &Change) -> Option<Line> {
    let text = remark(change).filter(|text| is_long(text))?.to_owned();
    let (old, new) = match change.kind {
        Kind::Removed => (text, String::new()),
        _ => (String::new(), text),
    };
    let key = String::new();
    Some(Line::Text { key, old, new })
}

/// What a gate or a rule asked for that is gone.
fn was(change: &Change) -> Vec<Line> {
    let Some(Value::Object(fields)) = &change.from else {
        return Vec::new();
    };
    let mut fields = fields.clone();
    fields.remove("id");
    vec![words("it was", short(&Value::Object(fields)))]
}

/// A file that is no entity.
fn of_file(change: &Change) -> Vec<Line> {
    let text = |value: &Option<Value>| {
        let text = value.as_ref().and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    vec![Line::Text {
        key: String::new(),
        old: text(&change.from),
        new: text(&change.to),
    }]
}

/// Keys that its heading tells, or that say nothing to people.
const TOLD: [&str; 12] = [
    "id",
    "number",
    "label",
    "plan",
    "sequence",
    "when",
    "status_since",
    "supersedes",
    "subject",
    "definition",
    "signature",
    "name",
];

/// What is told of a thing that came: its keys, but for those that its heading tells.
fn of_new(change: &Change) -> Vec<Line> {
    if change.entity.part_of.is_some() {
        return of_part(change, '+');
    }
    let Some(Value::Object(fields)) = &change.to else {
        return Vec::new();
    };
    let keys: &[&str] = match change.entity.sort {
        Sort::Record => &["result", "until", "note", "who", "as", "runner"],
        Sort::Checkpoint => &["note", "task", "base", "who", "as"],
        Sort::Phase => &["title", "objective", "after"],
        Sort::Plan => &["title", "goal", "key", "branches", "protect", "policy"],
        _ => return all_fields(change, fields),
    };
    let told = keys
        .iter()
        .filter_map(|key| Some((*key, fields.get(*key)?)));
    told.flat_map(|(key, value)| field(key, value)).collect()
}

fn all_fields(change: &Change, fields: &Map<String, Value>) -> Vec<Line> {
    let is_title = |key: &str| matches!(change.entity.sort, Sort::Task) && key == "title";
    let is_pending = |key: &str, value: &Value| key == "status" && value == "pending";
    let told = fields.iter().filter(|(key, value)| {
        let key = key.as_str();
        !TOLD.contains(&key) && !is_title(key) && !is_pending(key, value)
    });
    let line = |(key, value): (&String, &Value)| match value {
        Value::Array(members) if !change.names.is_empty() && !members.is_empty() => {
            let name = |one| change.called(one).unwrap_or_else(|| member(one));
            let names: Vec<String> = members.iter().map(name).collect();
            Some(words(key, names.join(", ")))
        }
        value => field(key, value),
    };
    told.flat_map(line).collect()
}

fn words(key: &str, value: String) -> Line {
    Line::Words(vec![own(format!("{key}: ")), foreign(value)])
}

impl Change {
    /// What people call the task whose id this is.
    fn called(&self, id: &Value) -> Option<String> {
        self.names.get(id.as_str()?).cloned()
    }
}

/// A key with its value.
fn field(key: &str, value: &Value) -> Option<Line> {
    match value {
        Value::String(text) if text.contains('\n') => Some(Line::Text {
            key: key.to_owned(),
            old: String::new(),
            new: text.clone(),
        }),
        Value::Array(list) if list.is_empty() => None,
        Value::Bool(false) | Value::Null => None,
        value => Some(words(key, short(value))),
    }
}

/// A definition that is one value: the keys of it that differ.
fn of_definition(change: &Change) -> Vec<Line> {
    let empty = Map::new();
    let fields = |value: &'_ Option<Value>| match value {
        Some(Value::Object(fields)) => fields.clone(),
        _ => empty.clone(),
    };
    let (from, to) = (fields(&change.from), fields(&change.to));
    let mut keys: Vec<&String> = from.keys().chain(to.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let differ = keys
        .into_iter()
        .filter(|key| from.get(*key) != to.get(*key));
    differ
        .map(|key| two(key, from.get(key), to.get(key)))
        .collect()
}

fn of_key(change: &Change, key: &str) -> Vec<Line> {
    let is_set = matches!(
        key,
        "depends_on" | "labels" | "refs" | "concerns" | "branches" | "protect"
    );
    let is_member = is_set && change.weakening.is_none() && change.kind == Kind::Changed;
    let prefix = match &change.entity.part_of {
        Some(_) => vec![foreign(change.entity.name.clone()), own(" ")],
        None => Vec::new(),
    };
    let line = match (is_member, &change.from, &change.to) {
        (true, Some(member), _) => member_line(change, key, '-', member),
        (true, _, Some(member)) => member_line(change, key, '+', member),
        // A table of choices: those that differ.
        (_, Some(Value::Object(_)), _) | (_, _, Some(Value::Object(_))) if key == "policy" => {
            return of_definition(change);
        }
        (_, from, to) => two(key, from.as_ref(), to.as_ref()),
    };
    match line {
        Line::Words(words) => vec![Line::Words([prefix, words].concat())],
        text @ Line::Text { .. } if prefix.is_empty() => vec![text],
        text @ Line::Text { .. } => vec![Line::Words(prefix), text],
    }
}

fn member_line(change: &Change, key: &str, sign: char, member: &Value) -> Line {
    let name = change.called(member).unwrap_or_else(|| short(member));
    Line::Words(vec![own(format!("{key}: {sign} ")), foreign(name)])
}

/// A key with its value before and after.
fn two(key: &str, from: Option<&Value>, to: Option<&Value>) -> Line {
    if key == "claim" {
        return claimed(from, to);
    }
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let (old, new) = (text(from), text(to));
    let is_text = |text: &Option<String>| text.as_deref().is_some_and(is_long);
    if is_text(&old) || is_text(&new) {
        return Line::Text {
            key: key.to_owned(),
            old: old.unwrap_or_default(),
            new: new.unwrap_or_default(),
        };
    }
    let shown = |value: Option<&Value>| match value {
        None | Some(Value::Null) => own("(none)"),
        Some(Value::Array(members)) if members.is_empty() => own("(none)"),
        Some(value) => foreign(short(value)),
    };
    Line::Words(vec![
        own(format!("{key}: ")),
        shown(from),
        own(" → "),
        shown(to),
    ])
}

/// Who holds a task now, or held it.
fn claimed(from: Option<&Value>, to: Option<&Value>) -> Line {
    let word = |claim: Option<&Value>, key: &str| claim?.get(key)?.as_str().map(str::to_owned);
    let holder = |claim: Option<&Value>| word(claim, "holder");
    if holder(from) == holder(to) {
        let end = |claim| word(claim, "until").unwrap_or_else(|| "(none)".to_owned());
        let words = [
            own("claim until: "),
            foreign(end(from)),
            own(" → "),
            foreign(end(to)),
        ];
        return Line::Words(words.to_vec());
    }
    let (words, holder) = match (holder(to), holder(from)) {
        (Some(holder), _) => ("claim: held by ", holder),
        (None, Some(holder)) => ("claim: no longer held by ", holder),
        (None, None) => ("claim: ", String::new()),
    };
    Line::Words(vec![own(words), foreign(holder)])
}

fn is_long(text: &str) -> bool {
    text.contains('\n') || text.len() > LONG
}

/// A text that is longer is shown by its lines, with changed words marked.
const LONG: usize = 60;

/// What changed along with the key, but for when.
pub fn along(change: &Change) -> Vec<Line> {
    let told = change.along.iter();
    let is_time = |key: &str| key.ends_with("_since") || key.ends_with("_when");
    let told = told.filter(|(key, value)| !is_time(key) && !value.is_null());
    told.flat_map(|(key, value)| field(key, value)).collect()
}

/// Who said why a weakening is, or that nobody did.
pub fn accounted(change: &Change) -> Vec<Line> {
    let Some((_, account)) = &change.weakening else {
        return Vec::new();
    };
    match account {
        Account::Missing => vec![Line::Words(vec![own("no record says why")])],
        Account::Asked => vec![Line::Words(vec![own(
            "--reason says why when it is stored",
        )])],
        Account::Itself => Vec::new(),
        Account::Recorded(records) => {
            let line = |record: &crate::model::Record| {
                let agent = record.agent.iter().map(|agent| format!(" as {agent}"));
                let who = format!("{}{}", record.who, agent.collect::<String>());
                let note = record.note.clone().unwrap_or_default();
                Line::Words(vec![
                    own("recorded by "),
                    foreign(who),
                    own(": "),
                    foreign(note),
                ])
            };
            records.iter().map(line).collect()
        }
    }
}

/// A value in a word or two.
fn short(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        // With what a JSON text escapes, so that it has one end only.
        text @ Value::String(_) => text.to_string(),
        Value::Array(members) => {
            let members: Vec<String> = members.iter().map(member).collect();
            members.join(", ")
        }
        Value::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(key, value)| format!("{key} = {}", short(value)))
                .collect();
            fields.join(", ")
        }
        other => other.to_string(),
    }
}

/// A member of a list: by its text or its id, where it has one.
fn member(value: &Value) -> String {
    let name = value.get("text").or_else(|| value.get("id"));
    short(name.unwrap_or(value))
}

/// Whether a text needs no quotes to be told from what is around it.
fn is_plain(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/@+:-".contains(c);
    let is_other = matches!(text, "true" | "false") || text.parse::<f64>().is_ok();
    !text.is_empty() && !is_other && text.chars().all(is_plain)
}
