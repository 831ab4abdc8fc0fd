//! One change applied to the keys and values of an entity.

use serde_json::Value;

use super::shape::Shape;
use super::{Change, Fields, Place};

/// The state is not the one that the change was made for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// Another value stands where the change expects one.
    #[error("{key} is {now}, no longer {expected}")]
    Value {
        /// The key.
        key: String,
        /// The value that the change expects.
        expected: String,
        /// The value that is there.
        now: String,
    },
    /// What the change is about is not there any more.
    #[error("{0} is not there any more")]
    Gone(String),
    /// Comments, or keys that this version does not know, were changed twice.
    #[error("comments, or keys that are not known here, were changed by others too")]
    Text,
    /// What the change adds is there already.
    #[error("{0} is there already")]
    Exists(String),
}

/// Applies a change to the entity at `place` below `root`.
///
/// # Errors
/// [`Mismatch`] where the state is not the one that the change was made for.
pub fn apply(
    shape: &Shape,
    root: &mut Fields,
    place: &Place,
    change: &Change,
) -> Result<(), Mismatch> {
    let mut fields = root;
    let mut shape = shape;
    let last = place.len().checked_sub(1);
    for (level, (list, id)) in place.iter().enumerate() {
        if Some(level) == last && matches!(change, Change::Add { .. } | Change::Remove { .. }) {
            return membership(fields, list, id, change);
        }
        shape = shape
            .members_of(list)
            .ok_or_else(|| Mismatch::Gone(name(list, id)))?;
        fields = member(fields, list, id).ok_or_else(|| Mismatch::Gone(name(list, id)))?;
    }
    match change {
        Change::Set { from, to } => set(shape, fields, from, to),
        Change::Include { key, member } => include(fields, key, member),
        Change::Exclude { key, member } => exclude(fields, key, member),
        Change::Order { list, to, .. } => order(fields, list, to),
        Change::Add { .. } | Change::Remove { .. } => Ok(()),
    }
}

fn name(list: &str, id: &str) -> String {
    format!("{list} {id}")
}

fn has_id(value: &Value, id: &str) -> bool {
    value.get("id").and_then(Value::as_str) == Some(id)
}

fn member<'a>(fields: &'a mut Fields, list: &str, id: &str) -> Option<&'a mut Fields> {
    let members = fields.get_mut(list)?.as_array_mut()?;
    members
        .iter_mut()
        .find(|value| has_id(value, id))?
        .as_object_mut()
}

fn membership(fields: &mut Fields, list: &str, id: &str, change: &Change) -> Result<(), Mismatch> {
    let entry = fields
        .entry(list)
        .or_insert_with(|| Value::Array(Vec::new()));
    let Some(members) = entry.as_array_mut() else {
        return Err(Mismatch::Gone(list.to_owned()));
    };
    let found = members.iter().position(|value| has_id(value, id));
    match (change, found) {
        (Change::Add { value, .. }, Some(at)) if members[at] != *value => {
            return Err(Mismatch::Exists(name(list, id)));
        }
        (Change::Add { value, after }, None) => members.insert(slot(members, after), value.clone()),
        (Change::Remove { .. }, None) => return Err(Mismatch::Gone(name(list, id))),
        (Change::Remove { value, .. }, Some(at)) => {
            if members[at] != *value {
                return Err(changed(&name(list, id), Some(value), members.get(at)));
            }
            members.remove(at);
        }
        _ => {}
    }
    if members.is_empty() {
        fields.remove(list);
    }
    Ok(())
}

/// Where a new member goes: behind the one named, else at the end; first where none is named.
fn slot(members: &[Value], after: &Option<String>) -> usize {
    match after {
        None => 0,
        Some(id) => members
            .iter()
            .position(|value| has_id(value, id))
            .map_or(members.len(), |at| at + 1),
    }
}

fn set(shape: &Shape, fields: &mut Fields, from: &Fields, to: &Fields) -> Result<(), Mismatch> {
    if shape.atomic {
        if fields != to && fields != from {
            let whole = |fields: &Fields| Value::Object(fields.clone());
            return Err(changed(
                "the definition",
                Some(&whole(from)),
                Some(&whole(fields)),
            ));
        }
        fields.clone_from(to);
        return Ok(());
    }
    for key in from.keys().chain(to.keys()) {
        let now = fields.get(key);
        if now != from.get(key) && now != to.get(key) {
            return Err(changed(key, from.get(key), now));
        }
    }
    for key in from.keys() {
        fields.remove(key);
    }
    fields.extend(to.clone());
    Ok(())
}

fn changed(key: &str, expected: Option<&Value>, now: Option<&Value>) -> Mismatch {
    let shown = |value: Option<&Value>| value.map_or_else(|| "absent".to_owned(), short);
    Mismatch::Value {
        key: key.to_owned(),
        expected: shown(expected),
        now: shown(now),
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn include(fields: &mut Fields, key: &str, member: &Value) -> Result<(), Mismatch> {
    let entry = fields
        .entry(key)
        .or_insert_with(|| Value::Array(Vec::new()));
    let members = entry
        .as_array_mut()
        .ok_or_else(|| Mismatch::Gone(key.to_owned()))?;
    if !members.contains(member) {
        members.push(member.clone());
    }
    Ok(())
}

fn exclude(fields: &mut Fields, key: &str, member: &Value) -> Result<(), Mismatch> {
    let Some(members) = fields.get_mut(key).and_then(Value::as_array_mut) else {
        return Ok(());
    };
    members.retain(|other| other != member);
    if members.is_empty() {
        fields.remove(key);
    }
    Ok(())
}

/// Puts the members into the order of `to`; those that it does not name stay behind the member
/// that they followed.
fn order(fields: &mut Fields, list: &str, to: &[String]) -> Result<(), Mismatch> {
    let Some(members) = fields.get_mut(list).and_then(Value::as_array_mut) else {
        return Err(Mismatch::Gone(list.to_owned()));
    };
    let mut rank = 0;
    let mut ranked: Vec<(usize, Value)> = Vec::new();
    for value in members.drain(..) {
        if let Some(at) = to.iter().position(|id| has_id(&value, id)) {
            rank = at;
        }
        ranked.push((rank, value));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    members.extend(ranked.into_iter().map(|(_, value)| value));
    Ok(())
}
