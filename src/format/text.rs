//! A whole plan as one text, for `edit`, `apply` and `show --toml`.
//!
//! The text is `plan.toml` with a `[[task]]` behind it for every task. Its first line tells the
//! state that it was made from, so that what was changed in it can be told from what others
//! changed meanwhile. A text without that line only adds and changes.

use serde_json::Value as Json;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

use super::{FormatError, document, layout, read};
use crate::model::edit::fields;
use crate::model::{Header, Slug, Task, TaskId};

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

/// Reads the first line, where it is one.
pub fn read_origin(text: &str) -> Option<Origin> {
    let rest = text.lines().next()?.strip_prefix(MARK)?;
    let (plan, commit) = rest.split_once(" at ")?;
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
    let mut text = document::parse(header)?.to_string();
    let mut tables = ArrayOfTables::new();
    for task in tasks {
        let mut table = document::parse(task)?.as_table().clone();
        forget_place(&mut table);
        let prefix = table
            .iter()
            .next()
            .map_or(String::new(), |(key, _)| leading(&table, key));
        if let Some((key, _)) = table.clone().iter().next()
            && let Some(mut key) = table.key_mut(key)
        {
            key.leaf_decor_mut().set_prefix("");
        }
        table.decor_mut().set_prefix(format!("\n{prefix}"));
        tables.push(table);
    }
    let mut behind = DocumentMut::new();
    behind.insert("task", Item::ArrayOfTables(tables));
    text.push_str(&behind.to_string());
    Ok(format!("{}{text}", origin_line(origin)))
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
    let origin = read_origin(text);
    let body = match origin {
        Some(_) => text.split_once('\n').map_or("", |(_, body)| body),
        None => text,
    };
    let mut document = document::parse(body).map_err(|mut error| {
        error.line = error.line.map(|line| line + u32::from(origin.is_some()));
        error
    })?;
    let tasks = match document.remove("task") {
        None => ArrayOfTables::new(),
        Some(item) => item
            .into_array_of_tables()
            .map_err(|_| FormatError::new("'task' is not a list of tables ([[task]])"))?,
    };
    let header = match document::to_json(document.as_item()) {
        Json::Object(fields) if fields.is_empty() => None,
        fields => Some(fields),
    };
    let tasks = tasks.into_iter().map(alone).collect();
    Ok(WholePlan {
        origin,
        header,
        header_text: document.to_string(),
        tasks,
    })
}

fn alone(mut table: Table) -> (Json, String) {
    forget_place(&mut table);
    let comment = table
        .decor()
        .prefix()
        .and_then(|raw| raw.as_str())
        .unwrap_or_default();
    let comment = comment.trim_start_matches(['\n', '\r']).to_owned();
    table.decor_mut().clear();
    let text = format!("{comment}{}", DocumentMut::from(table.clone()));
    (document::to_json(&Item::Table(table)), text)
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
pub fn record(record: &crate::model::Record) -> Result<String, FormatError> {
    let mut value = fields(record);
    if let Json::Object(fields) = &mut value {
        fields.retain(|_, value| value.as_array().is_none_or(|members| !members.is_empty()));
    }
    document::write(None, &layout::RECORD, &value)
}

/// Reads the text of a task that a person wrote: its id must be the one expected.
///
/// # Errors
/// [`FormatError`] with line and column.
pub fn read_task(text: &str, id: TaskId) -> Result<Task, FormatError> {
    read::task(text.as_bytes(), id.as_str())
}
