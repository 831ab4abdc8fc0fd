//! What of a plan asks for less than before, with what stands in other files than its header:
//! specifications, and the tasks that carry them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Draft, Error, Result, paths};
use crate::format::spec;
use crate::model::{
    Broken, Change, Edit, Plan, Slug, SpecForm, SpecRow, SpecText, Target, TaskId, TaskRow,
};
use crate::review::{Matter, Meaning, Owner, Weakening, meaning, weakening, weakenings};

/// What a specification asks for; where it cannot be understood, the line of what is wrong with it
/// first, and what that is.
///
/// # Errors
/// That.
pub fn meaning(text: &SpecText) -> std::result::Result<Meaning, (Option<u32>, String)> {
    match spec::read(text.form, &text.text) {
        Ok((spec, _)) => Ok(Meaning::of(&spec)),
        Err(problems) => {
            let first = problems.into_iter().next();
            Err(first.map_or((None, String::new()), |problem| {
                (Some(problem.at.line), problem.cause)
            }))
        }
    }
}

/// The same as a value, as change records name it.
pub fn value(text: &SpecText) -> Value {
    match meaning(text) {
        Ok(meaning) => meaning.value(),
        Err(_) => meaning::unreadable(&text.digest()),
    }
}

/// In what a specification asks for less than before; none where it does not, or was not there.
pub fn of_spec(old: Option<&SpecText>, new: Option<&SpecText>) -> Option<Weakening> {
    let name = &old?.name;
    weakening::of_spec(name, old.map(value), new.map(value))
}

/// The weakenings between two states of a plan. `read_old` and `read_new` read the text of a
/// specification in these states.
///
/// # Errors
/// Those of reading.
pub fn between(
    old: &Plan,
    new: &Plan,
    mut read_old: impl FnMut(&SpecRow) -> Result<SpecText>,
    mut read_new: impl FnMut(&SpecRow) -> Result<SpecText>,
) -> Result<Vec<Weakening>> {
    let mut found = weakenings(&old.header, &new.header);
    // One that could not be read asked for more than can be met.
    let unread = unread(old);
    for row in old.specs.iter().chain(&unread) {
        let now = new.spec(&row.name);
        if now.is_some_and(|now| (&now.digest, now.form) == (&row.digest, row.form)) {
            continue;
        }
        let now = now.map(&mut read_new).transpose()?;
        let before = match read_old(row) {
            // A file of bytes that are no text: it is refused as such wherever it comes from.
            Err(Error::Broken { .. }) => continue,
            before => before?,
        };
        found.extend(of_spec(Some(&before), now.as_ref()));
    }
    found.extend(of_tasks(old, new));
    Ok(found)
}

impl Draft<'_> {
    /// What of a plan asks for less than in the snapshot; nothing, where its header could not be read.
    ///
    /// # Errors
    /// Those of reading.
    pub fn weakenings(&mut self, id: &Slug) -> Result<Vec<Weakening>> {
        let Ok(old) = self.snapshot.header(id) else {
            return Ok(Vec::new());
        };
        let plan = self.plan(id)?;
        let mut found = weakenings(&old, &plan.header);
        for name in plan.touched.specs.clone() {
            let (old, new) = (self.stored_spec(id, &name)?, self.spec(id, &name)?);
            found.extend(of_spec(old.as_ref(), new.as_ref()));
        }
        for task in self.with_fewer_specs(id) {
            let Ok(old) = self.snapshot.task(id, task) else {
                continue;
            };
            let now = self.plan(id)?.tasks.get(&task);
            found.extend(
                now.and_then(|now| weakening::of_task(task, &old.specs, &now.more().specs)),
            );
        }
        Ok(found)
    }

    /// What a matter of a plan says, as the edits leave it.
    ///
    /// # Errors
    /// Those of reading.
    pub fn value(&mut self, id: &Slug, matter: &Matter) -> Result<Option<Value>> {
        Ok(match matter {
            Matter::Spec(name) => self.spec(id, name)?.as_ref().map(value),
            Matter::TaskSpecs(task) => {
                let row = self.plan(id)?.tasks.get(task);
                row.and_then(|row| weakening::specs_of(&row.more().specs))
            }
            matter => matter.value(&self.plan(id)?.header),
        })
    }

    /// A specification as it is in the snapshot, in whichever form.
    fn stored_spec(&self, plan: &Slug, name: &Slug) -> Result<Option<SpecText>> {
        for form in SpecForm::ALL {
            let text = self.snapshot.text(&paths::spec(plan, name, form))?;
            if let Some(text) = text {
                let name = name.clone();
                return Ok(Some(SpecText { name, form, text }));
            }
        }
        Ok(None)
    }

    /// The tasks that an edit takes a specification away from.
    fn with_fewer_specs(&self, plan: &Slug) -> BTreeSet<TaskId> {
        let of_edit = |(of, edit): &(Slug, Edit)| match (&edit.target, &edit.change) {
            (Target::Task(id), Change::Exclude { key, .. }) if of == plan && key == "specs" => {
                Some(*id)
            }
            _ => None,
        };
        self.edits().iter().filter_map(of_edit).collect()
    }
}

/// Whether an edit may let less hold.
pub fn may_weaken(edit: &Edit) -> bool {
    match (&edit.target, &edit.change) {
        (Target::Plan | Target::Spec(_), _) => true,
        (Target::Task(_), Change::Exclude { key, .. }) => key == "specs",
        _ => false,
    }
}

/// The specifications of a plan that cannot be read, and are in no other file that can.
fn unread(plan: &Plan) -> Vec<SpecRow> {
    let of_file = |file: &Broken| match paths::owner(&file.path) {
        Owner::Spec(_, name, form) if plan.spec(&name).is_none() => Some(SpecRow {
            name,
            form,
            digest: String::new(),
            blob: None,
        }),
        _ => None,
    };
    plan.broken.iter().filter_map(of_file).collect()
}

/// Tasks that carry fewer specifications. One that is gone, or cancelled, is told as such.
fn of_tasks<'p>(old: &'p Plan, new: &'p Plan) -> impl Iterator<Item = Weakening> + 'p {
    let of_row = |row: &'p TaskRow| {
        let now = new.tasks.get(&row.id)?;
        weakening::of_task(row.id, &row.more().specs, &now.more().specs)
    };
    old.tasks.values().filter_map(of_row)
}
