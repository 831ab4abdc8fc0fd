//! `git plan close-phase`: a closing record, once every gate holds.

use super::super::error::{Error, Kind, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use super::super::recording::bind;
use super::super::{complete, missing_work};
use super::gate::code_at;
use crate::gate::{self, Judgement};
use crate::model::{Edit, Phase, PlanStatus, Record, RecordKind, Refusal, phase, refer};
use crate::render::view;

/// Close a phase whose gates hold
///
/// Every gate of the phase is judged at HEAD, or at another commit. Where one does not hold,
/// nothing is closed and the exit code is 1.
#[derive(Debug, clap::Args)]
pub struct ClosePhase {
    /// The phase
    #[arg(add = complete::phases())]
    pub phase: String,
    /// The commit to judge at, instead of HEAD
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
    /// What should be known about it
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

impl Mutation for ClosePhase {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let repo = scope.store.repo;
        let plan = scope.plan()?.clone();
        let id = refer::phase(&plan, &self.phase)?;
        let phase = plan
            .phase(&id)
            .cloned()
            .unwrap_or_else(|| Phase::new(id.clone(), ""));
        let act = Act::new(&plan.id, Entity::Phase(id.clone()), ("close", "closed"));
        if phase::is_closed(&plan, &phase) {
            return Ok(act);
        }
        // What is unmet cannot be met in a plan that is read-only.
        if plan.header.status == PlanStatus::Archived {
            return Err(Refusal::Archived(plan.id).into());
        }
        scope.require_records(&plan)?;
        scope.require_clock()?;
        let code = code_at(repo, self.at.as_deref(), scope.cx)?;
        let judged = gate::judge(&plan, &phase, &code);
        if judged
            .iter()
            .any(|judgement| !judgement.state.is_satisfied())
        {
            return Err(unmet(&phase, &judged));
        }
        if let Some(commit) = code.commit_oid() {
            missing_work::require_none(repo, &scope.store.place, (&plan, &phase), commit)?;
        }
        let mut record = scope.record(&plan, &phase, RecordKind::Closing)?;
        let earlier = |other: &&Record| {
            other.kind == RecordKind::Closing && other.phase.as_ref() == Some(&phase.id)
        };
        record.supersedes = plan
            .records
            .iter()
            .filter(earlier)
            .map(|other| other.id)
            .collect();
        bind(&mut record, &code);
        record.gates = Some(phase::gates_digest(&phase));
        let records = judged.iter().flat_map(|judgement| &judgement.records);
        record.evidence = records.copied().collect();
        record.note.clone_from(&self.note);
        scope.draft.apply(&plan.id, Edit::add_record(&record))?;
        Ok(act)
    }
}

fn unmet(phase: &Phase, judged: &[Judgement]) -> Error {
    let open = judged
        .iter()
        .filter(|judgement| !judgement.state.is_satisfied());
    let mut message = format!("phase {} cannot be closed:", phase.id);
    let mut hints: Vec<String> = Vec::new();
    for judgement in open {
        message.push_str(&format!(
            "\n  {:<6} {}/{}  {}",
            judgement.state.as_str(),
            judgement.phase,
            judgement.gate,
            judgement.reason.replace('\n', " ")
        ));
        if let Some(fix) = &judgement.fix {
            hints.push(format!(
                "{}   for {}/{}",
                view::fix_line(fix),
                judgement.phase,
                judgement.gate
            ));
        }
    }
    hints
        .into_iter()
        .fold(Error::new(Kind::No, message), Error::hint)
}
