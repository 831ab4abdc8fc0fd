//! What people call the things that changed.

use serde_json::Value;

use super::change::{Entity, Sort};
use super::file::{Content, File, Owner};
use crate::model::{Record, RecordKind, Task, called};

/// The thing that a file is.
pub(super) fn of_file(file: &File) -> Entity {
    let side = file.new.as_ref().or(file.old.as_ref());
    let readable = [&file.new, &file.old]
        .into_iter()
        .flatten()
        .find(|side| side.broken().is_none());
    match readable.or(side).map(|side| &side.content) {
        Some(Content::Header(_)) => plan(file),
        Some(Content::Task(one)) => entity(Sort::Task, one.id.to_string(), task(one)),
        Some(Content::Record(one)) => entity(Sort::Record, one.id.to_string(), record(one)),
        Some(Content::Checkpoint(one)) => entity(
            Sort::Checkpoint,
            one.id.to_string(),
            called::checkpoint(one),
        ),
        Some(Content::Entry(one)) => entity(
            Sort::Entry,
            one.id.to_string(),
            called::entry(one, &one.label.to_string()),
        ),
        _ => without_content(file),
    }
}

/// A file whose content does not tell what it is.
fn without_content(file: &File) -> Entity {
    match &file.owner {
        Owner::Header(_) => plan(file),
        Owner::Spec(_, name, _) => entity(
            Sort::Spec,
            name.to_string(),
            format!("specification {name}"),
        ),
        _ => entity(Sort::File, file.path.clone(), format!("file {}", file.path)),
    }
}

/// A thing that stands for itself.
pub(super) fn entity(sort: Sort, id: String, name: String) -> Entity {
    Entity {
        sort,
        id,
        name,
        part_of: None,
    }
}

fn plan(file: &File) -> Entity {
    let id = file
        .owner
        .plan()
        .map(ToString::to_string)
        .unwrap_or_default();
    let name = format!("plan {id}");
    entity(Sort::Plan, id, name)
}

/// What people call a task.
pub(super) fn task(task: &Task) -> String {
    called::task(&task.number.to_string(), &task.title)
}

/// What people call a record.
pub(super) fn record(record: &Record) -> String {
    let about = match (&record.phase, &record.gate, &record.about) {
        (Some(phase), Some(gate), _) => format!(" of gate {phase}/{gate}"),
        (Some(phase), None, _) => format!(" of phase {phase}"),
        (None, _, Some(about)) => format!(" of {about}"),
        (None, _, None) => String::new(),
    };
    let kind = match (&record.kind, record.result) {
        (RecordKind::Outcome, Some(result)) => format!("outcome '{}'", result.as_str()),
        (RecordKind::Change, _) => "change record".to_owned(),
        (kind, _) => kind.as_str().to_owned(),
    };
    let revoked = record.revokes.map(|id| format!(" of record {id}"));
    let about = match about.as_str() {
        "" => revoked.unwrap_or_default(),
        about => about.to_owned(),
    };
    format!("{kind}{about}")
}

/// A member of a list of an entity: a phase, a gate, a line of a checklist, a remark.
pub(super) fn of_member(file: &Entity, place: &[(String, String)], value: &Value) -> Entity {
    let ids: Vec<&str> = place.iter().map(|(_, id)| id.as_str()).collect();
    let sort = place
        .last()
        .map_or(file.sort, |(list, _)| Sort::of_list(list));
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let id = ids.join("/");
    let (name, part_of) = match sort {
        Sort::Item => (format!("item \"{}\"", text("text")), Some(&file.name)),
        Sort::Note => (format!("note of {}", text("who")), Some(&file.name)),
        sort => (format!("{} {id}", sort.as_str()), None),
    };
    Entity {
        sort,
        id,
        name,
        part_of: part_of.cloned(),
    }
}
