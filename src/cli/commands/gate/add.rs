//! `git plan gate add`.

use super::super::super::context::Context;
use super::super::super::error::{Error, Result};
use super::super::super::mutation::{Act, Entity, Mutation, Scope};
use super::super::super::{complete, trusting};
use super::super::remove_spec;
use crate::gate::{self, definition};
use crate::model::{self, On, Slug, Span, phase, refer};
use crate::store::Committed;

/// Add a gate to a phase
///
/// A `command` gate holds when its command has passed for the code as it is (git plan gate run); an
/// `approval` gate when enough people other than the author have approved that code; a `manual` gate
/// when a person has said so for it; a `questions` gate while no blocking question is open and every
/// assumption is confirmed (git plan register); a `checkpoint` gate when a checkpoint was taken in
/// the phase; a `spec` gate while the code satisfies specifications (git plan add-spec), which is found
/// out on the spot. The command stands behind `--`, word by word, and runs without a shell. Typed so, it
/// may run on this machine at once; one for a shell, or in a batch, waits for git plan trust.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan gate add foundation tests --kind command --on push -- cargo test --locked
  git plan gate add foundation lint --kind command --input src --timeout 5m --shell 'cargo clippy && cargo fmt --check'
  git plan gate add release review --kind approval --count 2
  git plan gate add foundation cognito --kind spec --on push --spec cognito
  git plan gate add foundation reviewed --kind manual --description \"The design was reviewed\"")]
pub struct Add {
    /// The phase
    #[arg(add = complete::phases())]
    pub phase: String,
    /// The gate's name
    pub gate: Slug,
    /// What kind of condition it is
    #[arg(long, value_parser = gate::KINDS)]
    pub kind: String,
    /// When it must hold: to close the phase, or for each push to a protected branch as well
    #[arg(long, value_parser = ["close", "push"], default_value = "close")]
    pub on: String,
    /// What it asks for
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// A path that its outcome depends on; without one, the whole tree
    #[arg(long, value_name = "PATH")]
    pub input: Vec<String>,
    /// The command as a text for `sh -c`, where a shell is meant
    #[arg(long, value_name = "TEXT", conflicts_with = "argv")]
    pub shell: Option<String>,
    /// The folder that the command runs in, from the top of the repository
    #[arg(long, value_name = "PATH")]
    pub cwd: Option<String>,
    /// An environment variable that the command needs
    #[arg(long, value_name = "NAME")]
    pub env: Vec<String>,
    /// How long the command may take, such as 15m
    #[arg(long, value_name = "TIME")]
    pub timeout: Option<Span>,
    /// How old its evidence may be, such as 30d
    #[arg(long, value_name = "TIME")]
    pub max_age: Option<Span>,
    /// The system that its evidence has to come from, such as linux or linux-x86_64
    #[arg(long, value_name = "SYSTEM")]
    pub platform: Option<String>,
    /// Where its evidence has to come from
    #[arg(long, value_parser = definition::RUNNERS)]
    pub runner: Option<String>,
    /// Let only signed evidence count
    #[arg(long)]
    pub signed: bool,
    /// Keep the end of the command's output in its record
    #[arg(long)]
    pub record_output: bool,
    /// How many people have to approve
    #[arg(long, value_name = "N")]
    pub count: Option<u32>,
    /// A specification that the code must satisfy; without one, all but those that only tasks of other
    /// phases carry
    #[arg(long, value_name = "NAME", add = complete::specs())]
    pub spec: Vec<Slug>,
    /// The command, word by word
    #[arg(last = true, value_name = "ARGV")]
    pub argv: Vec<String>,
}

impl Add {
    fn definition(&self) -> Result<model::Gate> {
        let some = |words: &Vec<String>| (!words.is_empty()).then(|| words.clone());
        let gate = model::Gate {
            on: if self.on == "push" {
                On::Push
            } else {
                On::Close
            },
            description: self.description.clone(),
            run: some(&self.argv),
            shell: self.shell.clone(),
            cwd: self.cwd.clone(),
            env: some(&self.env),
            inputs: some(&self.input),
            timeout: self.timeout,
            max_age: self.max_age,
            platform: self.platform.clone(),
            runner: self.runner.clone(),
            signed: self.signed,
            record_output: self.record_output,
            count: self.count,
            specs: (!self.spec.is_empty()).then(|| self.spec.clone()),
            ..model::Gate::new(self.gate.clone(), &self.kind)
        };
        match definition::problem(&gate) {
            None => Ok(gate),
            Some(problem) => {
                let error = Error::usage(format!("the gate makes no sense: {problem}"));
                Err(match gate.kind == gate::COMMAND && self.argv.is_empty() {
                    true => error.hint(format!(
                        "git plan gate add {} {} --kind command -- ARGV…   takes the command behind --",
                        self.phase, self.gate
                    )),
                    false => error,
                })
            }
        }
    }
}

impl Mutation for Add {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let gate = self.definition()?;
        let plan = scope.plan()?;
        let phase_id = refer::phase(plan, &self.phase)?;
        for name in &self.spec {
            remove_spec::named(plan, name.as_str())?;
        }
        let was_closed = plan
            .phase(&phase_id)
            .is_some_and(|phase| phase::is_closed(plan, phase));
        let mut header = plan.header.clone();
        let plan_id = plan.id.clone();
        let phase = header.phases.iter_mut().find(|phase| phase.id == phase_id);
        let gates = phase
            .map(|phase| &mut phase.gates)
            .filter(|gates| gates.iter().all(|g| g.id != gate.id));
        let Some(gates) = gates else {
            return Err(Error::data(format!(
                "phase {phase_id} has a gate '{}' already",
                gate.id
            )));
        };
        gates.push(gate);
        scope.change_header(&plan_id, &header)?;
        let opened = format!("phase {phase_id} is open again: it was closed with other gates");
        let entity = Entity::Gate(phase_id, self.gate.clone());
        let act = Act::new(&plan_id, entity, ("add", "added"));
        Ok(if was_closed { act.note(opened) } else { act })
    }

    fn was_typed(&self, cx: &Context, act: &Act, done: &mut Committed<'_>) -> Result<()> {
        let Entity::Gate(phase_id, _) = &act.entity else {
            return Ok(());
        };
        if self.argv.is_empty() {
            return Ok(());
        }
        let plan = done.draft.plan(&act.plan)?.clone();
        let phase = plan.phase(phase_id);
        let gate = phase.and_then(|phase| gate::find(phase, self.gate.as_str()));
        let typed = gate.filter(|gate| gate.run.as_ref() == Some(&self.argv));
        match (typed, done.commit) {
            (Some(gate), Some(tip)) => {
                let repo = done.draft.snapshot.repo();
                trusting::trust_as_typed(cx, repo, tip, phase_id, &gate)
            }
            _ => Ok(()),
        }
    }
}
