//! How a plan's specifications come to be and change, and whether a task is proven by its own.

use sha2::{Digest as _, Sha256};

use super::apply::{entity, patched};
use super::edit::patch::Mismatch;
use super::edit::shape;
use super::record::{Outcome, deciding};
use super::refusal::list;
use super::spec::SpecRow;
use super::validity::invalid;
use super::{Change, Edit, Plan, Record, RecordKind, Refusal, Slug, SpecText, TaskId, limits};

/// Whether a task is proven by its specifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// It has none.
    NotAsked,
    /// One of them is missing, or cannot be read: this one.
    Unreadable(Slug),
    /// Nobody verified it.
    Never,
    /// It was verified by what its specifications said then; they say something else now.
    Outdated,
    /// Its last verification found violations.
    Failed,
    /// Its last verification, by its specifications as they are, found none.
    Holds,
}

impl Plan {
    pub(super) fn apply_to_spec(&mut self, name: &Slug, edit: &Edit) -> Result<(), Refusal> {
        self.must_be_active()?;
        match &edit.change {
            Change::Add { value, .. } => self.add_spec(entity(value)?),
            Change::Remove { value, .. } => self.remove_spec(name, &entity(value)?),
            _ => self.change_spec(name, edit),
        }
    }

    fn add_spec(&mut self, spec: SpecText) -> Result<(), Refusal> {
        if self.spec(&spec.name).is_some() {
            if self.full_specs.get(&spec.name) == Some(&spec) {
                return Ok(());
            }
            let cause = Mismatch::Exists(format!("specification {}", spec.name));
            let what = "add".to_owned();
            return Err(Refusal::Conflict { what, cause });
        }
        if self.specs.len() >= limits::SPECS {
            let (plan, limit) = (&self.id, limits::SPECS);
            return invalid(format!(
                "plan {plan} has {limit} specifications, the most it may have"
            ));
        }
        self.put_spec(spec)
    }

    fn remove_spec(&mut self, name: &Slug, expected: &SpecText) -> Result<(), Refusal> {
        if self.full_spec(name)? != expected {
            return Err(changed(name));
        }
        let users = self.users_of_spec(name);
        if !users.is_empty() {
            let users = list(&users);
            return invalid(format!(
                "specification {name} cannot be removed: it is needed by {users}"
            ));
        }
        self.specs.retain(|row| row.name != *name);
        self.full_specs.remove(name);
        self.touched.specs.insert(name.clone());
        Ok(())
    }

    fn change_spec(&mut self, name: &Slug, edit: &Edit) -> Result<(), Refusal> {
        let old = self.full_spec(name)?;
        let new: SpecText = patched(&shape::SPEC, old, edit)
            .map_err(|cause| Refusal::Conflict {
                what: format!("specification {name}"),
                cause,
            })
            .and_then(|value| entity(&value))?;
        if new.name != *name {
            return invalid(format!("the name of specification {name} never changes"));
        }
        self.put_spec(new)
    }

    fn put_spec(&mut self, spec: SpecText) -> Result<(), Refusal> {
        let (name, size, limit) = (&spec.name, spec.text.len() as u64, limits::SPEC);
        if size > limit {
            return invalid(format!(
                "specification {name} has {size} bytes; the limit is {limit}"
            ));
        }
        self.specs.retain(|row| row.name != *name);
        self.specs.push(spec.row());
        self.specs.sort_by(|a, b| a.name.cmp(&b.name));
        self.touched.specs.insert(spec.name.clone());
        self.full_specs.insert(spec.name.clone(), spec);
        Ok(())
    }

    fn full_spec(&self, name: &Slug) -> Result<&SpecText, Refusal> {
        self.full_specs.get(name).ok_or_else(|| Refusal::Conflict {
            what: format!("specification {name}"),
            cause: Mismatch::Gone("it".to_owned()),
        })
    }

    /// The specification of that name, where it can be read.
    pub fn spec(&self, name: &Slug) -> Option<&SpecRow> {
        self.specs.iter().find(|row| row.name == *name)
    }

    /// Who names a specification: tasks and gates, as people call them.
    pub fn users_of_spec(&self, name: &Slug) -> Vec<String> {
        let tasks = self.tasks.values();
        let tasks = tasks.filter(|task| task.more().specs.contains(name));
        let tasks = tasks.map(|task| format!("task {}", self.name_of(task.id)));
        let gates = self.header.phases.iter().flat_map(|phase| {
            let named = phase
                .gates
                .iter()
                .filter(|gate| gate.specs.iter().flatten().any(|spec| spec == name));
            named.map(|gate| format!("gate {}/{}", phase.id, gate.id))
        });
        tasks.chain(gates).collect()
    }

    /// The digest of all that these specifications say; the name of one that is missing or cannot
    /// be read.
    ///
    /// # Errors
    /// That name.
    pub fn definition_of(&self, specs: &[Slug]) -> Result<String, Slug> {
        let mut names: Vec<&Slug> = specs.iter().collect();
        names.sort();
        let mut text = "git-plan specifications 1\n".to_owned();
        for name in names {
            let row = self.spec(name).ok_or_else(|| name.clone())?;
            text.push_str(&format!("{name} {}\n", row.digest));
        }
        Ok(super::phase::hex(&Sha256::digest(text.as_bytes())))
    }

    /// The verifications of a task that decide.
    pub fn verifications(&self, task: TaskId) -> Vec<&Record> {
        deciding(&self.records, |record| {
            record.kind == RecordKind::Outcome && record.task == Some(task)
        })
    }

    /// Whether a task is proven by these specifications: of concurrent verifications, a failure
    /// decides.
    pub fn proof(&self, task: TaskId, specs: &[Slug]) -> Proof {
        if specs.is_empty() {
            return Proof::NotAsked;
        }
        let definition = match self.definition_of(specs) {
            Ok(definition) => definition,
            Err(name) => return Proof::Unreadable(name),
        };
        let found = self.verifications(task);
        if found.is_empty() {
            Proof::Never
        } else if found
            .iter()
            .any(|record| record.definition.as_deref() != Some(definition.as_str()))
        {
            Proof::Outdated
        } else if found
            .iter()
            .any(|record| record.result != Some(Outcome::Pass))
        {
            Proof::Failed
        } else {
            Proof::Holds
        }
    }
}

fn changed(name: &Slug) -> Refusal {
    Refusal::Conflict {
        what: format!("specification {name}"),
        cause: Mismatch::Value {
            key: "it".to_owned(),
            expected: "as it was read".to_owned(),
            now: "changed".to_owned(),
        },
    }
}
