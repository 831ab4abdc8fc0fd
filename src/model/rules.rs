//! What an edit may do: the one place where a task or a phase changes hands.
//!
//! Every path that writes (a command, `edit`, `apply`, `batch`, `undo`) goes through
//! [`Plan::apply`], so there is no second way to complete a task. Rule R1 of the design: a task
//! is not started in a phase whose predecessors are open, and not completed with an open
//! dependency. What was wrong before an edit stays possible to mend: rules look at what the edit
//! changes, not at the whole state.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::edit::patch::{self, Mismatch};
use super::edit::{self, Change, Edit, Fields, Target, shape};
use super::{
    Header, Phase, Plan, PlanStatus, Record, Slug, Status, Task, TaskId, TaskRow, limits, phase,
};

/// Why an edit does not apply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The state is no longer the one that the edit was made for.
    #[error("{what}: {cause}")]
    Conflict {
        /// The entity.
        what: String,
        /// What is different.
        cause: Mismatch,
    },
    /// The edit names something that is not there.
    #[error("there is no {kind} '{name}' in plan {plan}")]
    Unknown {
        /// What kind of thing.
        kind: &'static str,
        /// The name that was given.
        name: String,
        /// The plan.
        plan: Slug,
    },
    /// The result would not be a valid plan.
    #[error("{0}")]
    Invalid(String),
    /// Dependencies, or phases, would form a circle.
    #[error("{kind} would form a circle: {}", circle.join(" → "))]
    Circle {
        /// What would form it.
        kind: &'static str,
        /// Its members, the first once more at the end.
        circle: Vec<String>,
    },
    /// The task's phase comes after phases that are open.
    #[error(
        "task {task} is in phase {phase}, which comes after {}: still open",
        list(before)
    )]
    PhaseLocked {
        /// The task.
        task: String,
        /// Its phase.
        phase: Slug,
        /// The open phases before it.
        before: Vec<Slug>,
    },
    /// A record cannot be read, so that nobody can tell which phases are closed.
    #[error(
        "nobody can tell whether {} closed: {path} cannot be read",
        list(before)
    )]
    Unreadable {
        /// The record's path.
        path: String,
        /// The phases.
        before: Vec<Slug>,
    },
    /// The task depends on tasks that are not over.
    #[error("task {task} depends on {}: not completed", list(on))]
    OpenDependencies {
        /// The task.
        task: String,
        /// The open ones.
        on: Vec<String>,
    },
    /// The task's phase is closed, so nothing may be left to do in it.
    #[error("phase {phase} is closed; task {task} would leave work in it")]
    PhaseClosed {
        /// The task.
        task: String,
        /// Its phase.
        phase: Slug,
    },
    /// The holder has as many tasks in progress as the plan allows.
    #[error("{holder} has {} of {limit} tasks in progress: {}", tasks.len(), list(tasks))]
    WipLimit {
        /// The holder.
        holder: String,
        /// The plan's limit.
        limit: u32,
        /// The tasks in progress.
        tasks: Vec<String>,
    },
    /// The step asks for a reason.
    #[error("{what} takes a reason")]
    NeedsReason {
        /// The step.
        what: String,
    },
    /// The plan is archived.
    #[error("plan {0} is archived: it is read-only")]
    Archived(Slug),
}

fn list<T: ToString>(words: &[T]) -> String {
    words
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

impl Plan {
    /// Applies an edit, under the rules. The tasks that it is about must be in [`Plan::full`].
    ///
    /// # Errors
    /// [`Refusal`]; the plan is then as it was.
    pub fn apply(&mut self, edit: &Edit) -> Result<(), Refusal> {
        match edit.target {
            Target::Plan => self.apply_to_header(edit),
            Target::Task(id) => self.apply_to_task(id, edit),
            Target::Record(_) => self.apply_to_record(edit),
        }
    }

    fn must_be_active(&self) -> Result<(), Refusal> {
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
            task.number = self.highest_number() + 1;
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

fn invalid<T>(text: String) -> Result<T, Refusal> {
    Err(Refusal::Invalid(text))
}

fn entity<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, Refusal> {
    serde::Deserialize::deserialize(value)
        .map_err(|error: serde_json::Error| Refusal::Invalid(error.to_string()))
}

fn patched<T: serde::Serialize>(
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

/// Whether a text fits on one line and into `limits::TITLE`.
///
/// # Errors
/// [`Refusal::Invalid`] naming `what` and the limit.
pub fn check_line(what: &str, text: &str) -> Result<(), Refusal> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        invalid(format!("the {what} is empty"))
    } else if text.contains(['\n', '\r', '\0']) {
        invalid(format!("the {what} is more than one line"))
    } else if length > limits::TITLE {
        invalid(format!(
            "the {what} has {length} characters; the limit is {}",
            limits::TITLE
        ))
    } else {
        Ok(())
    }
}

/// Whether a text fits into `limits::TEXT`.
///
/// # Errors
/// [`Refusal::Invalid`] naming `what` and the limit.
pub fn check_text(what: &str, text: &str) -> Result<(), Refusal> {
    if text.len() > limits::TEXT {
        return invalid(format!(
            "the {what} has {} bytes; the limit is {}",
            text.len(),
            limits::TEXT
        ));
    }
    if text.contains('\0') {
        return invalid(format!("the {what} has a NUL character"));
    }
    Ok(())
}

fn check_members(what: &str, length: usize) -> Result<(), Refusal> {
    if length > limits::MEMBERS {
        return invalid(format!("{length} {what}; the limit is {}", limits::MEMBERS));
    }
    Ok(())
}

/// Whether a task is valid by itself, whatever its plan.
///
/// # Errors
/// [`Refusal::Invalid`] naming the key and the limit.
pub fn check_task_alone(task: &Task) -> Result<(), Refusal> {
    check_line("title", &task.title)?;
    if task.number == 0 {
        return invalid("the number of a task is 1 or more".to_owned());
    }
    for (what, text) in [
        ("stream", &task.stream),
        ("assignee", &task.assignee),
        ("estimate", &task.estimate),
        ("key", &task.key),
    ] {
        text.as_ref()
            .map_or(Ok(()), |text| check_line(what, text))?;
    }
    for (what, text) in [
        ("description", &task.description),
        ("reason", &task.reason),
        ("report", &task.report),
    ] {
        text.as_ref()
            .map_or(Ok(()), |text| check_text(what, text))?;
    }
    for (what, words) in [("label", &task.labels), ("reference", &task.refs)] {
        check_members(what, words.len())?;
        words.iter().try_for_each(|word| check_line(what, word))?;
    }
    check_members("dependencies", task.depends_on.len())?;
    check_members("items", task.items.len())?;
    check_members("notes", task.notes.len())?;
    task.items
        .iter()
        .try_for_each(|item| check_line("item", &item.text))?;
    task.notes
        .iter()
        .try_for_each(|note| check_text("note", &note.text))?;
    unique("item", task.items.iter().map(|item| item.id))?;
    unique("note", task.notes.iter().map(|note| note.id))
}

fn unique<T: Ord + ToString>(what: &str, ids: impl Iterator<Item = T>) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if seen.contains(&id) {
            return invalid(format!("two {what}s have the id {}", id.to_string()));
        }
        seen.insert(id);
    }
    Ok(())
}

/// Whether a new or changed task may enter the plan.
fn check_task(plan: &Plan, old: Option<&Task>, new: &Task) -> Result<(), Refusal> {
    check_task_alone(new)?;
    let number_is_new = old.is_none_or(|old| old.number != new.number);
    let mut others = plan.with_number(new.number).filter(|id| *id != new.id);
    if let (true, Some(other)) = (number_is_new, others.next()) {
        return invalid(format!("number {} is taken by task {other}", new.number));
    }
    check_references(plan, old, new)?;
    check_transition(plan, old, new)?;
    check_closed_phase(plan, old, new)
}

fn check_references(plan: &Plan, old: Option<&Task>, new: &Task) -> Result<(), Refusal> {
    let unknown = |kind, name: String| Refusal::Unknown {
        kind,
        name,
        plan: plan.id.clone(),
    };
    if let Some(phase) = &new.phase
        && old.is_none_or(|old| old.phase != new.phase)
        && plan.phase(phase).is_none()
    {
        return Err(unknown("phase", phase.to_string()));
    }
    let is_new = |id: &&TaskId| old.is_none_or(|old| !old.depends_on.contains(id));
    for id in new.depends_on.iter().filter(is_new) {
        if *id == new.id {
            let name = format!("task {}", new.number);
            return Err(Refusal::Circle {
                kind: "dependencies",
                circle: vec![name.clone(), name],
            });
        }
        if !plan.tasks.contains_key(id) {
            return Err(unknown("task", id.to_string()));
        }
        if old.is_some()
            && let Some(path) = path(plan, *id, new.id)
        {
            let mut circle = vec![plan.name_of(new.id)];
            circle.extend(path.into_iter().map(|id| plan.name_of(id)));
            return Err(Refusal::Circle {
                kind: "dependencies",
                circle,
            });
        }
    }
    Ok(())
}

/// A way along dependencies from one task to another, both ends included.
fn path(plan: &Plan, from: TaskId, to: TaskId) -> Option<Vec<TaskId>> {
    let mut came_from: BTreeMap<TaskId, TaskId> = BTreeMap::new();
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        if id == to {
            let mut path = vec![to];
            while let Some(previous) = path.last().and_then(|id| came_from.get(id)) {
                path.push(*previous);
            }
            path.reverse();
            return Some(path);
        }
        for next in plan
            .tasks
            .get(&id)
            .into_iter()
            .flat_map(|task| &task.depends_on)
        {
            if *next != from && !came_from.contains_key(next) {
                came_from.insert(*next, id);
                open.push(*next);
            }
        }
    }
    None
}

/// Whether a step that asks for a reason has one.
fn check_reason(old: Option<&Task>, new: &Task) -> Result<(), Refusal> {
    let before = old.map_or(Status::Pending, |old| old.status);
    if before == new.status || is_given(new.reason.as_ref()) {
        return Ok(());
    }
    if before.is_over() {
        return Err(Refusal::NeedsReason {
            what: format!("leaving {before} (task {})", new.number),
        });
    }
    if new.status == Status::Blocked {
        return Err(Refusal::NeedsReason {
            what: format!("blocking task {}", new.number),
        });
    }
    Ok(())
}

fn is_given(reason: Option<&String>) -> bool {
    reason.is_some_and(|reason| !reason.trim().is_empty())
}

fn check_transition(plan: &Plan, old: Option<&Task>, new: &Task) -> Result<(), Refusal> {
    let before = old.map_or(Status::Pending, |old| old.status);
    let name = || format!("{} \"{}\"", new.number, new.title);
    let changes = before != new.status;
    let moves = old.is_some_and(|old| old.phase != new.phase);
    let begins = match new.status {
        Status::InProgress => changes || moves,
        Status::Completed => changes && before != Status::InProgress,
        _ => false,
    };
    if let (true, Some(phase)) = (begins, &new.phase) {
        let before = phase::in_the_way(plan, Some(phase));
        if !before.is_empty() {
            let before = before.into_iter().map(|phase| phase.id.clone()).collect();
            if let Some(file) = plan.broken_record() {
                let path = file.path.clone();
                return Err(Refusal::Unreadable { path, before });
            }
            return Err(Refusal::PhaseLocked {
                task: name(),
                phase: phase.clone(),
                before,
            });
        }
    }
    let depends_on_more =
        old.is_none_or(|old| new.depends_on.iter().any(|id| !old.depends_on.contains(id)));
    if new.status == Status::Completed && (changes || depends_on_more) {
        let on = plan.open_dependencies(&new.row());
        if !on.is_empty() {
            let on = on.into_iter().map(|id| plan.name_of(id)).collect();
            return Err(Refusal::OpenDependencies { task: name(), on });
        }
    }
    if new.status == Status::InProgress && changes {
        check_wip(plan, new)?;
    }
    Ok(())
}

fn check_wip(plan: &Plan, new: &Task) -> Result<(), Refusal> {
    let (Some(limit), Some(claim)) = (plan.header.wip_limit, &new.claim) else {
        return Ok(());
    };
    let is_held = |task: &&TaskRow| {
        task.status == Status::InProgress
            && task.id != new.id
            && task.more().holder.as_ref() == Some(&claim.holder)
    };
    let tasks: Vec<String> = plan
        .tasks
        .values()
        .filter(is_held)
        .map(|task| plan.name_of(task.id))
        .collect();
    if tasks.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
        return Ok(());
    }
    Err(Refusal::WipLimit {
        holder: claim.holder.clone(),
        limit,
        tasks,
    })
}

fn check_closed_phase(plan: &Plan, old: Option<&Task>, new: &Task) -> Result<(), Refusal> {
    let Some(phase) = new.phase.as_ref().and_then(|id| plan.phase(id)) else {
        return Ok(());
    };
    let settled_before = old.is_none_or(|old| old.phase != new.phase || old.row().is_settled());
    if settled_before && !new.row().is_settled() && phase::is_closed(plan, phase) {
        let task = format!("{} \"{}\"", new.number, new.title);
        return Err(Refusal::PhaseClosed {
            task,
            phase: phase.id.clone(),
        });
    }
    Ok(())
}

/// Whether a header is well-formed: its texts, globs and names, not what they refer to.
///
/// # Errors
/// [`Refusal::Invalid`] naming the key and the limit.
pub fn check_header_alone(header: &Header) -> Result<(), Refusal> {
    check_line("title", &header.title)?;
    header
        .key
        .as_ref()
        .map_or(Ok(()), |key| check_line("key", key))?;
    header
        .goal
        .as_ref()
        .map_or(Ok(()), |goal| check_text("goal", goal))?;
    header
        .reason
        .as_ref()
        .map_or(Ok(()), |reason| check_text("reason", reason))?;
    for (what, globs) in [
        ("branch glob", &header.branches),
        ("protect glob", &header.protect),
    ] {
        check_members(what, globs.len())?;
        globs.iter().try_for_each(|glob| check_line(what, glob))?;
        for glob in globs {
            if let Err(error) = globset::Glob::new(glob) {
                return invalid(format!("the {what} '{glob}' is not a glob: {error}"));
            }
        }
    }
    check_members("phases", header.phases.len())?;
    unique("phase", header.phases.iter().map(|phase| &phase.id))?;
    header.phases.iter().try_for_each(check_phase)
}

fn check_phase(phase: &Phase) -> Result<(), Refusal> {
    check_line("title", &phase.title)?;
    phase
        .objective
        .as_ref()
        .map_or(Ok(()), |text| check_text("objective", text))?;
    check_members("gates", phase.gates.len())?;
    unique("gate", phase.gates.iter().map(|gate| &gate.id))?;
    match phase.gates.iter().find(|gate| gate.id.as_str() == "tasks") {
        Some(_) => invalid(format!(
            "phase {} has a gate named 'tasks' already: every phase has",
            phase.id
        )),
        None => Ok(()),
    }
}

/// Whether the phases of a header refer to each other, and in no circle.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Circle`].
pub fn check_header_references(plan: &Slug, header: &Header) -> Result<(), Refusal> {
    let named = header
        .phases
        .iter()
        .flat_map(|phase| phase.after.iter().flatten());
    for id in named {
        if header.phase(id).is_none() {
            return Err(Refusal::Unknown {
                kind: "phase",
                name: id.to_string(),
                plan: plan.clone(),
            });
        }
    }
    match phase::cycle(header) {
        Some(mut circle) => {
            circle.extend(circle.first().cloned());
            let circle = circle.iter().map(ToString::to_string).collect();
            Err(Refusal::Circle {
                kind: "phases",
                circle,
            })
        }
        None => Ok(()),
    }
}

/// Whether a plan that is archived, or opened again, has a reason for it.
fn check_header_reason(old: &Header, new: &Header) -> Result<(), Refusal> {
    if old.status == new.status || is_given(new.reason.as_ref()) {
        return Ok(());
    }
    let what = format!("making an {} plan {}", old.status, new.status);
    Err(Refusal::NeedsReason { what })
}

fn check_header(plan: &Plan, old: Option<&Header>, new: &Header) -> Result<(), Refusal> {
    check_header_alone(new)?;
    check_header_references(&plan.id, new)?;
    let gone = old
        .into_iter()
        .flat_map(|old| &old.phases)
        .filter(|phase| new.phase(&phase.id).is_none());
    for phase in gone {
        let tasks: Vec<String> = plan
            .tasks_in(Some(&phase.id))
            .map(|task| plan.name_of(task.id))
            .collect();
        if !tasks.is_empty() {
            let (id, count, tasks) = (&phase.id, tasks.len(), list(&tasks));
            return invalid(format!(
                "phase {id} cannot be removed: it has {count} tasks ({tasks})"
            ));
        }
    }
    Ok(())
}

/// A circle in a graph of numbered nodes: each node leads to the next, the last to the first.
/// Walks without recursion, so that a long chain cannot exhaust the stack.
pub fn find_cycle(
    nodes: impl Iterator<Item = usize>,
    edges: impl Fn(usize) -> Vec<usize>,
) -> Option<Vec<usize>> {
    let mut done = BTreeSet::new();
    for start in nodes {
        let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut on_path = BTreeSet::new();
        if !done.contains(&start) {
            on_path.insert(start);
            path.push((start, edges(start)));
        }
        while let Some((node, open)) = path.last_mut() {
            let node = *node;
            match open.pop() {
                Some(next) if on_path.contains(&next) => {
                    let from = path.iter().position(|(node, _)| *node == next).unwrap_or(0);
                    return Some(path[from..].iter().map(|(node, _)| *node).collect());
                }
                Some(next) if !done.contains(&next) => {
                    on_path.insert(next);
                    path.push((next, edges(next)));
                }
                Some(_) => {}
                None => {
                    done.insert(node);
                    on_path.remove(&node);
                    path.pop();
                }
            }
        }
    }
    None
}
