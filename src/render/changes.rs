//! Edits as a diff of plans: for `--dry-run`, `log` and `undo`.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::escape;
use super::style::{Paint, Tone};
use super::view::{ChangeCounts, ChangeView, DiffView};
use crate::model::edit::Fields;
use crate::model::{Change, Edit, Plan, Slug, Target};
use crate::review::Matter;
use crate::review::weakening::weaker;

/// Names that people know the entities of a plan by; asked for the state after the edits.
pub trait Names {
    /// What people call the entity.
    fn name(&self, plan: &Slug, target: Target) -> String;
}

impl Names for Plan {
    fn name(&self, _: &Slug, target: Target) -> String {
        match target {
            Target::Plan => format!("plan {}", self.id),
            Target::Record(id) => format!("record {id}"),
            Target::Checkpoint(id) => {
                let mut all = self.checkpoints.iter().map(|row| &row.checkpoint);
                match all.find(|checkpoint| checkpoint.id == id) {
                    Some(checkpoint) => {
                        format!("checkpoint {} \"{}\"", checkpoint.sequence, checkpoint.name)
                    }
                    None => format!("checkpoint {id}"),
                }
            }
            Target::Register(id) => match self.entry(id) {
                Some(entry) => {
                    let name = self.entry_name(id);
                    format!("{} {name} \"{}\"", entry.kind, entry.title())
                }
                None => format!("register entry {id}"),
            },
            Target::Task(id) => match self.tasks.get(&id) {
                Some(task) => format!("task {} \"{}\"", self.name_of(id), task.title),
                None => format!("task {id}"),
            },
        }
    }
}

/// The edits as scripts read them.
pub fn view(edits: &[(Slug, Edit)], base: Option<String>, head: Option<String>) -> DiffView {
    let changes: Vec<ChangeView> = edits
        .iter()
        .flat_map(|(plan, edit)| changes_of(plan, edit))
        .collect();
    let count = |kind: &str| changes.iter().filter(|change| change.kind == kind).count();
    let summary = ChangeCounts {
        added: count("added"),
        removed: count("removed"),
        changed: count("changed"),
        moved: count("moved"),
        weakened: changes
            .iter()
            .filter(|change| change.severity == "weakening")
            .count(),
    };
    DiffView {
        base,
        head,
        summary,
        changes,
    }
}

fn changes_of(plan: &Slug, edit: &Edit) -> Vec<ChangeView> {
    let (entity, id) = entity(plan, edit);
    let severity = if weakens(edit) { "weakening" } else { "change" };
    let change = |kind: &str, key: &str, from: Value, to: Value| ChangeView {
        kind: kind.to_owned(),
        entity: entity.clone(),
        id: id.clone(),
        path: if key.is_empty() {
            plan.to_string()
        } else {
            format!("{plan}/{key}")
        },
        from,
        to,
        severity: severity.to_owned(),
    };
    match &edit.change {
        Change::Add { value, .. } => vec![change("added", "", Value::Null, value.clone())],
        Change::Remove { value, .. } => vec![change("removed", "", value.clone(), Value::Null)],
        Change::Include { key, member } => {
            vec![change("changed", key, Value::Null, member.clone())]
        }
        Change::Exclude { key, member } => {
            vec![change("changed", key, member.clone(), Value::Null)]
        }
        Change::Order { list, from, to } => {
            vec![change(
                "moved",
                list,
                from.clone().into(),
                to.clone().into(),
            )]
        }
        Change::Set { from, to } => changed_keys(from, to)
            .map(|key| {
                let value = |fields: &Fields| fields.get(key).cloned().unwrap_or_default();
                let kind = if key == "phase" { "moved" } else { "changed" };
                change(kind, key, value(from), value(to))
            })
            .collect(),
    }
}

fn changed_keys<'a>(from: &'a Fields, to: &'a Fields) -> impl Iterator<Item = &'a str> {
    let mut keys: Vec<&str> = from.keys().chain(to.keys()).map(String::as_str).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter()
        .filter(|key| from.get(*key) != to.get(*key))
}

/// What kind of thing an edit is about, and its id.
fn entity(plan: &Slug, edit: &Edit) -> (String, String) {
    match (edit.place.last(), edit.target) {
        (Some((list, id)), _) => (list.clone(), id.clone()),
        (None, Target::Plan) => ("plan".to_owned(), plan.to_string()),
        (None, Target::Task(id)) => ("task".to_owned(), id.to_string()),
        (None, Target::Record(id)) => ("record".to_owned(), id.to_string()),
        (None, Target::Register(id)) => ("entry".to_owned(), id.to_string()),
        (None, Target::Checkpoint(id)) => ("checkpoint".to_owned(), id.to_string()),
    }
}

/// Whether less has to hold after an edit of a gate, or of what protects it. An edit by itself does
/// not tell what a new order of phases comes to: it counts.
fn weakens(edit: &Edit) -> bool {
    let gate = match edit.place.as_slice() {
        [(_, phase), (list, gate)] if list == "gate" => phase.parse().ok().zip(gate.parse().ok()),
        _ => None,
    };
    let gate = gate.map(|(phase, gate)| Matter::Gate(phase, gate));
    let is_weaker = |matter: &Matter, from: Option<&Value>, to: Option<&Value>| {
        weaker(matter, from, to).is_some()
    };
    match (&edit.change, gate) {
        (Change::Remove { value, .. }, Some(gate)) => is_weaker(&gate, Some(value), None),
        (Change::Set { from, to }, Some(gate)) => {
            let (from, to) = (Value::Object(from.clone()), Value::Object(to.clone()));
            is_weaker(&gate, Some(&from), Some(&to))
        }
        (Change::Set { from, to }, None) => {
            let policy = |fields: &'_ Fields| fields.get("policy").cloned();
            is_weaker(&Matter::Policy, policy(from).as_ref(), policy(to).as_ref())
                || changed_keys(from, to).any(|key| key == "after")
        }
        (Change::Exclude { key, .. }, _) => matches!(key.as_str(), "protect" | "branches"),
        (Change::Order { list, .. }, _) => list == "phase",
        (Change::Remove { .. } | Change::Add { .. } | Change::Include { .. }, _) => false,
    }
}

/// The edits as people read them: counts first, then a paragraph an entity.
pub fn text(edits: &[(Slug, Edit)], names: &dyn Names, paint: Paint) -> String {
    let counts = view(edits, None, None).summary;
    let mut out = format!(
        "{} added, {} removed, {} changed, {} moved\n",
        counts.added, counts.removed, counts.changed, counts.moved
    );
    let mut last = None;
    for (plan, edit) in edits {
        let key = (plan, edit.target);
        if last != Some(key) {
            let name = names.name(plan, edit.target);
            out.push_str(&paint.apply(Tone::Strong, &escape::line(&name)));
            out.push('\n');
            last = Some(key);
        }
        one(edit, paint, &mut out);
    }
    out
}

fn one(edit: &Edit, paint: Paint, out: &mut String) {
    let place: String = edit
        .place
        .iter()
        .map(|(list, id)| format!("{list} {id} "))
        .collect();
    let mut line = |sign: char, tone: Tone, text: &str| {
        let text = format!("  {sign} {}", escape::line(&format!("{place}{text}")));
        out.push_str(&paint.apply(tone, text.trim_end()));
        out.push('\n');
    };
    match &edit.change {
        Change::Add { value, .. } => line('+', Tone::Good, &label(value)),
        Change::Remove { value, .. } => line('-', Tone::Bad, &label(value)),
        Change::Include { key, member } => {
            line('+', Tone::Good, &format!("{key} {}", short(member)));
        }
        Change::Exclude { key, member } => {
            line('-', Tone::Bad, &format!("{key} {}", short(member)));
        }
        Change::Order { list, from, to } => {
            line(
                '~',
                Tone::Warn,
                &format!("{list}: {} → {}", from.join(" "), to.join(" ")),
            );
        }
        Change::Set { from, to } => {
            for key in changed_keys(from, to) {
                let (old, new) = (from.get(key), to.get(key));
                match (old.and_then(Value::as_str), new.and_then(Value::as_str)) {
                    (Some(old), Some(new)) if old.contains('\n') || new.contains('\n') => {
                        line('~', Tone::Warn, &format!("{key}:"));
                        lines(old, new, paint, out);
                        return;
                    }
                    _ => {
                        let shown =
                            |value: Option<&Value>| value.map_or_else(|| "(none)".into(), short);
                        line(
                            '~',
                            Tone::Warn,
                            &format!("{key}: {} → {}", shown(old), shown(new)),
                        );
                    }
                }
            }
        }
    }
}

fn lines(old: &str, new: &str, paint: Paint, out: &mut String) {
    let diff = TextDiff::from_lines(old, new);
    for change in diff.iter_all_changes() {
        let (sign, tone) = match change.tag() {
            ChangeTag::Delete => ('-', Tone::Bad),
            ChangeTag::Insert => ('+', Tone::Good),
            ChangeTag::Equal => (' ', Tone::Plain),
        };
        let text = change.value().trim_end_matches('\n');
        out.push_str(&paint.apply(tone, &format!("    {sign} {}", escape::line(text))));
        out.push('\n');
    }
}

fn label(value: &Value) -> String {
    let text = ["title", "text", "kind", "name"]
        .iter()
        .find_map(|key| value.get(*key)?.as_str());
    text.map_or_else(|| short(value), str::to_owned)
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
