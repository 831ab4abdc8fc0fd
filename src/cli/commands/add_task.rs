//! `git plan add-task`.

use super::super::complete;
use super::super::error::{Error, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use crate::model::{Edit, Item, Plan, Priority, Slug, Task, TaskId, refer};

/// Add a task
///
/// A title is enough. The task is given the next number of its plan.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan add-task \"Add login route\"
  git plan add-task \"Write the migration\" --phase foundation --depends-on 3 --priority high
  git plan add-task \"Move to Cognito\" --spec specs/cognito.toml
  git plan add-task \"Test it\" --item \"unit\" --item \"end to end\" --description - <notes.md")]
pub struct AddTask {
    /// What is to be done; one line
    pub title: String,
    /// The phase it belongs to
    #[arg(long, add = complete::phases())]
    pub phase: Option<String>,
    /// A task that has to be over before this one is completed
    #[arg(long, value_name = "TASK", add = complete::tasks())]
    pub depends_on: Vec<String>,
    /// Who should do it
    #[arg(long, value_name = "WHO")]
    pub assignee: Option<String>,
    /// A word to find it by
    #[arg(short, long, value_name = "LABEL")]
    pub label: Vec<String>,
    /// The lane it belongs to
    #[arg(long)]
    pub stream: Option<String>,
    /// How soon it should be taken
    #[arg(long, value_enum)]
    pub priority: Option<PriorityWord>,
    /// How much work it is: 2d, 4h
    #[arg(long, value_name = "D")]
    pub estimate: Option<String>,
    /// Its name elsewhere, such as JIRAPRJ-123
    #[arg(long)]
    pub key: Option<String>,
    /// A path or URL that belongs to it
    #[arg(long = "ref", value_name = "PATH|URL")]
    pub refs: Vec<String>,
    /// What is to be done, at length; `-` reads standard input
    #[arg(long, value_name = "TEXT|-")]
    pub description: Option<String>,
    /// A line of its checklist
    #[arg(long, value_name = "TEXT")]
    pub item: Vec<String>,
    /// A specification that decides whether it is done: a file, or the name of one in the plan
    #[arg(long, value_name = "FILE|NAME", value_hint = clap::ValueHint::FilePath)]
    pub spec: Vec<String>,
}

/// A priority on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum PriorityWord {
    /// Before everything else
    Critical,
    /// Soon
    High,
    /// The usual
    Medium,
    /// When nothing else is left
    Low,
}

impl From<PriorityWord> for Priority {
    fn from(word: PriorityWord) -> Self {
        match word {
            PriorityWord::Critical => Self::Critical,
            PriorityWord::High => Self::High,
            PriorityWord::Medium => Self::Medium,
            PriorityWord::Low => Self::Low,
        }
    }
}

impl Mutation for AddTask {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let mut task = Task::new(scope.store.new_task_id()?, &self.title);
        task.description = self.description.as_deref().map(text_or_stdin).transpose()?;
        for text in &self.item {
            let id = scope.store.new_item_id()?;
            task.items.push(Item {
                id,
                text: text.clone(),
                checked: false,
                audit: false,
            });
        }
        let plan = scope.plan()?;
        task.phase = self
            .phase
            .as_ref()
            .map(|word| refer::phase(plan, word))
            .transpose()?;
        task.depends_on = task_ids(plan, &self.depends_on)?;
        task.assignee.clone_from(&self.assignee);
        task.labels = without_doubles(&self.label);
        task.stream.clone_from(&self.stream);
        task.priority = self.priority.map(Priority::from);
        task.estimate.clone_from(&self.estimate);
        task.key.clone_from(&self.key);
        task.refs = without_doubles(&self.refs);
        let plan_id: Slug = plan.id.clone();
        task.specs = scope.specs_of(&plan_id, &self.spec)?;
        scope.draft.apply(&plan_id, Edit::add_task(&task))?;
        Ok(Act::new(&plan_id, Entity::Task(task.id), ("add", "added")))
    }
}

/// The tasks of one plan that words name, each once.
///
/// # Errors
/// Where a word names none, several, or one of another plan.
pub fn task_ids(plan: &Plan, words: &[String]) -> Result<Vec<TaskId>> {
    let mut ids = Vec::new();
    for word in words {
        let (place, rest) = refer::split(word);
        if place.is_some_and(|place| place != plan.id.as_str()) {
            return Err(Error::data(format!(
                "'{word}' is in another plan; dependencies stay within one"
            )));
        }
        let id = refer::task(plan, rest)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

fn without_doubles(words: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        if !kept.contains(word) {
            kept.push(word.clone());
        }
    }
    kept
}

/// The text, or what standard input holds where the text is `-`.
///
/// # Errors
/// Where standard input cannot be read, or is not UTF-8.
pub fn text_or_stdin(text: &str) -> Result<String> {
    if text != "-" {
        return Ok(text.to_owned());
    }
    std::io::read_to_string(std::io::stdin())
        .map_err(|error| Error::environment(format!("could not read standard input: {error}")))
}
