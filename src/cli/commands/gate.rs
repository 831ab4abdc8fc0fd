//! `git plan gate`: the conditions of a phase.

use super::super::context::Context;
use super::super::error::{Error, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use super::super::verbs::Run;
use super::super::{complete, current, facts, person};
use crate::gate;
use crate::model::{self, Edit, On, Phase, Plan, Record, RecordKind, Slug, refer};
use crate::render::quote;
use crate::render::style;
use crate::render::table::{Canvas, Cell, Table};
use crate::render::view::{GateView, fix_line};

/// Add a gate to a phase
///
/// A `manual` gate holds when a person has said so for the code as it is.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan gate add foundation reviewed --kind manual --description \"The design was reviewed\"
  git plan gate add release notes --kind manual --input CHANGELOG.md")]
pub struct Add {
    /// The phase
    #[arg(add = complete::phases())]
    pub phase: String,
    /// The gate's name
    pub gate: Slug,
    /// What kind of condition it is
    #[arg(long, value_parser = gate::KINDS)]
    pub kind: String,
    /// What it asks for
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// A path that its outcome depends on; without one, the whole tree
    #[arg(long, value_name = "PATH")]
    pub input: Vec<String>,
}

impl Mutation for Add {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let plan = scope.plan()?;
        let phase_id = refer::phase(plan, &self.phase)?;
        let mut header = plan.header.clone();
        let plan_id = plan.id.clone();
        let inputs = self
            .input
            .iter()
            .map(|path| literal(path))
            .collect::<Result<Vec<_>>>()?;
        let gate = model::Gate {
            id: self.gate.clone(),
            kind: self.kind.clone(),
            on: On::Close,
            description: self.description.clone(),
            inputs: (!inputs.is_empty()).then_some(inputs),
            extra: std::collections::BTreeMap::new(),
        };
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
        Ok(Act::new(
            &plan_id,
            Entity::Gate(phase_id, self.gate.clone()),
            ("add", "added"),
        ))
    }
}

/// A path below the top of the tree, as it is written in a gate.
fn literal(path: &str) -> Result<String> {
    let trimmed = path.trim_end_matches('/');
    let is_plain = |part: &str| !matches!(part, "" | "." | "..");
    if !trimmed.is_empty() && trimmed.split('/').all(is_plain) {
        Ok(trimmed.to_owned())
    } else {
        Err(Error::usage(format!(
            "'{path}' is not a path below the top of the repository"
        )))
    }
}

/// List gates and whether they hold
#[derive(Debug, clap::Args)]
pub struct List {
    /// The phase; without one, all
    #[arg(add = complete::phases())]
    pub phase: Option<String>,
}

impl Run for List {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let snapshot = cx.snapshot(&cx.store(&repo)?)?;
        let plan = snapshot.plan(&current::plan(cx, &repo, &snapshot)?)?;
        let only = self
            .phase
            .as_ref()
            .map(|word| refer::phase(&plan, word))
            .transpose()?;
        let facts = facts::at_head(&repo, &plan)?;
        let phases = plan
            .header
            .phases
            .iter()
            .filter(|phase| only.as_ref().is_none_or(|only| *only == phase.id));
        let gates: Vec<GateView> = phases
            .flat_map(|phase| gate::judge(&plan, phase, &facts))
            .map(|gate| GateView::of(&gate))
            .collect();
        let canvas = cx.canvas(Some(&repo));
        cx.print_list("gates", &gates, || {
            if gates.is_empty() {
                return "No phase yet: git plan add-phase \"TITLE\"\n".to_owned();
            }
            table(&gates, canvas)
        })
    }
}

/// Gates, one a line, each unmet one with the command that would meet it.
pub fn table(gates: &[GateView], canvas: Canvas) -> String {
    let mut table = Table::new(&["Gate", "Kind", "State", "Why", "To meet it"]);
    for gate in gates {
        let tone = match gate.state.as_str() {
            "ok" => style::of_state(gate::State::Ok),
            "error" => style::of_state(gate::State::Error),
            _ => style::of_state(gate::State::Unmet),
        };
        table.row([
            Cell::from(format!("{}/{}", gate.phase, gate.gate)),
            Cell::from(&*gate.kind),
            Cell::toned(gate.state.as_str(), tone),
            Cell::from(&*gate.reason),
            Cell::from(gate.fix.as_deref().unwrap_or_default()),
        ]);
    }
    table.render(canvas)
}

/// Say that a manual gate holds, for the code at HEAD
///
/// It is a person's act: it is confirmed at a terminal, and an agent (`--as`) may not do it. The
/// approval is bound to the gate's definition and to the code; when either changes, it is stale.
#[derive(Debug, clap::Args)]
pub struct Approve {
    /// The gate, as phase/gate
    #[arg(value_name = "PHASE/GATE", add = complete::gates())]
    pub gate: String,
    /// What was looked at, and what was found
    #[arg(long, value_name = "TEXT")]
    pub note: String,
}

impl Mutation for Approve {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let repo = scope.store.repo;
        let plan = scope.plan()?.clone();
        let (phase, gate) = named(&plan, &self.gate)?;
        if gate.kind != gate::MANUAL {
            return Err(Error::usage(format!(
                "{} is of kind '{}'; a manual gate is approved",
                self.gate, gate.kind
            )));
        }
        scope.require_records(&plan)?;
        if self.note.trim().is_empty() {
            return Err(Error::usage(
                "the note is empty: it says what was looked at",
            ));
        }
        let facts = facts::at_head(repo, &plan)?;
        let words = ["gate", "approve", &self.gate, "--note", &self.note].map(str::to_owned);
        let line = fix_line(&words);
        let place = facts
            .commit
            .as_ref()
            .map_or("the empty tree".to_owned(), |oid| oid[..12].to_owned());
        if !scope.cx.globals.dry_run {
            let what = gate
                .description
                .clone()
                .unwrap_or_else(|| quote::word(&self.gate).into_owned());
            person::confirm_act(
                scope.cx,
                repo,
                &format!("Does this hold at {place}: {what}?"),
                &line,
            )?;
        }
        let id = scope.store.new_record_id()?;
        let who = scope.writer.signature();
        let mut record = Record::new(id, &plan.id, RecordKind::Approval, &who, scope.writer.now);
        record.supersedes = gate::deciding_approvals(&plan, &phase, &gate)
            .iter()
            .map(|earlier| earlier.id)
            .collect();
        record.subject = Some(gate::subject(&plan, &phase, &gate, &facts));
        record.phase = Some(phase.id.clone());
        record.gate = Some(gate.id.clone());
        record.commit = facts.commit;
        record.tree = Some(facts.tree);
        record.note = Some(self.note.clone());
        scope.draft.apply(&plan.id, Edit::add_record(&record))?;
        Ok(Act::new(
            &plan.id,
            Entity::Gate(phase.id, gate.id),
            ("approve", "approved"),
        )
        .detail(&self.note))
    }
}

/// The gate that `phase/gate` names.
fn named(plan: &Plan, word: &str) -> Result<(Phase, model::Gate)> {
    let Some((phase, gate)) = word.split_once('/') else {
        return Err(Error::usage(format!(
            "'{word}' is not a gate: gates are named phase/gate"
        )));
    };
    let id = refer::phase(plan, phase)?;
    let phase = plan
        .phase(&id)
        .cloned()
        .unwrap_or_else(|| Phase::new(id.clone(), ""));
    let found = phase
        .gates
        .iter()
        .find(|other| other.id.as_str() == gate)
        .cloned();
    match found {
        Some(gate) => Ok((phase, gate)),
        None => {
            let names = phase.gates.iter().map(|gate| gate.id.as_str());
            let similar = refer::similar(gate, names);
            let error = Error::data(format!("phase {id} has no gate '{gate}'"));
            let error = match similar.first() {
                Some(name) => error.hint(format!("did you mean {id}/{name}?")),
                None => error,
            };
            Err(error.hint(format!("git plan gate list {id}   lists its gates")))
        }
    }
}
