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
        if knows_all(layout, text) {
            return found;
        }
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

/// Whether a glance at the lines of a text tells that a layout knows all of its keys; where it cannot
/// tell, it does not.
fn knows_all(layout: &Layout, text: &str) -> bool {
    // With these, a line may be another thing than it looks like.
    if text.contains(['\\', '#', '{']) || text.contains("'''") {
        return false;
    }
    let mut table = Some(layout);
    let mut is_text = false;
    for line in text.lines() {
        if is_text {
            is_text = !line.contains(LONG);
            if !is_text && !line.trim_end().ends_with(LONG) {
                return false;
            }
            continue;
        }
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[') {
            table = named(layout, name.trim_matches(['[', ']']));
            if table.is_none() {
                return false;
            }
        } else if let Some((key, value)) = line.split_once('=') {
            if table.and_then(|table| table.kind(key.trim_end())).is_none() {
                return false;
            }
            let starts = value.trim_start().starts_with(LONG);
            match value.matches(LONG).count() {
                0 => {}
                1 if starts => is_text = true,
                _ => return false,
            }
        } else if !is_member(line) {
            return false;
        }
    }
    true
}

/// Whether a line is nothing, or a part of an array of several lines.
fn is_member(line: &str) -> bool {
    matches!(line, "" | "]") || line.starts_with('"') && !line.contains(LONG)
}

/// What a text of several lines stands between.
const LONG: &str = "\"\"\"";

/// The layout of the table of that name: `phase.gate`.
fn named<'l>(layout: &'l Layout, name: &str) -> Option<&'l Layout> {
    name.split('.')
        .try_fold(layout, |layout, name| match layout.kind(name)? {
            Kind::Table(inner) | Kind::Tables(inner) | Kind::Lines(inner) => Some(inner),
            _ => None,
        })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::layout::{PLAN, TASK};

    const TEXT: &str = "id = \"a\"\ntitle = \"x\"\nlabels = [\n    \"one\",\n]\ndescription = \"\"\"\n\
                        checked = true\n[[item]]\n\"\"\"\n\n[[item]]\nid = \"b\"\nchecked = true\n";

    #[test]
    fn a_glance_tells_what_is_known() {
        assert!(knows_all(&TASK, TEXT));
        assert!(knows_all(
            &PLAN,
            "title = \"x\"\n\n[[phase]]\nid = \"a\"\n[[phase.gate]]\non = \"push\"\n"
        ));
    }

    #[test]
    fn a_glance_is_not_deceived() {
        for (from, to) in [
            ("title", "colour = 1\ntitle"),
            ("title", "checked = true\ntitle"),
            ("\nchecked = true\n[[item]]", "\nx\"\"\" # \n[[item]]"),
            ("labels", "\"colour\" = 1\nlabels"),
            ("labels", "claim.colour = 1\nlabels"),
            ("id = \"b\"", "id = \"b\"\ntitle = 1"),
            ("[[item]]\nid", "[extra]\nid"),
            ("[[item]]\nid", " [extra]\nid"),
            ("labels", " [extra]\ntitle = 1\nlabels"),
            ("labels", "claim = { colour = 1 }\nlabels"),
            ("\"x\"", "'x\"\"\"'\ncolour = 1\nkey = '\"\"\"'"),
        ] {
            let text = TEXT.replacen(from, to, 1);
            assert!(!knows_all(&TASK, &text), "{text}");
        }
    }
}
