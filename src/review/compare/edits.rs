//! An entity in two states → a change for each edit that leads from one to the other.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Comparer, Of, header_of, place_of};
use crate::model::edit::Fields;
use crate::model::{self, Edit, Slug, Target, TaskId};
use crate::review::change::{Account, Change, Entity, Kind, Sort};
use crate::review::file::{Content, File};
use crate::review::{Matter, names, rows};

use super::headers::is_about;

impl<'a> Comparer<'a> {
    /// A change for each edit, but for those of matters that are told as weaker.
    pub(super) fn edits(&mut self, of: &Of<'_>, told: &[&Matter]) {
        let edits = &of.file.edits;
        let is_nested = edits.iter().any(|edit| !edit.place.is_empty());
        let after = if is_nested {
            after(of.file)
        } else {
            Value::Null
        };
        for (place, edit) in edits.iter().enumerate() {
            if !told.iter().any(|matter| is_about(edit, matter)) {
                let change = self.edit(of, &after, (place, edit));
                let within = self.within(&change);
                self.found.push(change);
                self.found.extend(within);
            }
        }
    }

    fn edit(&self, of: &Of<'_>, after: &Value, (place, edit): (usize, &Edit)) -> Change {
        let mut change = of.change(Kind::Changed, place + 1);
        if !edit.place.is_empty() {
            let value = member_of(after, edit);
            change.entity = names::of_member(&of.entity, &edit.place, value);
            let phase = match edit.place.first() {
                Some((list, id)) if list == "phase" => id.parse().ok(),
                _ => None,
            };
            if let Some(phase) = phase {
                let header = header_of(&of.file.new).or_else(|| header_of(&of.file.old));
                change.rank.phase = place_of(header, &phase);
                change.rank.sort = change.entity.sort as u8;
            }
        }
        match &edit.change {
            model::Change::Add { value, .. } => {
                change.kind = Kind::Added;
                change.to = Some(value.clone());
            }
            model::Change::Remove { value, .. } => {
                change.kind = Kind::Removed;
                change.from = Some(value.clone());
            }
            model::Change::Include { key, member } => {
                change.key = Some(key.clone());
                change.to = Some(member.clone());
            }
            model::Change::Exclude { key, member } => {
                change.key = Some(key.clone());
                change.from = Some(member.clone());
            }
            model::Change::Order { list, from, to } => {
                change.kind = Kind::Reordered;
                change.key = Some(list.clone());
                change.from = Some(from.clone().into());
                change.to = Some(to.clone().into());
            }
            model::Change::Set { from, to } => set(&mut change, from, to),
        }
        change.names = self.names(of, &change);
        match self.homeless(of, &change) {
            Some(why) => change.weaker(why, Account::Missing),
            None => self.without_row(change),
        }
    }

    /// What comes to less where tasks are left in a phase that is not there: none of its gates holds
    /// for them.
    fn homeless(&self, of: &Of<'_>, change: &Change) -> Option<String> {
        let plan = of.file.owner.plan()?;
        match (change.entity.sort, change.kind) {
            (Sort::Phase, Kind::Removed) => {
                let phase: Slug = change.entity.id.parse().ok()?;
                let plan = self.around.plan(plan)?;
                let rows = plan
                    .tasks
                    .values()
                    .filter(|row| row.phase.as_ref() == Some(&phase));
                let names: Vec<String> =
                    rows.map(|row| plan.called(&Target::Task(row.id))).collect();
                let is_left = !names.is_empty() && plan.phase(&phase).is_none();
                is_left.then(|| format!("it is gone, and {} still in it", names.join(", ")))
            }
            (Sort::Task, Kind::Moved) => {
                let phase: Slug = change.to.as_ref()?.as_str()?.parse().ok()?;
                let header = self.around.header(plan)?;
                header
                    .phase(&phase)
                    .is_none()
                    .then(|| format!("phase {phase} is not there"))
            }
            _ => None,
        }
    }

    /// The phases and gates of a plan or a phase that came: each is a change of its own.
    fn within(&self, change: &Change) -> Vec<Change> {
        let list = match (change.kind, change.entity.sort) {
            (Kind::Added, Sort::Plan) => Sort::Phase,
            (Kind::Added, Sort::Phase) => Sort::Gate,
            _ => return Vec::new(),
        };
        let members = change
            .to
            .as_ref()
            .and_then(|to| to.get(list.as_str())?.as_array());
        let mut found = Vec::new();
        for (place, member) in members.into_iter().flatten().enumerate() {
            let own = member.get("id").and_then(Value::as_str).unwrap_or_default();
            let id = match list {
                Sort::Gate => format!("{}/{own}", change.entity.id),
                _ => own.to_owned(),
            };
            let mut part = Change {
                to: Some(member.clone()),
                ..change.clone()
            };
            part.entity = Entity {
                name: format!("{} {id}", list.as_str()),
                id,
                sort: list,
                part_of: None,
            };
            part.rank.sort = list as u8;
            part.rank.place = place;
            if list == Sort::Phase {
                part.rank.phase = place + 1;
            }
            let within = self.within(&part);
            found.push(part);
            found.extend(within);
        }
        found
    }

    /// What people call the tasks that a change names by their ids.
    fn names(&self, of: &Of<'_>, change: &Change) -> BTreeMap<String, String> {
        let is_of_ids = |key: &str| matches!(key, "depends_on" | "concerns");
        let values = [&change.from, &change.to].into_iter().flatten();
        let ids = values.flat_map(|value| match (&change.key, value) {
            (Some(key), Value::String(id)) if is_of_ids(key) => vec![id.clone()],
            (None, Value::Object(fields)) => ["depends_on", "concerns"]
                .iter()
                .filter_map(|key| fields.get(*key)?.as_array())
                .flatten()
                .filter_map(|id| Some(id.as_str()?.to_owned()))
                .collect(),
            _ => Vec::new(),
        });
        ids.filter_map(|id| Some((id.clone(), self.called(of, &id)?)))
            .collect()
    }

    fn called(&self, of: &Of<'_>, id: &str) -> Option<String> {
        let id: TaskId = id.parse().ok()?;
        if let Some(task) = self.tasks.get(&id) {
            return Some(names::task(task));
        }
        let plan = self.around.plan(of.file.owner.plan()?)?;
        plan.tasks.get(&id)?;
        Some(plan.called(&Target::Task(id)))
    }

    /// What is in no row of the table counts as weakening.
    fn without_row(&self, change: Change) -> Change {
        let sort = change.entity.sort;
        let is_whole = change.key.is_none();
        match &change.key {
            _ if is_whole => change,
            Some(key) if rows::has_row(sort, key) => change,
            _ => change.weaker("nobody can tell what it comes to", Account::Missing),
        }
    }
}

/// The keys of one value, told by the one that says most.
fn set(change: &mut Change, from: &Fields, to: &Fields) {
    // A gate, a remark: all of it is one value.
    if matches!(change.entity.sort, Sort::Gate | Sort::Note) {
        change.from = Some(Value::Object(from.clone()));
        change.to = Some(Value::Object(to.clone()));
        return;
    }
    let keys: Vec<&String> = from.keys().chain(to.keys()).collect();
    let differs = |key: &&String| from.get(*key) != to.get(*key);
    let leading = ["status", "resolution"];
    let first = |key: &&&String| leading.contains(&key.as_str());
    let mut changed = keys.iter().copied().filter(differs);
    let lead = keys.iter().copied().filter(differs).find(|key| first(&key));
    let Some(key) = lead.or_else(|| changed.next()) else {
        return;
    };
    change.kind = match (change.entity.sort, key.as_str()) {
        (_, "title") => Kind::Renamed,
        (Sort::Task, "number") => Kind::Renumbered,
        (Sort::Task, "phase") => Kind::Moved,
        _ => Kind::Changed,
    };
    change.from = from.get(key).cloned();
    change.to = to.get(key).cloned();
    let along = keys.iter().filter(|other| **other != key && differs(other));
    change.along = along
        .map(|other| {
            let value = to.get(*other).cloned().unwrap_or_default();
            ((*other).clone(), value)
        })
        .collect();
    change.key = Some(key.clone());
}

/// The keys and values of a file's entity as it is afterwards.
fn after(file: &File) -> Value {
    match file.new.as_ref().map(|side| &side.content) {
        Some(Content::Header(header)) => model::edit::fields(&**header),
        Some(Content::Task(task)) => model::edit::fields(&**task),
        _ => Value::Null,
    }
}

/// The member of a list that an edit is about, as it is afterwards, else as it was.
fn member_of<'v>(after: &'v Value, edit: &'v Edit) -> &'v Value {
    if let model::Change::Add { value, .. } | model::Change::Remove { value, .. } = &edit.change {
        return value;
    }
    let step = |value: &'v Value, (list, id): &(String, String)| {
        let mut members = value
            .get(list)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let has_id = |member: &&Value| member.get("id").and_then(Value::as_str) == Some(id);
        members.find(has_id).unwrap_or(&Value::Null)
    };
    edit.place.iter().fold(after, step)
}
