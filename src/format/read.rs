//! One function a file kind: bytes → model, checked.

use serde::de::DeserializeOwned;

use super::FormatError;
use crate::model::{Checkpoint, Entry, Header, Label, Record, Slug, Task, validity};

/// Reads any TOML text.
///
/// # Errors
/// [`FormatError`] with line and column.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FormatError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        FormatError {
            line: u32::try_from(line).ok(),
            column: None,
            cause: "not UTF-8".to_owned(),
        }
    })?;
    toml::from_str(text).map_err(|error| {
        let cause = error.message().replace('\n', "; ");
        match error.span() {
            Some(span) => FormatError::at(text, span.start, cause),
            None => FormatError::new(cause),
        }
    })
}

/// Reads a task's file.
///
/// # Errors
/// [`FormatError`] where it is not a valid task, or its id is not `name`, the file's name.
pub fn task(bytes: &[u8], name: &str) -> Result<Task, FormatError> {
    let task: Task = parse(bytes)?;
    if task.id.as_str() != name {
        return Err(FormatError::new(format!(
            "its id is {}, its name {name}.toml",
            task.id
        )));
    }
    validity::check_task_alone(&task).map_err(|error| FormatError::new(error.to_string()))?;
    Ok(task)
}

/// The number of a task, or of an entry's label, whose file is broken, as far as it can be made
/// out: so that it is not given to another one.
pub fn number_of_broken(bytes: &[u8]) -> Option<u32> {
    let text = String::from_utf8_lossy(bytes);
    let value = |key: &str| {
        let mut lines = text.lines();
        let value = lines.find_map(|line| line.trim().strip_prefix(key))?;
        Some(value.trim().strip_prefix('=')?.trim())
    };
    let of_label = || {
        let label = value("label")?.trim_matches(['"', '\'']);
        Some(label.parse::<Label>().ok()?.number)
    };
    value("number")
        .and_then(|number| number.parse().ok())
        .or_else(of_label)
}

/// Reads a plan's `plan.toml`.
///
/// # Errors
/// [`FormatError`] where it is not a valid header.
pub fn header(bytes: &[u8]) -> Result<Header, FormatError> {
    let header: Header = parse(bytes)?;
    validity::check_header_alone(&header).map_err(|error| FormatError::new(error.to_string()))?;
    Ok(header)
}

/// Reads a record's file.
///
/// # Errors
/// [`FormatError`] where it is not a valid record, its id is not `name`, or it belongs to
/// another plan.
pub fn record(bytes: &[u8], name: &str, plan: &Slug) -> Result<Record, FormatError> {
    let record: Record = parse(bytes)?;
    if record.id.as_str() != name {
        return Err(FormatError::new(format!(
            "its id is {}, its name {name}.toml",
            record.id
        )));
    }
    if record.plan != *plan {
        return Err(FormatError::new(format!(
            "it belongs to plan {}",
            record.plan
        )));
    }
    Ok(record)
}

/// Reads a checkpoint's record.
///
/// # Errors
/// [`FormatError`] where it is not a valid checkpoint, or its id is not `name`, its folder's name.
pub fn checkpoint(bytes: &[u8], name: &str) -> Result<Checkpoint, FormatError> {
    let checkpoint: Checkpoint = parse(bytes)?;
    if checkpoint.id.as_str() != name {
        return Err(FormatError::new(format!(
            "its id is {}, its folder's name {name}",
            checkpoint.id
        )));
    }
    checkpoint
        .check()
        .map_err(|error| FormatError::new(error.to_string()))?;
    Ok(checkpoint)
}

/// Reads the file of an entry of the register.
///
/// # Errors
/// [`FormatError`] where it is not a valid entry, or its id is not `name`, the file's name.
pub fn entry(bytes: &[u8], name: &str) -> Result<Entry, FormatError> {
    let entry: Entry = parse(bytes)?;
    if entry.id.as_str() != name {
        return Err(FormatError::new(format!(
            "its id is {}, its name {name}.toml",
            entry.id
        )));
    }
    entry
        .check()
        .map_err(|error| FormatError::new(error.to_string()))?;
    Ok(entry)
}
