//! Values as a person reads them: texts line by line, lists a line a member.

use toml_edit::{Decor, InlineTable, Value};

/// A key with its value, on as many lines as it takes.
pub(super) fn lines(key: &str, value: &Value) -> Vec<String> {
    let below = |members: Vec<String>| {
        let members = members.into_iter().map(|line| format!("    {line}"));
        std::iter::once(format!("{key}:")).chain(members).collect()
    };
    match value {
        Value::String(text) if text.value().contains('\n') => below(text_lines(text.value())),
        Value::Array(array) if !array.is_empty() => below(array.iter().map(on_one_line).collect()),
        other => vec![format!("{key} = {}", on_one_line(other))],
    }
}

/// A text of several lines, each behind a bar; behind its last line break is one without a word.
fn text_lines(text: &str) -> Vec<String> {
    let behind_bar = |line: &str| match line {
        "" => "|".to_owned(),
        line => format!("| {line}"),
    };
    text.split('\n').map(behind_bar).collect()
}

fn on_one_line(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text.value()),
        Value::Integer(number) => number.value().to_string(),
        Value::Float(number) => number.display_repr().into_owned(),
        Value::Boolean(truth) => truth.value().to_string(),
        Value::Datetime(time) => time.value().to_string(),
        Value::Array(array) => {
            let members: Vec<String> = array.iter().map(on_one_line).collect();
            format!("[{}]", members.join(", "))
        }
        Value::InlineTable(table) => table_on_one_line(table),
    }
}

fn table_on_one_line(table: &InlineTable) -> String {
    let member = |(key, value): (&str, &Value)| format!("{} = {}", word(key), on_one_line(value));
    let members: Vec<String> = table.iter().map(member).collect();
    format!("{{ {} }}", members.join(", "))
}

/// A text in quotes, on one line.
pub(super) fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", one_line(&escaped))
}

/// A text without what would end its line.
pub(super) fn one_line(text: &str) -> String {
    text.replace('\n', "\\n").replace('\t', "\\t")
}

/// A key or an id as it is, where nobody can take it for something else; else in quotes.
pub(super) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// The comments around a value and within it, each a line.
pub(super) fn comments(value: &Value) -> Vec<String> {
    let mut found = of_decor(value.decor());
    match value {
        Value::Array(array) => {
            found.extend(array.iter().flat_map(comments));
            found.extend(of_text(array.trailing().as_str()));
        }
        Value::InlineTable(table) => {
            found.extend(of_text(table.trailing().as_str()));
            for (name, value) in table.iter() {
                let key = table.get_key_value(name).map(|(key, _)| key);
                found.extend(key.into_iter().flat_map(|key| of_decor(key.leaf_decor())));
                found.extend(comments(value));
            }
        }
        _ => {}
    }
    found
}

fn of_decor(decor: &Decor) -> Vec<String> {
    let sides = [decor.prefix(), decor.suffix()].into_iter().flatten();
    sides.flat_map(|raw| of_text(raw.as_str())).collect()
}

fn of_text(between: Option<&str>) -> Vec<String> {
    let lines = between.unwrap_or_default().lines().map(str::trim);
    let comments = lines.filter(|line| line.starts_with('#'));
    comments.map(str::to_owned).collect()
}
