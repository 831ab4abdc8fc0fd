//! One part of an operation: some of its keys, or one of its entities.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::error::{Error, Result};
use crate::model::id::ID_LENGTH;
use crate::model::{Change, Edit, Header, Plan, Slug, Target, refer};
use crate::store::Snapshot;

/// What is to be taken back of an operation.
pub(super) struct Part<'a> {
    /// Only these keys; all where there is none.
    pub(super) keys: &'a [String],
    /// Only of this entity.
    pub(super) of: Option<&'a str>,
}

impl Part<'_> {
    /// Whether it is all of the operation.
    pub(super) fn is_whole(&self) -> bool {
        self.keys.is_empty() && self.of.is_none()
    }

    /// What it is limited to, for the commit: a key a line, `of` and an entity.
    pub(super) fn words(&self) -> Vec<String> {
        let of = self.of.map(|of| format!("of {of}"));
        self.keys.iter().cloned().chain(of).collect()
    }

    /// The edits that it is about. Keys that are one value are in one edit, and so stay together.
    ///
    /// # Errors
    /// Where a key, or the entity, is none that the operation changed: with what it did change.
    pub(super) fn of_edits(
        &self,
        states: &[Snapshot<'_>],
        edits: &[(Slug, Edit)],
    ) -> Result<Vec<(Slug, Edit)>> {
        let plans = plans(states, edits);
        let of = |(plan, edit): &(Slug, Edit)| Entity::of(&plans, plan, edit);
        let entities: Vec<Entity> = edits.iter().map(of).collect();
        let unknown = |what: String| {
            let error = Error::data(format!("the operation changed no {what}"));
            error.hint(format!("it changed: {}", listed(&entities, edits)))
        };
        let is_of = |entity: &Entity| self.of.is_none_or(|word| entity.answers_to(word));
        if let Some(word) = self.of.filter(|_| !entities.iter().any(is_of)) {
            return Err(unknown(format!("'{word}'")));
        }
        let pairs = || {
            entities
                .iter()
                .zip(edits)
                .filter(|(entity, _)| is_of(entity))
        };
        for key in self.keys {
            if !pairs().any(|(_, (_, edit))| has_key(edit, key)) {
                return Err(unknown(format!("key '{key}'")));
            }
        }
        let is_meant =
            |edit: &Edit| self.keys.is_empty() || self.keys.iter().any(|key| has_key(edit, key));
        let wanted = pairs().filter(|(_, (_, edit))| is_meant(edit));
        Ok(wanted.map(|(_, edit)| edit.clone()).collect())
    }
}

/// What an edit is about.
struct Entity {
    /// As it is shown.
    shown: String,
    /// All words that name it.
    names: Vec<String>,
}

impl Entity {
    fn of(plans: &[Plan], id: &Slug, edit: &Edit) -> Self {
        if edit.target == Target::Plan {
            return Self::of_header(id, edit);
        }
        let mut plans = plans.iter().filter(|plan| plan.id == *id);
        let bare = Plan::new(id.clone(), Header::default());
        let known = plans.find(|plan| is_there(plan, &edit.target));
        let known = known.unwrap_or(&bare);
        Self {
            shown: known.called(&edit.target),
            names: names(known, &edit.target),
        }
    }

    /// The plan itself, a phase, a gate.
    fn of_header(plan: &Slug, edit: &Edit) -> Self {
        let ids: Vec<&str> = edit.place.iter().map(|(_, id)| id.as_str()).collect();
        let (kind, name) = match ids.as_slice() {
            [] => ("plan", plan.to_string()),
            [phase] => ("phase", (*phase).to_owned()),
            more => ("gate", more.join("/")),
        };
        Self {
            shown: format!("{kind} {name}"),
            names: vec![name.clone(), format!("{plan}/{name}")],
        }
    }

    fn answers_to(&self, word: &str) -> bool {
        let is_start = |name: &String| {
            let is_id = name.len() == ID_LENGTH;
            is_id && word.len() >= refer::PREFIX && name.starts_with(word)
        };
        self.names.iter().any(|name| name == word || is_start(name))
    }
}

/// The plans that edits are about, in each of the states that can be read.
fn plans(states: &[Snapshot<'_>], edits: &[(Slug, Edit)]) -> Vec<Plan> {
    let ids: BTreeSet<&Slug> = edits.iter().map(|(plan, _)| plan).collect();
    let read = |state: &Snapshot<'_>| -> Vec<Plan> {
        let plans = ids.iter().filter_map(|id| state.plan(id).ok());
        plans.collect()
    };
    states.iter().flat_map(read).collect()
}

fn is_there(plan: &Plan, target: &Target) -> bool {
    match target {
        Target::Plan => true,
        Target::Task(id) => plan.tasks.contains_key(id),
        Target::Record(id) => plan.records.iter().any(|record| record.id == *id),
        Target::Checkpoint(id) => plan.checkpoints.iter().any(|row| row.checkpoint.id == *id),
        Target::Register(id) => plan.entry(*id).is_some(),
        Target::Spec(name) => plan.spec(name).is_some(),
    }
}

fn names(plan: &Plan, target: &Target) -> Vec<String> {
    let mut names = match target {
        Target::Plan => Vec::new(),
        Target::Task(id) => {
            let key = plan.tasks.get(id).and_then(|row| row.more().key.clone());
            let names = [id.to_string(), plan.name_of(*id)];
            names.into_iter().chain(key).collect()
        }
        Target::Record(id) => vec![id.to_string()],
        Target::Checkpoint(id) => {
            let mut rows = plan.checkpoints.iter().map(|row| &row.checkpoint);
            let found = rows.find(|checkpoint| checkpoint.id == *id);
            let name = found.map(|checkpoint| checkpoint.name.clone());
            [id.to_string()].into_iter().chain(name).collect()
        }
        Target::Register(id) => vec![id.to_string(), plan.entry_name(*id)],
        Target::Spec(name) => vec![name.to_string()],
    };
    let longer: Vec<String> = names
        .iter()
        .map(|name| format!("{}/{name}", plan.id))
        .collect();
    names.extend(longer);
    names
}

/// Whether an edit is about a key, written as in the file or as an option is.
fn has_key(edit: &Edit, word: &str) -> bool {
    let word = word.replace('-', "_");
    keys(edit).iter().any(|key| **key == word)
}

/// The keys that an edit is about; none where a whole entity comes or goes.
fn keys(edit: &Edit) -> Vec<&str> {
    let list = edit.place.last().map(|(list, _)| list.as_str());
    match &edit.change {
        Change::Add { .. } | Change::Remove { .. } => list.into_iter().collect(),
        Change::Include { key, .. } | Change::Exclude { key, .. } => vec![key],
        Change::Order { list, .. } => vec![list],
        Change::Set { from, to } => {
            let of_task = list.filter(|_| edit.target != Target::Plan);
            let mut keys: Vec<&str> = from.keys().chain(to.keys()).map(String::as_str).collect();
            keys.sort_unstable();
            keys.dedup();
            keys.into_iter().chain(of_task).collect()
        }
    }
}

/// What an operation changed, entity by entity: `task 1 "One" (title, labels), phase first`.
fn listed(entities: &[Entity], edits: &[(Slug, Edit)]) -> String {
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (entity, (_, edit)) in entities.iter().zip(edits) {
        let known = all.entry(&entity.shown).or_default();
        for key in keys(edit) {
            if !known.contains(&key) {
                known.push(key);
            }
        }
    }
    let line = |(shown, keys): (&&str, &Vec<&str>)| match keys.is_empty() {
        true => (*shown).to_owned(),
        false => format!("{shown} ({})", keys.join(", ")),
    };
    let lines: Vec<String> = all.iter().map(line).collect();
    match lines.is_empty() {
        true => "no entity of a plan".to_owned(),
        false => lines.join(", "),
    }
}
