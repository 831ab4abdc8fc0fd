//! `git plan log`: what was done, newest first.

use super::super::context::Context;
use super::super::error::Result;
use super::super::output::Stream;
use super::super::verbs::Run;
use super::super::{complete, current};
use super::show::{self, Found};
use crate::git::Oid;
use crate::model::{Phase, Slug, SpecForm, TaskId};
use crate::render::style::{Paint, Tone};
use crate::render::view::OperationView;
use crate::render::{changes, escape, when};
use crate::review::{self, Change, Changes};
use crate::store::history::{self, Operation};
use crate::store::{Afterwards, Snapshot, Store, paths};

/// Show what was done, newest first
///
/// One line an operation: when, who, as whom, and what changed, told from the files themselves and not
/// from what the commit says of itself. An entity narrows the list to what changed it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan log -n 5
  git plan log 4                    # a task
  git plan log foundation/tests     # a gate, with its evidence
  git plan log auth-migration --json")]
pub struct Log {
    /// The task, plan, phase, gate or checkpoint
    #[arg(add = complete::entities())]
    pub entity: Option<String>,
    /// At most this many
    #[arg(short = 'n', long, value_name = "N")]
    pub limit: Option<usize>,
}

/// What narrows the list.
#[derive(Debug, Default)]
struct Filter {
    /// Operations in which this path differs from the state before.
    path: Option<String>,
    /// Changes of this phase, or this gate, with the records about it.
    part: Option<(Slug, Option<String>)>,
}

impl Run for Log {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let snapshot = cx.snapshot(&store)?;
        let filter = self.filter(cx, &store, &snapshot)?;
        let mut list = List::new(cx, &snapshot);
        let tip = snapshot.source.commit.into_iter();
        let operations = tip.flat_map(|tip| history::operations(&repo, tip));
        let mut left = self.limit.unwrap_or(usize::MAX);
        for operation in operations {
            if left == 0 {
                break;
            }
            let operation = operation?;
            if !differs(&snapshot, &filter, &operation)? {
                continue;
            }
            let changes = list.changes(&operation);
            if changes.as_ref().is_none_or(|changes| filter.lets(changes)) {
                left -= 1;
                if !list.add(&operation, changes.as_ref())? {
                    break;
                }
            }
        }
        list.finish()
    }
}

/// Operations on their way to the reader.
struct List<'a, 'r> {
    cx: &'a Context,
    snapshot: &'a Snapshot<'r>,
    around: Afterwards<'a, 'r>,
    paint: Paint,
    stream: Stream,
    text: Vec<u8>,
    views: Vec<OperationView>,
}

impl<'a, 'r> List<'a, 'r> {
    fn new(cx: &'a Context, snapshot: &'a Snapshot<'r>) -> Self {
        Self {
            cx,
            snapshot,
            around: Afterwards::new(snapshot, None),
            paint: cx.canvas(Some(snapshot.repo())).paint,
            stream: Stream::new(cx, snapshot.repo()),
            text: Vec::new(),
            views: Vec::new(),
        }
    }

    /// What it changed; none for a merge that has nothing of its own, and where a state before it is
    /// not here.
    fn changes(&self, operation: &Operation) -> Option<Changes> {
        let files = history::files(self.snapshot.repo(), operation).ok()?;
        let changes = review::compare(&files, &self.around);
        (!operation.is_merge() || !changes.is_empty()).then_some(changes)
    }

    /// Adds an operation; tells whether the reader is still there.
    fn add(&mut self, operation: &Operation, changes: Option<&Changes>) -> Result<bool> {
        let view = OperationView {
            changed: changes.map(changed),
            ..view(operation)
        };
        if self.cx.globals.json {
            self.views.push(view);
            return Ok(true);
        }
        self.text
            .extend(line(&view, self.cx, self.paint).into_bytes());
        self.stream.take(&mut self.text)
    }

    fn finish(self) -> Result<()> {
        if self.cx.globals.json {
            return self.cx.print_list("log", &self.views, String::new);
        }
        self.stream.finish(&self.text)
    }
}

impl Log {
    fn filter(&self, cx: &Context, store: &Store<'_>, snapshot: &Snapshot<'_>) -> Result<Filter> {
        let path = |path: String| Filter {
            path: Some(path),
            part: None,
        };
        let Some(word) = &self.entity else {
            return Ok(match &cx.globals.plan {
                Some(plan) => path(paths::plan(&current::named(snapshot, plan)?)),
                None => Filter::default(),
            });
        };
        let found = match show::find(cx, store, snapshot, word) {
            Err(unknown) => match gone(cx, store, snapshot, word) {
                Some(task) => return Ok(path(task)),
                None => return Err(unknown),
            },
            Ok(found) => found,
        };
        let part = |plan: &Slug, phase: &Phase, gate| Filter {
            path: Some(paths::plan(plan)),
            part: Some((phase.id.clone(), gate)),
        };
        Ok(match found {
            Found::Task(plan, id) => path(paths::task(&plan.id, id)),
            Found::Plan(plan) => path(paths::plan(&plan.id)),
            Found::Entry(plan, id) => path(paths::entry(&plan.id, id)),
            Found::Checkpoint(plan, id) => path(paths::checkpoint(&plan.id, id)),
            Found::Spec(plan, name) => {
                let form = plan.spec(&name).map_or(SpecForm::Toml, |row| row.form);
                path(paths::spec(&plan.id, &name, form))
            }
            Found::Phase(plan, phase) => part(&plan.id, &phase, None),
            Found::Gate(plan, phase, gate) => part(&plan.id, &phase, Some(gate)),
        })
    }
}

/// The file of a task that is not there any more, by its id.
fn gone(cx: &Context, store: &Store<'_>, snapshot: &Snapshot<'_>, word: &str) -> Option<String> {
    let id: TaskId = word.parse().ok()?;
    let plan = current::plan(cx, store.repo, snapshot).ok()?;
    Some(paths::task(&plan, id))
}

impl Filter {
    fn lets(&self, changes: &Changes) -> bool {
        let Some((phase, gate)) = &self.part else {
            return true;
        };
        let address = gate.as_ref().map(|gate| format!("{phase}/{gate}"));
        let is_about = |change: &Change| match &address {
            Some(address) => is_of_gate(change, address),
            None => is_of_phase(change, phase),
        };
        changes.all().iter().any(is_about)
    }
}

fn is_of_gate(change: &Change, address: &str) -> bool {
    let about = [&change.to, &change.from].into_iter().flatten();
    let word = |value: &'_ serde_json::Value, key: &str| {
        value
            .get(key)
            .and_then(|word| word.as_str())
            .map(str::to_owned)
    };
    change.entity.id == address
        || about.into_iter().any(|value| {
            let gate = word(value, "phase").zip(word(value, "gate"));
            gate.is_some_and(|(phase, gate)| format!("{phase}/{gate}") == address)
                || is_within(value, &change.entity.id, address)
        })
}

/// Whether a phase that came or went had the gate of that address.
fn is_within(phase: &serde_json::Value, id: &str, address: &str) -> bool {
    let gates = phase.get("gate").and_then(|gates| gates.as_array());
    let is_it = |gate: &serde_json::Value| {
        let gate = gate.get("id").and_then(|gate| gate.as_str());
        gate.is_some_and(|gate| format!("{id}/{gate}") == address)
    };
    gates.into_iter().flatten().any(is_it)
}

fn is_of_phase(change: &Change, phase: &Slug) -> bool {
    let id = &change.entity.id;
    let is_it = |value: &serde_json::Value| {
        value.get("phase").and_then(|word| word.as_str()) == Some(phase.as_str())
    };
    id == phase.as_str()
        || id.split('/').next() == Some(phase.as_str())
        || [&change.to, &change.from].into_iter().flatten().any(is_it)
}

/// Whether an operation changed anything at the path of a filter.
fn differs(snapshot: &Snapshot<'_>, filter: &Filter, operation: &Operation) -> Result<bool> {
    let Some(path) = &filter.path else {
        return Ok(true);
    };
    let at = |commit: Option<Oid>| -> Result<Option<Oid>> {
        let Some(commit) = commit else {
            return Ok(None);
        };
        let tree = snapshot.repo().commit(commit)?.tree;
        Ok(snapshot.repo().entry(tree, path)?.map(|entry| entry.oid))
    };
    let now = at(Some(operation.oid))?;
    if operation.parents.is_empty() {
        return Ok(now.is_some());
    }
    for parent in &operation.parents {
        // Beyond a shallow boundary there is nothing to compare with.
        match at(Some(*parent)) {
            Ok(before) if before == now => return Ok(false),
            _ => {}
        }
    }
    Ok(true)
}

/// An operation as scripts read it.
pub fn view(operation: &Operation) -> OperationView {
    OperationView {
        id: operation.oid.to_string(),
        when: operation.when,
        who: operation.who.clone(),
        agent: operation.agent.clone(),
        operation: operation.operation.clone(),
        subject: operation.subject.clone(),
        changed: None,
        entities: operation.entities.clone(),
        undoes: operation.undoes.map(|oid| oid.to_string()),
        merge: operation.is_merge(),
    }
}

fn line(view: &OperationView, cx: &Context, paint: Paint) -> String {
    let name = view.who.split(" <").next().unwrap_or_default();
    let who = match &view.agent {
        Some(agent) => format!("{name} as {agent}"),
        None => name.to_owned(),
    };
    format!(
        "{}  {}  {}  {}\n",
        paint.apply(Tone::Warn, view.id.get(..10).unwrap_or_default()),
        paint.apply(
            Tone::Faint,
            &format!("{:<14}", when::relative(view.when, cx.now))
        ),
        paint.apply(Tone::Faint, &format!("{:<12}", escape::line(&who))),
        what(view),
    )
}

/// What changed, behind its plan.
fn changed(changes: &Changes) -> String {
    let first = changes.all().first();
    let plan = first.and_then(|change| change.plan.as_ref());
    let plan = plan.map(|plan| format!("{plan}: "));
    format!("{}{}", plan.unwrap_or_default(), changes::line(changes))
}

/// What changed; where that cannot be told, what the commit says of itself.
fn what(view: &OperationView) -> String {
    let Some(changed) = &view.changed else {
        let told = match view.merge {
            true => "",
            false => "(what changed cannot be told here) ",
        };
        return format!("{told}{}", escape::line(&view.subject));
    };
    let undoes = view.undoes.as_ref();
    let undoes = undoes.map(|id| format!(" (undo of {:.10})", escape::line(id)));
    format!("{}{}", escape::line(changed), undoes.unwrap_or_default())
}
