//! A whole plan as one text, for `edit`, `apply` and `show --toml`.
//!
//! The text is `plan.toml` with a `[[task]]` behind it for every task. Its first line tells the
//! state that it was made from, so that what was changed in it can be told from what others
//! changed meanwhile. A text without that line only adds and changes.

use serde_json::Value as Json;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

use super::{FormatError, document, layout, read};
use crate::model::edit::fields;
use crate::model::{Checkpoint, Entry, EntryId, Header, Record, Slug, Task, TaskId};

const MARK: &str = "# git-plan: ";

/// Where a text came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The plan that it shows.
    pub plan: Slug,
    /// The commit of the plan ref that it was made from.
    pub commit: String,
}

/// A text taken apart.
#[derive(Debug)]
pub struct WholePlan {
    /// Where it came from, where it says so.
    pub origin: Option<Origin>,
    /// What it says of the plan itself; none where it only has tasks.
    pub header: Option<Json>,
    /// The text of `plan.toml` that it holds.
    pub header_text: String,
    /// Its tasks, as keys and values, each with its text.
    pub tasks: Vec<(Json, String)>,
}

/// The first line of a text made from a plan.
pub fn origin_line(origin: &Origin) -> String {
    format!("{MARK}{} at {}\n", origin.plan, origin.commit)
}

/// Reads the first line, where it is one. A line that is meant to be one and cannot be read, or
/// is not the first, is an error: without it, the text would mean something else.
///
/// # Errors
/// [`FormatError`] with the line.
pub fn read_origin(text: &str) -> Result<Option<Origin>, FormatError> {
    let is_comment = |line: &&str| line.trim().is_empty() || line.starts_with('#');
    let mut top = text.lines().take_while(is_comment).enumerate();
    let Some((place, line)) = top.find(|(_, line)| line.starts_with(MARK.trim_end())) else {
        return Ok(None);
    };
    match parse_origin(line) {
        Some(origin) if place == 0 => Ok(Some(origin)),
        _ => Err(FormatError {
            line: u32::try_from(place + 1).ok(),
            column: None,
            cause: format!("not '{MARK}<plan> at <commit>' as the first line"),
        }),
    }
}

fn parse_origin(line: &str) -> Option<Origin> {
    let (plan, commit) = line.strip_prefix(MARK)?.split_once(" at ")?;
    let is_oid = |word: &str| word.len() >= 40 && word.bytes().all(|c| c.is_ascii_hexdigit());
    let commit = commit.trim();
    Some(Origin {
        plan: plan.parse().ok()?,
        commit: is_oid(commit).then(|| commit.to_owned())?,
    })
}

/// The whole plan as one text.
///
/// # Errors
/// [`FormatError`] where a text that is stored is not TOML.
pub fn write(origin: &Origin, header: &str, tasks: &[String]) -> Result<String, FormatError> {
    let mut text = origin_line(origin);
    text.push_str(&document::parse(header)?.to_string());
    for task in tasks {
        let task = document::parse(task)?;
        text.push_str(&as_member(task.as_table().clone()));
        text.push_str(task.trailing().as_str().unwrap_or_default());
    }
    Ok(text)
}

/// A task's file as a `[[task]]`: what stands above its first key stands above that line.
fn as_member(mut table: Table) -> String {
    forget_place(&mut table);
    let first = table.iter().next().map(|(key, _)| key.to_owned());
    let mut comment = String::new();
    if let Some(key) = first {
        comment = leading(&table, &key);
        if let Some(mut key) = table.key_mut(&key) {
            key.leaf_decor_mut().set_prefix("");
        }
    }
    table.decor_mut().set_prefix(format!("\n{comment}"));
    let mut member = DocumentMut::new();
    member.insert(
        "task",
        Item::ArrayOfTables(ArrayOfTables::from_iter([table])),
    );
    member.to_string()
}

fn leading(table: &Table, key: &str) -> String {
    let prefix = table.key(key).and_then(|key| key.leaf_decor().prefix());
    prefix
        .and_then(|raw| raw.as_str())
        .unwrap_or_default()
        .to_owned()
}

fn forget_place(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => forget_place(inner),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(forget_place),
            _ => {}
        }
    }
}

/// Takes a text apart.
///
/// # Errors
/// [`FormatError`] with line and column.
pub fn read(text: &str) -> Result<WholePlan, FormatError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let origin = read_origin(text)?;
    let body = match origin {
        Some(_) => text.split_once('\n').map_or("", |(_, body)| body),
        None => text,
    };
    let mut document = document::parse(body).map_err(|mut error| {
        error.line = error.line.map(|line| line + u32::from(origin.is_some()));
        error
    })?;
    let tables = match document.remove("task") {
        None => ArrayOfTables::new(),
        Some(item) => item
            .into_array_of_tables()
            .map_err(|_| FormatError::new("'task' is not a list of tables ([[task]])"))?,
    };
    let header = match document::to_json(document.as_item()) {
        Json::Object(fields) if fields.is_empty() => None,
        fields => Some(fields),
    };
    let end = document.trailing().as_str().unwrap_or_default().to_owned();
    document.set_trailing("");
    let mut header_text = document.to_string();
    let mut tasks: Vec<(Json, String)> = Vec::new();
    for table in tables {
        let (before, value, text) = alone(table);
        let previous = tasks.last_mut().map(|(_, text)| text);
        previous.unwrap_or(&mut header_text).push_str(&before);
        tasks.push((value, text));
    }
    let last = tasks.last_mut().map(|(_, text)| text);
    last.unwrap_or(&mut header_text).push_str(&end);
    Ok(WholePlan {
        origin,
        header,
        header_text,
        tasks,
    })
}

/// A `[[task]]` as a file of its own, and what stands above it but belongs to what is before it.
fn alone(mut table: Table) -> (String, Json, String) {
    forget_place(&mut table);
    let above = table.decor().prefix().and_then(|raw| raw.as_str());
    let (before, comment) = split_comments(above.unwrap_or_default());
    table.decor_mut().clear();
    let text = format!("{comment}{}", DocumentMut::from(table.clone()));
    (before, document::to_json(&Item::Table(table)), text)
}

/// Comments up to the first blank line end the file before, the rest begins the next; without a
/// blank line, all of them do.
fn split_comments(above: &str) -> (String, String) {
    let is_blank = |line: &&str| line.trim().is_empty();
    if !above.lines().any(|line| is_blank(&line)) {
        return (String::new(), above.to_owned());
    }
    let mut lines = above.split_inclusive('\n').peekable();
    let mut before = String::new();
    while let Some(line) = lines.next_if(|line| !is_blank(line)) {
        before.push_str(line);
    }
    (before, lines.skip_while(is_blank).collect())
}

/// The text of a task.
///
/// # Errors
/// [`FormatError`] where the text that is there is not TOML.
pub fn task(old: Option<&str>, task: &Task) -> Result<String, FormatError> {
    document::write(old, &layout::TASK, &fields(task))
}

/// The text of a plan's header.
///
/// # Errors
/// [`FormatError`] where the text that is there is not TOML.
pub fn header(old: Option<&str>, header: &Header) -> Result<String, FormatError> {
    document::write(old, &layout::PLAN, &fields(header))
}

/// The text of a record; empty lists and absent values are left out.
///
/// # Errors
/// None in practice; a record is always a table.
pub fn record(record: &Record) -> Result<String, FormatError> {
    document::write(None, &layout::RECORD, &without_defaults(fields(record)))
}

/// The text of a checkpoint's record; empty lists, absent values and what is not so are left out.
///
/// # Errors
/// None in practice; a checkpoint is always a table.
pub fn checkpoint(checkpoint: &Checkpoint) -> Result<String, FormatError> {
    let mut value = without_defaults(fields(checkpoint));
    if let Some(Json::Array(files)) = value.get_mut("files") {
        for file in files {
            *file = without_defaults(std::mem::take(file));
        }
    }
    document::write(None, &layout::CHECKPOINT, &value)
}

/// The text of an entry of the register; absent values and what is not so are left out.
///
/// # Errors
/// [`FormatError`] where the text that is there is not TOML.
pub fn entry(old: Option<&str>, entry: &Entry) -> Result<String, FormatError> {
    document::write(old, &layout::ENTRY, &without_defaults(fields(entry)))
}

fn without_defaults(mut value: Json) -> Json {
    if let Json::Object(fields) = &mut value {
        fields.retain(|_, value| match value {
            Json::Array(members) => !members.is_empty(),
            Json::Bool(yes) => *yes,
            Json::Null => false,
            _ => true,
        });
    }
    value
}

/// The keys and values of a task's text, whether they make a task or not.
///
/// # Errors
/// [`FormatError`] with line and column.
pub fn keys(text: &str) -> Result<Json, FormatError> {
    document::parse(text).map(|document| document::to_json(document.as_item()))
}

/// The text of a task with these keys and values.
///
/// # Errors
/// None in practice; keys and values are always a table.
pub fn of_keys(keys: serde_json::Map<String, Json>) -> Result<String, FormatError> {
    document::write(None, &layout::TASK, &Json::Object(keys))
}

/// Reads the text of a plan's header that a person wrote.
///
/// # Errors
/// [`FormatError`] with line and column.
pub fn read_header(text: &str) -> Result<Header, FormatError> {
    read::header(text.as_bytes())
}

/// Reads the text of an entry of the register: its id must be the one expected.
///
/// # Errors
/// [`FormatError`] with line and column.
pub fn read_entry(text: &str, id: EntryId) -> Result<Entry, FormatError> {
    read::entry(text.as_bytes(), id.as_str())
}

/// Reads the text of a task that a person wrote: its id must be the one expected.
///
/// # Errors
/// [`FormatError`] with line and column.
pub fn read_task(text: &str, id: TaskId) -> Result<Task, FormatError> {
    read::task(text.as_bytes(), id.as_str())
}
