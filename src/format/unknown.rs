//! Keys of a text that this version does not know.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::layout::{Kind, Layout};
use super::text;

/// The values of a key in two texts; none where it is not there.
pub type Values = (Option<Value>, Option<Value>);

/// The keys that a layout does not have and whose values differ between two texts, each by its way
/// from the top: `phase.foundation.owner`.
pub fn unknown_keys(layout: &Layout, old: &str, new: &str) -> BTreeMap<String, Values> {
    let keys = |text: &str| {
        let mut found = BTreeMap::new();
        if let Ok(Value::Object(fields)) = text::keys(text) {
            collect(layout, &fields, "", &mut found);
        }
        found
    };
    let (old, mut new) = (keys(old), keys(new));
    let mut all: BTreeMap<String, Values> = BTreeMap::new();
    for (key, before) in old {
        let after = new.remove(&key);
        all.insert(key, (Some(before), after));
    }
    all.extend(
        new.into_iter()
            .map(|(key, after)| (key, (None, Some(after)))),
    );
    all.retain(|_, (before, after)| before != after);
    all
}

fn collect(
    layout: &Layout,
    fields: &Map<String, Value>,
    place: &str,
    found: &mut BTreeMap<String, Value>,
) {
    for (key, value) in fields {
        let place = match place {
            "" => key.clone(),
            place => format!("{place}.{key}"),
        };
        match (layout.kind(key), value) {
            (None, value) if !layout.whole => {
                found.insert(place, value.clone());
            }
            (Some(Kind::Table(inner)), Value::Object(fields)) => {
                collect(inner, fields, &place, found);
            }
            (Some(Kind::Tables(inner) | Kind::Lines(inner)), Value::Array(members)) => {
                for (index, member) in members.iter().enumerate() {
                    let Value::Object(fields) = member else {
                        continue;
                    };
                    let id = fields.get("id").and_then(Value::as_str);
                    let name = id.map_or_else(|| index.to_string(), str::to_owned);
                    collect(inner, fields, &format!("{place}.{name}"), found);
                }
            }
            _ => {}
        }
    }
}
