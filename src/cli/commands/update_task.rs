//! `git plan update-task`.

use super::super::complete;
use super::super::error::{Error, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use super::super::status_author::StatusAuthor;
use super::add_task::{PriorityWord, task_ids, text_or_stdin};
use crate::model::{Priority, Slug, Status, Task, refer};

/// Change a task
///
/// Any status may follow any other, as far as phases and dependencies allow; leaving completed or
/// cancelled takes a reason.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan update-task 4 --title \"Add login and logout routes\"
  git plan update-task 4 --phase api --label auth --no-label draft
  git plan update-task 4 --status pending --reason \"the test was wrong\"")]
pub struct UpdateTask {
    /// The task
    #[arg(add = complete::tasks())]
    pub task: String,
    /// Where it stands
    #[arg(long, value_enum)]
    pub status: Option<StatusWord>,
    /// Why it stands there
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// What is to be done
    #[arg(long)]
    pub title: Option<String>,
    /// The phase it moves to
    #[arg(long, add = complete::phases())]
    pub phase: Option<String>,
    /// It belongs to no phase
    #[arg(long, conflicts_with = "phase")]
    pub no_phase: bool,
    /// A dependency, added
    #[arg(long, value_name = "TASK", add = complete::tasks())]
    pub depends_on: Vec<String>,
    /// A dependency, removed
    #[arg(long, value_name = "TASK", add = complete::tasks())]
    pub no_depends_on: Vec<String>,
    /// A label, added
    #[arg(short, long, value_name = "LABEL")]
    pub label: Vec<String>,
    /// A label, removed
    #[arg(long, value_name = "LABEL")]
    pub no_label: Vec<String>,
    /// The lane it belongs to; empty for none
    #[arg(long)]
    pub stream: Option<String>,
    /// How soon it should be taken
    #[arg(long, value_enum)]
    pub priority: Option<PriorityWord>,
    /// No priority of its own
    #[arg(long, conflicts_with = "priority")]
    pub no_priority: bool,
    /// Who should do it; empty for nobody
    #[arg(long, value_name = "WHO")]
    pub assignee: Option<String>,
    /// How much work it is; empty for unknown
    #[arg(long, value_name = "D")]
    pub estimate: Option<String>,
    /// Its name elsewhere; empty for none
    #[arg(long)]
    pub key: Option<String>,
    /// A path or URL, added
    #[arg(long = "ref", value_name = "PATH|URL")]
    pub refs: Vec<String>,
    /// A path or URL, removed
    #[arg(long = "no-ref", value_name = "PATH|URL")]
    pub no_refs: Vec<String>,
    /// A specification, added: a file, or the name of one in the plan
    #[arg(long, value_name = "FILE|NAME", value_hint = clap::ValueHint::FilePath)]
    pub spec: Vec<String>,
    /// A specification, taken away
    #[arg(long, value_name = "NAME", add = complete::specs())]
    pub no_spec: Vec<String>,
    /// What is to be done, at length; `-` reads standard input; empty for none
    #[arg(long, value_name = "TEXT|-")]
    pub description: Option<String>,
    /// What was done; `-` reads standard input; empty for none
    #[arg(long, value_name = "TEXT|-")]
    pub report: Option<String>,
}

/// A status on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum StatusWord {
    /// Not started
    Pending,
    /// Under way
    InProgress,
    /// It cannot go on
    Blocked,
    /// Done
    Completed,
    /// Given up
    Cancelled,
}

impl From<StatusWord> for Status {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Pending => Self::Pending,
            StatusWord::InProgress => Self::InProgress,
            StatusWord::Blocked => Self::Blocked,
            StatusWord::Completed => Self::Completed,
            StatusWord::Cancelled => Self::Cancelled,
        }
    }
}

impl Mutation for UpdateTask {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let (plan_id, old) = scope.task(&self.task)?;
        let mut new = old.clone();
        self.change_texts(&mut new)?;
        let plan = scope.draft.plan(&plan_id)?;
        if let Some(word) = &self.phase {
            new.phase = Some(refer::phase(plan, word)?);
        } else if self.no_phase {
            new.phase = None;
        }
        let gone = task_ids_or_missing(plan, &self.no_depends_on)?;
        new.depends_on.retain(|id| !gone.contains(id));
        let more = task_ids(plan, &self.depends_on)?;
        new.depends_on
            .extend(more.into_iter().filter(|id| !old.depends_on.contains(id)));
        if let Some(status) = self.status {
            scope.set_status(&mut new, status.into(), self.reason.as_deref());
        } else if self.reason.is_some() && self.no_spec.is_empty() {
            return Err(Error::usage("--reason goes with --status or --no-spec"));
        }
        self.change_specs(scope, &plan_id, &mut new)?;
        scope.change_task(&plan_id, &old, &new)?;
        Ok(
            Act::new(&plan_id, Entity::Task(old.id), ("update", "updated"))
                .detail(changed(&old, &new))
                .because(self.reason.as_deref()),
        )
    }
}

impl UpdateTask {
    fn change_specs(&self, scope: &mut Scope<'_, '_>, plan: &Slug, task: &mut Task) -> Result<()> {
        for word in &self.no_spec {
            // One that is missing can be taken away all the same.
            task.specs.retain(|name| name.as_str() != word);
        }
        for name in scope.specs_of(plan, &self.spec)? {
            if !task.specs.contains(&name) {
                task.specs.push(name);
            }
        }
        Ok(())
    }

    fn change_texts(&self, task: &mut Task) -> Result<()> {
        if let Some(title) = &self.title {
            task.title.clone_from(title);
        }
        for (wanted, key) in [
            (&self.stream, &mut task.stream),
            (&self.assignee, &mut task.assignee),
            (&self.estimate, &mut task.estimate),
            (&self.key, &mut task.key),
        ] {
            set_or_clear(wanted.clone(), key);
        }
        set_or_clear(
            self.description.as_deref().map(text_or_stdin).transpose()?,
            &mut task.description,
        );
        set_or_clear(
            self.report.as_deref().map(text_or_stdin).transpose()?,
            &mut task.report,
        );
        if self.no_priority {
            task.priority = None;
        } else if let Some(word) = self.priority {
            task.priority = Some(Priority::from(word));
        }
        members(&mut task.labels, &self.label, &self.no_label);
        members(&mut task.refs, &self.refs, &self.no_refs);
        Ok(())
    }
}

/// Sets a key to a wanted text; an empty one takes it away.
pub fn set_or_clear(wanted: Option<String>, key: &mut Option<String>) {
    if let Some(text) = wanted {
        *key = (!text.is_empty()).then_some(text);
    }
}

fn members(set: &mut Vec<String>, more: &[String], less: &[String]) {
    set.retain(|member| !less.contains(member));
    for member in more {
        if !set.contains(member) {
            set.push(member.clone());
        }
    }
}

/// As [`task_ids`], but an id whose task is missing names itself: so it can be removed.
fn task_ids_or_missing(
    plan: &crate::model::Plan,
    words: &[String],
) -> Result<Vec<crate::model::TaskId>> {
    let one = |word: &String| match word.parse() {
        Ok(id) => Ok(vec![id]),
        Err(_) => task_ids(plan, std::slice::from_ref(word)),
    };
    Ok(words.iter().map(one).collect::<Result<Vec<_>>>()?.concat())
}

/// The keys that differ, for the commit's subject.
fn changed(old: &Task, new: &Task) -> String {
    let edits = crate::model::Edit::between_tasks(old, new);
    let mut keys: Vec<String> = Vec::new();
    for edit in edits {
        let names: Vec<String> = match edit.change {
            crate::model::Change::Set { from, to } => {
                let differs = |key: &&String| from.get(*key) != to.get(*key);
                from.keys()
                    .chain(to.keys())
                    .filter(differs)
                    .cloned()
                    .collect()
            }
            crate::model::Change::Include { key, .. }
            | crate::model::Change::Exclude { key, .. } => vec![key],
            _ => Vec::new(),
        };
        keys.extend(names.into_iter().filter(|key| !key.starts_with("status_")));
    }
    keys.sort();
    keys.dedup();
    keys.join(", ")
}

impl Scope<'_, '_> {
    /// Gives a task a status: who, when, why, and who holds it from then on.
    pub fn set_status(&self, task: &mut Task, status: Status, reason: Option<&str>) {
        StatusAuthor::of(self.cx, self.store.repo, self.writer).give(task, status, reason);
    }
}
