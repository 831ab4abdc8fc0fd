//! Outcomes that another job handed on: data from a stranger, held against the repository before
//! any record is made of it.

use std::fs::File;
use std::io::Read as _;

use serde::{Deserialize, Serialize};

use super::super::super::context::Context;
use super::super::super::error::{Error, Result};
use super::super::super::mutation::{self, Scope};
use super::super::super::recording::{bind, sign};
use super::super::super::running::{Target, earlier, require_command};
use crate::enforce::CodeAt;
use crate::gate;
use crate::git::{Oid, Repo};
use crate::model::record::{Outcome, RecordKind};
use crate::model::{Edit, Plan, Record, RecordId, Time};
use crate::render::view::OutcomeView;
use crate::store::{Draft, Message, Store};
use crate::trust;

const SCHEMA: &str = "git-plan/outcomes@1";
/// The most bytes of a file.
const LARGEST: u64 = 4 * 1024 * 1024;
/// The most outcomes in it.
const MOST: usize = 1000;
/// The most bytes of the end of an output: what is kept, where each stands for three in UTF-8.
const LONGEST_END: usize = 3 * 4096;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: String,
    data: Vec<OutcomeView>,
}

/// The file that is handed on.
///
/// # Errors
/// Where it cannot be written as JSON.
pub fn written(outcomes: &[OutcomeView]) -> Result<String> {
    let document = Document {
        schema: SCHEMA.to_owned(),
        data: outcomes.to_vec(),
    };
    let text = serde_json::to_string_pretty(&document);
    let text = text.map_err(|error| Error::environment(format!("could not make JSON: {error}")))?;
    Ok(text + "\n")
}

/// Makes records of what a file says, if all of it is true as far as that can be told here.
///
/// # Errors
/// Where something of it cannot be; nothing is stored then.
pub fn record(cx: &Context, repo: &Repo, store: &Store<'_>, file: &str) -> Result<()> {
    let outcomes = read(file)?;
    let writer = cx.writer(repo)?;
    let mut draft = Draft::on(cx.snapshot(store)?);
    let mut ids: Vec<(String, RecordId)> = Vec::new();
    for (at, outcome) in outcomes.iter().enumerate() {
        let mut scope = Scope {
            cx,
            store,
            draft: &mut draft,
            writer: &writer,
        };
        let record = record_of(&mut scope, outcome)
            .map_err(|error| error.context(&format!("{file}, outcome {}", at + 1)))?;
        draft.apply(&outcome.plan, Edit::add_record(&record))?;
        ids.push((format!("{}/{}", outcome.phase, outcome.gate), record.id));
    }
    let Some(first) = outcomes.first() else {
        return cx.print_list("outcomes", &outcomes, || "nothing to record\n".to_owned());
    };
    if cx.globals.dry_run {
        return mutation::report_dry_run(cx, repo, draft);
    }
    let message = Message {
        subject: format!(
            "{}: record {} from CI",
            first.plan,
            gate::counted(ids.len(), "outcome")
        ),
        operation: "ci run".to_owned(),
        ids: ids.iter().map(|(gate, _)| gate.clone()).collect(),
        ..Message::default()
    };
    mutation::commit(cx, store, draft, &writer, (&|_| Ok(message.clone()), None))?;
    cx.print_list("outcomes", &outcomes, || {
        let line = |(gate, id): &(String, RecordId)| format!("recorded {gate} as {id}\n");
        ids.iter().map(line).collect()
    })
}

fn read(file: &str) -> Result<Vec<OutcomeView>> {
    let unreadable = |error| Error::environment(format!("could not read {file}: {error}"));
    let mut text = String::new();
    let opened = File::open(file).map_err(unreadable)?;
    opened
        .take(LARGEST + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    if text.len() as u64 > LARGEST {
        return Err(Error::data(format!("{file} has more than {LARGEST} bytes")));
    }
    let document: Document = serde_json::from_str(&text)
        .map_err(|error| Error::data(format!("{file} holds no outcomes: {error}")))?;
    if document.schema != SCHEMA {
        return Err(Error::data(format!("{file} is not of the kind {SCHEMA}")));
    }
    match document.data.len() {
        0..=MOST => Ok(document.data),
        count => Err(Error::data(format!(
            "{file} has {count} outcomes; {MOST} are the most"
        ))),
    }
}

fn record_of(scope: &mut Scope<'_, '_>, outcome: &OutcomeView) -> Result<Record> {
    let repo = scope.store.repo;
    let plan = scope.draft.plan(&outcome.plan)?.clone();
    scope.require_records(&plan)?;
    let target = target(&plan, outcome)?;
    let code = code(scope.cx, repo, outcome)?;
    let subject = gate::subject(&plan.id, &target.phase.id, &target.gate, &code);
    let subject = subject.map_err(Error::environment)?;
    if subject != outcome.subject {
        return Err(Error::data(
            "it is about other code, or another definition of the gate",
        ));
    }
    require_plausible(outcome, &target, scope.cx.now.0)?;
    let about = (&target.phase, &target.gate);
    let mut record = scope.gate_record(&plan, about, RecordKind::Outcome)?;
    bind(&mut record, &code);
    record.supersedes = earlier(&plan, &target, &subject);
    record.subject = Some(subject);
    fill(&mut record, outcome);
    if !scope.cx.globals.dry_run {
        sign(repo, &mut record, target.gate.signed)?;
    }
    Ok(record)
}

fn target(plan: &Plan, outcome: &OutcomeView) -> Result<Target> {
    let phase = plan.phase(&outcome.phase).cloned();
    let found = phase.and_then(|phase| {
        let gate = gate::find(&phase, outcome.gate.as_str())?;
        Some(Target { phase, gate })
    });
    let name = format!("{}/{}", outcome.phase, outcome.gate);
    let target = found.ok_or_else(|| Error::data(format!("there is no gate {name}")))?;
    // What is wrong with it is wrong with the data here, not with the command line.
    require_command(&target).map_err(|error| Error::data(error.message))?;
    Ok(target)
}

fn code<'r>(cx: &Context, repo: &'r Repo, outcome: &OutcomeView) -> Result<CodeAt<'r>> {
    let oid = Oid::from_hex(outcome.commit.as_bytes()).ok();
    let oid = oid.filter(|oid| oid.kind() == repo.object_format() && repo.has(*oid));
    let oid = oid.ok_or_else(|| Error::data("its commit is not in this repository"))?;
    Ok(CodeAt::at(repo, oid, cx.now)?)
}

/// Refuses what no run of that gate could have said.
fn require_plausible(outcome: &OutcomeView, target: &Target, now: i64) -> Result<()> {
    let is_digest = |text: &str| {
        let hex = text.strip_prefix("sha256:").unwrap_or_default();
        hex.len() == 64 && hex.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
    let platform = outcome.platform.as_bytes();
    let end = outcome.output_end.as_ref();
    let wrong = [
        (outcome.argv != trust::command_digest(&target.gate), "argv"),
        (!fits(outcome), "result"),
        (!is_digest(&outcome.output), "output"),
        (
            platform.len() > 64 || !platform.iter().copied().all(is_plain),
            "platform",
        ),
        (end.is_some_and(|end| end.len() > LONGEST_END), "output_end"),
        (end.is_some() && !target.gate.record_output, "output_end"),
        (outcome.started.0 > now + Time::SKEW, "started"),
        (i64::try_from(outcome.duration_ms).is_err(), "duration_ms"),
        (i64::try_from(outcome.output_bytes).is_err(), "output_bytes"),
    ];
    match wrong.iter().find(|(is_wrong, _)| *is_wrong) {
        Some((_, key)) => Err(Error::data(format!("its {key} cannot be true"))),
        None => Ok(()),
    }
}

/// Whether the result follows from how the command ended.
fn fits(outcome: &OutcomeView) -> bool {
    match (outcome.result, outcome.exit_code, outcome.signal) {
        (Outcome::Pass, Some(0), None) | (Outcome::Error, Some(126 | 127) | None, _) => true,
        (Outcome::Fail, Some(code), None) => !matches!(code, 0 | 126 | 127),
        _ => false,
    }
}

fn fill(record: &mut Record, outcome: &OutcomeView) {
    record.result = Some(outcome.result);
    record.argv = Some(outcome.argv.clone());
    record.exit_code = outcome.exit_code;
    record.signal = outcome.signal;
    record.started = Some(outcome.started);
    record.duration_ms = Some(outcome.duration_ms);
    record.output = Some(outcome.output.clone());
    record.output_bytes = Some(outcome.output_bytes);
    record.output_end.clone_from(&outcome.output_end);
    record.platform = Some(outcome.platform.clone());
    record.runner = Some("ci".to_owned());
}
