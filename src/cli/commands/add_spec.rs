//! `git plan add-spec`.

use super::super::complete;
use super::super::error::Result;
use super::super::mutation::{Act, Entity, Mutation, Scope};
use super::super::spec_file;
use crate::gate::counted;
use crate::model::{Slug, SpecForm};

/// Add a specification: rules that the code must satisfy
///
/// It is read from a TOML or YAML file and checked as a whole: every error is told with its line and
/// column, and then nothing is stored. It is stored as it was written. A task that carries it is
/// completed only once `git plan verify-task` found no violation; a gate of kind `spec` holds as
/// long as there is none. Replacing one by one that asks for less takes a reason.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan add-spec specs/auth.toml --task 4
  git plan add-spec migration.yaml --name cognito
  git plan add-spec specs/auth.toml --replace --reason \"the legacy folder stays until May\"")]
pub struct AddSpec {
    /// The file; `-` reads standard input
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub file: String,
    /// What to call it, instead of as it calls itself
    #[arg(long)]
    pub name: Option<Slug>,
    /// What it is written in, where the file's name does not say so
    #[arg(long, value_enum)]
    pub form: Option<FormWord>,
    /// A task that is to carry it
    #[arg(long, value_name = "TASK", add = complete::tasks())]
    pub task: Vec<String>,
    /// Put it in the place of the one that has its name
    #[arg(long)]
    pub replace: bool,
    /// Why, where less has to hold afterwards than before
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// What a specification is written in, on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum FormWord {
    /// TOML
    Toml,
    /// YAML
    Yaml,
}

impl From<FormWord> for SpecForm {
    fn from(word: FormWord) -> Self {
        match word {
            FormWord::Toml => Self::Toml,
            FormWord::Yaml => Self::Yaml,
        }
    }
}

impl Mutation for AddSpec {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let form = self.form.map(SpecForm::from);
        let loaded = spec_file::read(&self.file, form, self.name.as_ref())?;
        let plan = scope.plan_id()?;
        let words = match scope.add_spec(&plan, &loaded, self.replace)? {
            true => ("replace", "replaced"),
            false => ("add", "added"),
        };
        let name = loaded.text.name.clone();
        let rules = counted(loaded.understood.spec.rules.len(), "rule");
        let mut act = Act::new(&plan, Entity::Spec(name.clone()), words)
            .detail(rules)
            .because(self.reason.as_deref());
        for word in &self.task {
            act = act.note(carry(scope, &plan, word, &name)?);
        }
        Ok(act)
    }
}

/// Lets a task carry a specification; tells what to do next.
fn carry(scope: &mut Scope<'_, '_>, plan: &Slug, word: &str, name: &Slug) -> Result<String> {
    let (of, old) = scope.task(word)?;
    if of != *plan {
        return Err(super::super::error::Error::data(format!(
            "task {word} is in plan {of}, the specification in {plan}"
        )));
    }
    let mut new = old.clone();
    if !new.specs.contains(name) {
        new.specs.push(name.clone());
    }
    scope.change_task(plan, &old, &new)?;
    let task = scope.draft.plan(plan)?.name_of(old.id);
    Ok(format!(
        "task {task} carries it: git plan verify-task {task}"
    ))
}
