//! Two values of an entity → the changes that lead from one to the other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::shape::Shape;
use super::{Change, Fields, Place};

/// The changes, in an order in which they apply.
pub fn diff(shape: &Shape, old: &Value, new: &Value) -> Vec<(Place, Change)> {
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        return Vec::new();
    };
    let mut changes = Vec::new();
    entity(shape, old, new, &Place::new(), &mut changes);
    changes
}

type Changes = Vec<(Place, Change)>;

fn entity(shape: &Shape, old: &Fields, new: &Fields, place: &Place, out: &mut Changes) {
    if shape.atomic {
        if old != new {
            out.push((
                place.clone(),
                Change::Set {
                    from: old.clone(),
                    to: new.clone(),
                },
            ));
        }
        return;
    }
    let keys: BTreeSet<&str> = old.keys().chain(new.keys()).map(String::as_str).collect();
    let mut done = BTreeSet::new();
    for key in keys {
        if old.get(key) == new.get(key) || done.contains(key) {
            continue;
        }
        if let Some(members) = shape.members_of(key) {
            list(
                key,
                members,
                &members_by_id(old, key),
                &members_by_id(new, key),
                place,
                out,
            );
        } else if shape.sets.contains(&key) {
            set(key, old.get(key), new.get(key), place, out);
        } else {
            let group = shape.group_of(key);
            let (from, to) = (pick(old, &group), pick(new, &group));
            out.push((place.clone(), Change::Set { from, to }));
            done.extend(group);
        }
    }
}

fn pick(fields: &Fields, keys: &[&str]) -> Fields {
    let entry = |key: &&str| Some(((*key).to_owned(), fields.get(*key)?.clone()));
    keys.iter().filter_map(entry).collect()
}

fn set(key: &str, old: Option<&Value>, new: Option<&Value>, place: &Place, out: &mut Changes) {
    let members =
        |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let (old, new) = (members(old), members(new));
    let key = key.to_owned();
    for member in old.iter().filter(|member| !new.contains(member)) {
        let change = Change::Exclude {
            key: key.clone(),
            member: member.clone(),
        };
        out.push((place.clone(), change));
    }
    for member in new.iter().filter(|member| !old.contains(member)) {
        let change = Change::Include {
            key: key.clone(),
            member: member.clone(),
        };
        out.push((place.clone(), change));
    }
}

type Members<'a> = Vec<(&'a str, &'a Fields)>;

/// The members of a list that have an id.
pub(super) fn members_by_id<'a>(fields: &'a Fields, list: &str) -> Members<'a> {
    let with_id = |value: &'a Value| {
        let fields = value.as_object()?;
        Some((fields.get("id")?.as_str()?, fields))
    };
    let values = fields.get(list).and_then(Value::as_array);
    values.into_iter().flatten().filter_map(with_id).collect()
}

fn list(
    key: &str,
    shape: &Shape,
    old: &Members<'_>,
    new: &Members<'_>,
    place: &Place,
    out: &mut Changes,
) {
    let at = |id: &str| {
        let mut place = place.clone();
        place.push((key.to_owned(), id.to_owned()));
        place
    };
    let before: BTreeMap<&str, &Fields> = old.iter().copied().collect();
    let after: BTreeMap<&str, &Fields> = new.iter().copied().collect();
    for (index, (id, fields)) in old.iter().enumerate().rev() {
        if !after.contains_key(id) {
            let previous = index.checked_sub(1).map(|i| old[i].0.to_owned());
            let value = Value::Object((*fields).clone());
            out.push((
                at(id),
                Change::Remove {
                    value,
                    after: previous,
                },
            ));
        }
    }
    for (index, (id, fields)) in new.iter().enumerate() {
        match before.get(id) {
            Some(old) => entity(shape, old, fields, &at(id), out),
            None => {
                let previous = index.checked_sub(1).map(|i| new[i].0.to_owned());
                let value = Value::Object((*fields).clone());
                out.push((
                    at(id),
                    Change::Add {
                        value,
                        after: previous,
                    },
                ));
            }
        }
    }
    let kept = |side: &Members<'_>, other: &BTreeMap<&str, &Fields>| -> Vec<String> {
        side.iter()
            .filter(|(id, _)| other.contains_key(id))
            .map(|(id, _)| (*id).to_owned())
            .collect()
    };
    let (from, to) = (kept(old, &after), kept(new, &before));
    if from != to {
        let to = new.iter().map(|(id, _)| (*id).to_owned()).collect();
        out.push((
            place.clone(),
            Change::Order {
                list: key.to_owned(),
                from,
                to,
            },
        ));
    }
}
