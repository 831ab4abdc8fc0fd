//! An entity written over the text that was there: only what differs is touched.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

use super::FormatError;
use super::layout::{Kind, Layout};
use crate::model::Time;
use crate::model::visible::is_deceptive;

/// The widest line that holds an array.
const COLUMNS: usize = 100;

/// The text of `entity`, starting from the text that is there, if any.
///
/// # Errors
/// [`FormatError`] where the text that is there is not TOML, or the entity is no table.
pub fn write(old: Option<&str>, layout: &Layout, entity: &Json) -> Result<String, FormatError> {
    let mut document = parse(old.unwrap_or_default())?;
    let Json::Object(fields) = entity else {
        return Err(FormatError::new("not a table"));
    };
    sync_table(document.as_table_mut(), layout, fields);
    Ok(document.to_string())
}

/// Reads a text that will be changed.
///
/// # Errors
/// [`FormatError`] with line and column.
pub fn parse(text: &str) -> Result<DocumentMut, FormatError> {
    text.parse::<DocumentMut>().map_err(|error| {
        let cause = error.message().replace('\n', "; ");
        match error.span() {
            Some(span) => FormatError::at(text, span.start, cause),
            None => FormatError::new(cause),
        }
    })
}

fn sync_table(table: &mut Table, layout: &Layout, fields: &Map<String, Json>) {
    let is_ours = |key: &str| layout.whole || layout.rank(key).is_some();
    let gone: Vec<String> = table
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| is_ours(key) && !fields.contains_key(key))
        .collect();
    for key in gone {
        table.remove(&key);
    }
    let mut grew = false;
    for (key, value) in fields {
        grew |= !table.contains_key(key);
        sync_key(table, key, value, layout.kind(key).unwrap_or(Kind::Plain));
    }
    if grew {
        sort(table, layout);
    }
}

fn sync_key(table: &mut Table, key: &str, value: &Json, kind: Kind) {
    match (kind, value) {
        (Kind::Table(layout), Json::Object(fields)) => {
            if let Some(inner) = as_table(table.entry(key).or_insert_with(new_table)) {
                sync_table(inner, layout, fields);
            }
        }
        (Kind::Tables(layout), Json::Array(members)) => sync_members(table, key, members, layout),
        _ => match table.get_mut(key) {
            Some(item) if is_same(item, value) => {}
            Some(item) => {
                let decor = item.as_value().map(|old| old.decor().clone());
                let mut new = to_toml(key, value, kind);
                if let Some(decor) = decor {
                    *new.decor_mut() = decor;
                }
                *item = Item::Value(new);
            }
            None => {
                table.insert(key, Item::Value(to_toml(key, value, kind)));
            }
        },
    }
}

fn new_table() -> Item {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    Item::Table(table)
}

fn as_table(item: &mut Item) -> Option<&mut Table> {
    if !item.is_table() {
        *item = std::mem::take(item)
            .into_table()
            .map_or_else(|_| new_table(), Item::Table);
    }
    item.as_table_mut()
}

fn sync_members(table: &mut Table, key: &str, members: &[Json], layout: &Layout) {
    let old = match table.remove(key) {
        Some(item) => item.into_array_of_tables().unwrap_or_default(),
        None => ArrayOfTables::new(),
    };
    let mut by_id: HashMap<String, Table> = HashMap::new();
    let mut order = Vec::new();
    for inner in old {
        let id = inner
            .get("id")
            .and_then(Item::as_str)
            .unwrap_or_default()
            .to_owned();
        order.push(id.clone());
        by_id.insert(id, inner);
    }
    let ids: Vec<&str> = members
        .iter()
        .filter_map(|member| member.get("id")?.as_str())
        .collect();
    let rearranged = ids != order;
    let mut new = ArrayOfTables::new();
    for fields in members.iter().filter_map(Json::as_object) {
        let id = fields.get("id").and_then(Json::as_str).unwrap_or_default();
        let mut inner = by_id.remove(id).unwrap_or_else(|| {
            let mut inner = Table::new();
            inner.decor_mut().set_prefix("\n");
            inner
        });
        sync_table(&mut inner, layout, fields);
        new.push(inner);
    }
    table.insert(key, Item::ArrayOfTables(new));
    if rearranged {
        forget_positions(table);
    }
}

/// Lets tables stand where they are in memory, not where they were in the text.
fn forget_positions(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => forget_positions(inner),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(forget_positions),
            _ => {}
        }
    }
}

/// Known keys in their order; a key that is not known stays behind the one it stood behind.
fn sort(table: &mut Table, layout: &Layout) {
    let mut rank = 0;
    let mut ranks = HashMap::new();
    for (place, (key, _)) in table.iter().enumerate() {
        rank = layout.rank(key).map_or(rank, |rank| rank + 1);
        ranks.insert(key.to_owned(), (rank, layout.rank(key).is_none(), place));
    }
    if layout.whole {
        for (key, rank) in &mut ranks {
            if layout.rank(key).is_none() {
                rank.0 = usize::MAX;
            }
        }
    }
    table.sort_values_by(|a, _, b, _| ranks.get(a.get()).cmp(&ranks.get(b.get())));
}

fn to_toml(key: &str, value: &Json, kind: Kind) -> Value {
    match value {
        Json::String(text) if kind == Kind::Time => text
            .parse::<toml_edit::Datetime>()
            .map_or_else(|_| text.into(), Value::from),
        Json::String(text) if text.contains('\n') => multi_line(text),
        Json::String(text) if text.contains(is_deceptive) => one_line(text),
        Json::String(text) => text.into(),
        Json::Bool(yes) => (*yes).into(),
        Json::Number(number) => match number.as_i64() {
            Some(number) => number.into(),
            None => number.as_f64().unwrap_or_default().into(),
        },
        Json::Array(members) => match kind {
            Kind::Lines(layout) => lines(members, layout),
            _ => array(key, members),
        },
        Json::Object(fields) => {
            let entry =
                |(key, value): (&String, &Json)| (key.clone(), to_toml(key, value, Kind::Plain));
            Value::InlineTable(fields.iter().map(entry).collect::<InlineTable>())
        }
        Json::Null => "".into(),
    }
}

/// A table a line, its keys in their order.
fn lines(members: &[Json], layout: &Layout) -> Value {
    let mut array = Array::new();
    for member in members {
        let keys = layout.keys.iter().filter_map(|(key, kind)| {
            let value = member.get(key)?;
            Some((*key, to_toml(key, value, *kind)))
        });
        let mut table = Value::InlineTable(keys.collect());
        table.decor_mut().set_prefix("\n    ");
        array.push_formatted(table);
    }
    array.set_trailing_comma(true);
    array.set_trailing("\n");
    Value::Array(array)
}

fn array(key: &str, members: &[Json]) -> Value {
    let mut array: Array = members
        .iter()
        .map(|value| to_toml(key, value, Kind::Plain))
        .collect();
    let one_line = Value::Array(array.clone()).to_string();
    if key.len() + 3 + one_line.trim().chars().count() > COLUMNS {
        array
            .iter_mut()
            .for_each(|value| value.decor_mut().set_prefix("\n    "));
        array.set_trailing_comma(true);
        array.set_trailing("\n");
    }
    Value::Array(array)
}

/// A basic string in which every character shows what it is.
fn one_line(text: &str) -> Value {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            c => push_escaped(&mut literal, c),
        }
    }
    literal.push('"');
    literal.parse().unwrap_or_else(|_| text.into())
}

fn push_escaped(literal: &mut String, c: char) {
    match u32::from(c) {
        _ if c == '\t' => literal.push_str("\\t"),
        _ if c == '\\' => literal.push_str("\\\\"),
        _ if !is_deceptive(c) => literal.push(c),
        code @ ..0x10000 => literal.push_str(&format!("\\u{code:04X}")),
        code => literal.push_str(&format!("\\U{code:08X}")),
    }
}

/// A multi-line basic string that starts on a line of its own.
fn multi_line(text: &str) -> Value {
    let mut literal = String::from("\"\"\"\n");
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let is_last = characters.peek().is_none();
        match c {
            '\n' | '\t' => literal.push(c),
            '"' if is_last || literal.ends_with("\"\"") => literal.push_str("\\\""),
            c => push_escaped(&mut literal, c),
        }
    }
    literal.push_str("\"\"\"");
    literal.parse().unwrap_or_else(|_| text.into())
}

/// The keys of a text that this version does not know; none where the text is not TOML.
pub fn unknown_keys(text: &str, layout: &Layout) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(document) = parse(text) {
        collect_unknown(&to_json(document.as_item()), layout, "", &mut found);
    }
    found
}

fn collect_unknown(value: &Json, layout: &Layout, place: &str, found: &mut Vec<String>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = format!("{place}{key}");
        match layout.kind(key) {
            None if !layout.whole => found.push(path),
            Some(Kind::Table(inner)) => collect_unknown(value, inner, &format!("{path}."), found),
            Some(Kind::Tables(inner) | Kind::Lines(inner)) => {
                for member in value.as_array().into_iter().flatten() {
                    collect_unknown(member, inner, &format!("{path}."), found);
                }
            }
            _ => {}
        }
    }
}

/// A value of a document as the model sees it.
pub fn to_json(item: &Item) -> Json {
    match item {
        Item::None => Json::Null,
        Item::Value(value) => value_to_json(value),
        Item::Table(table) => table
            .iter()
            .map(|(key, item)| (key.to_owned(), to_json(item)))
            .collect(),
        Item::ArrayOfTables(tables) => {
            let table = |table: &Table| -> Json {
                table
                    .iter()
                    .map(|(key, item)| (key.to_owned(), to_json(item)))
                    .collect()
            };
            tables.iter().map(table).collect()
        }
    }
}

fn value_to_json(value: &Value) -> Json {
    match value {
        Value::String(text) => Json::from(text.value().as_str()),
        Value::Integer(number) => Json::from(*number.value()),
        Value::Float(number) => Json::from(*number.value()),
        Value::Boolean(yes) => Json::from(*yes.value()),
        Value::Datetime(time) => Json::from(Time::normal(&time.value().to_string())),
        Value::Array(members) => members.iter().map(value_to_json).collect(),
        Value::InlineTable(table) => table
            .iter()
            .map(|(key, value)| (key.to_owned(), value_to_json(value)))
            .collect(),
    }
}

/// Whether a value stands there already; times are the same where the moment is.
fn is_same(item: &Item, value: &Json) -> bool {
    match (item, value) {
        (Item::Value(Value::Datetime(time)), Json::String(text)) => {
            Time::normal(&time.value().to_string()) == Time::normal(text)
        }
        _ => to_json(item) == *value,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{layout, read};
    use super::*;
    use crate::model::edit;

    const TEXT: &str = "\
# why this task exists
id = \"k3v9x0a2b1\"
number   =   4          # four
title = 'Add login route'
colour = \"red\"
status = \"pending\"
status_since = 2026-01-31T10:30:00+01:00

[[item]]
id = \"aaaaaaaaaa\"
text = \"one\"
# between

[[item]]
id = \"bbbbbbbbbb\"
text = \"two\"
mood = \"good\"
# the end
";

    fn rewritten(change: impl FnOnce(&mut crate::model::Task)) -> String {
        let mut task = read::task(TEXT.as_bytes(), "k3v9x0a2b1").unwrap();
        change(&mut task);
        write(Some(TEXT), &layout::TASK, &edit::fields(&task)).unwrap()
    }

    #[test]
    fn an_unchanged_task_is_the_same_text() {
        assert_eq!(rewritten(|_| ()), TEXT);
    }

    #[test]
    fn only_the_key_that_changed_is_touched() {
        let text = rewritten(|task| task.title = "New".into());
        assert_eq!(text, TEXT.replace("'Add login route'", "\"New\""));
    }

    #[test]
    fn a_new_key_finds_its_place_and_unknown_ones_stay() {
        let text = rewritten(|task| {
            task.phase = Some("core".parse().unwrap());
            task.items[1].checked = true;
        });
        let expected = TEXT
            .replace("+01:00\n", "+01:00\nphase = \"core\"\n")
            .replace("mood = \"good\"\n", "mood = \"good\"\nchecked = true\n");
        assert_eq!(text, expected);
    }

    #[test]
    fn members_can_change_places_and_go() {
        let text = rewritten(|task| task.items.reverse());
        assert!(text.find("bbbbbbbbbb") < text.find("aaaaaaaaaa"), "{text}");
        assert!(text.contains("mood = \"good\""), "{text}");
        let text = rewritten(|task| {
            task.items.remove(0);
        });
        assert!(!text.contains("one") && text.contains("two"), "{text}");
    }

    #[test]
    fn every_text_survives() {
        for text in [
            "a\nb",
            "\n",
            "a\n",
            "\"\"\"\n\"",
            "\\n\n\\",
            "tab\t\ncr\r\n",
            "\u{1b}[31m\nred",
            "\"\n\"\"\"\"\"",
            "é\n\u{202e}",
            "'''\n",
            "x\n\"",
            "\u{7f}\n\u{85}",
        ] {
            let fields = serde_json::json!({ "description": text });
            let written = write(None, &layout::TASK, &fields).unwrap();
            let back = parse(&written).unwrap();
            assert_eq!(to_json(back.as_item()), fields, "{written}");
        }
    }
}
