//! An edit carried out: the one way into a plan, for every path that writes.

use serde_json::Value;

use super::edit::patch::{self, Mismatch};
use super::edit::{self, Change, Edit, Fields, Target, shape};
use super::refusal::list;
use super::rules::{check_header, check_header_reason, check_reason, check_task};
use super::validity::invalid;
use super::{Header, Plan, PlanStatus, Record, Refusal, Task, TaskId, limits};

impl Plan {
    /// Applies an edit, under the rules. The tasks that it is about must be in [`Plan::full`].
    ///
    /// # Errors
    /// [`Refusal`]; the plan is then as it was.
    pub fn apply(&mut self, edit: &Edit) -> Result<(), Refusal> {
        match &edit.target {
            Target::Plan => self.apply_to_header(edit),
            Target::Task(id) => self.apply_to_task(*id, edit),
            Target::Record(_) => self.apply_to_record(edit),
            Target::Checkpoint(id) => self.apply_to_checkpoint(*id, edit),
            Target::Register(id) => self.apply_to_entry(*id, edit),
            Target::Spec(name) => self.apply_to_spec(name, edit),
        }
    }

    pub(super) fn must_be_active(&self) -> Result<(), Refusal> {
        match self.header.status {
            PlanStatus::Active => Ok(()),
            PlanStatus::Archived => Err(Refusal::Archived(self.id.clone())),
        }
    }

    fn apply_to_task(&mut self, id: TaskId, edit: &Edit) -> Result<(), Refusal> {
        self.must_be_active()?;
        match (&edit.change, edit.place.is_empty()) {
            (Change::Add { value, .. }, true) => self.add_task(value),
            (Change::Remove { value, .. }, true) => self.remove_task(id, value),
            _ => self.change_task(id, edit),
        }
    }

    /// The number of the next new task.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] where the highest there can be was given.
    pub fn next_number(&self) -> Result<u32, Refusal> {
        match self.highest_number().checked_add(1) {
            Some(number) => Ok(number),
            None => invalid(format!(
                "plan {} has no number left: {} was given",
                self.id,
                u32::MAX
            )),
        }
    }

    fn add_task(&mut self, value: &Value) -> Result<(), Refusal> {
        let mut task: Task = entity(value)?;
        if let Some(now) = self.full.get(&task.id) {
            if edit::fields(now) == *value {
                return Ok(());
            }
            let cause = Mismatch::Exists(format!("task {}", task.id));
            return Err(Refusal::Conflict {
                what: "add".to_owned(),
                cause,
            });
        }
        if self.tasks.len() >= limits::TASKS {
            return invalid(format!(
                "plan {} has {} tasks, the most a plan may have",
                self.id,
                limits::TASKS
            ));
        }
        if task.number == 0 {
            task.number = self.next_number()?;
        }
        check_reason(None, &task)?;
        check_task(self, None, &task)?;
        self.put(task);
        Ok(())
    }

    fn remove_task(&mut self, id: TaskId, value: &Value) -> Result<(), Refusal> {
        let task = self.full_task(id)?;
        if edit::fields(task) != *value {
            let cause = Mismatch::Value {
                key: "it".to_owned(),
                expected: "as it was read".to_owned(),
                now: "changed".to_owned(),
            };
            return Err(Refusal::Conflict {
                what: format!("task {}", self.name_of(id)),
                cause,
            });
        }
        let waiting: Vec<String> = self
            .dependents(id)
            .map(|other| self.name_of(other.id))
            .collect();
        if !waiting.is_empty() {
            let (name, waiting) = (self.name_of(id), list(&waiting));
            return invalid(format!(
                "task {name} cannot be removed: {waiting} depend on it"
            ));
        }
        let number = task.number;
        if number == self.highest_number() {
            self.header.last_number = Some(number);
            self.touched.header = true;
        }
        self.full.remove(&id);
        self.remove(id);
        self.touched.tasks.insert(id);
        Ok(())
    }

    fn change_task(&mut self, id: TaskId, edit: &Edit) -> Result<(), Refusal> {
        let old = self.full_task(id)?.clone();
        let new: Task = patched(&shape::TASK, &old, edit)
            .map_err(|cause| Refusal::Conflict {
                what: format!("task {}", self.name_of(id)),
                cause,
            })
            .and_then(|value| entity(&value))?;
        if new.id != id {
            return invalid(format!("the id of task {} never changes", self.name_of(id)));
        }
        if !edit.restores {
            check_reason(Some(&old), &new)?;
        }
        check_task(self, Some(&old), &new)?;
        self.put(new);
        Ok(())
    }

    fn full_task(&self, id: TaskId) -> Result<&Task, Refusal> {
        self.full.get(&id).ok_or_else(|| {
            let what = format!("task {}", self.name_of(id));
            Refusal::Conflict {
                cause: Mismatch::Gone("it".to_owned()),
                what,
            }
        })
    }

    fn put(&mut self, task: Task) {
        self.insert(task.row());
        self.touched.tasks.insert(task.id);
        self.full.insert(task.id, task);
    }

    fn apply_to_header(&mut self, edit: &Edit) -> Result<(), Refusal> {
        if let (Change::Add { value, .. }, true) = (&edit.change, edit.place.is_empty()) {
            let header: Header = entity(value)?;
            check_header(self, None, &header)?;
            self.header = header;
            self.touched.header = true;
            return Ok(());
        }
        let new: Header = patched(&shape::PLAN, &self.header, edit)
            .map_err(|cause| Refusal::Conflict {
                what: format!("plan {}", self.id),
                cause,
            })
            .and_then(|value| entity(&value))?;
        if self.header.status == new.status {
            self.must_be_active()?;
        }
        if !edit.restores {
            check_header_reason(&self.header, &new)?;
        }
        check_header(self, Some(&self.header), &new)?;
        self.header = new;
        self.touched.header = true;
        Ok(())
    }

    fn apply_to_record(&mut self, edit: &Edit) -> Result<(), Refusal> {
        let Change::Add { value, .. } = &edit.change else {
            return invalid("a record is only ever added".to_owned());
        };
        let record: Record = entity(value)?;
        self.must_be_active()?;
        if record.plan != self.id {
            return invalid(format!(
                "record {} belongs to plan {}",
                record.id, record.plan
            ));
        }
        if self.records.iter().any(|other| other.id == record.id) {
            let cause = Mismatch::Exists(format!("record {}", record.id));
            return Err(Refusal::Conflict {
                what: "add".to_owned(),
                cause,
            });
        }
        self.touched.records.insert(record.id);
        self.records.push(record);
        Ok(())
    }
}

pub(super) fn entity<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, Refusal> {
    serde::Deserialize::deserialize(value)
        .map_err(|error: serde_json::Error| Refusal::Invalid(error.to_string()))
}

pub(super) fn patched<T: serde::Serialize>(
    shape: &shape::Shape,
    old: &T,
    edit: &Edit,
) -> Result<Value, Mismatch> {
    let mut fields = match edit::fields(old) {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    };
    patch::apply(shape, &mut fields, &edit.place, &edit.change)?;
    Ok(Value::Object(fields))
}
