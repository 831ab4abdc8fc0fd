//! Candidates for the shell: commands and options from the list of commands, names from the plans.
//!
//! The scripts of the shells call `git-plan __complete <words>`, the last word being the one
//! under the cursor, and get a line a candidate: the word, a tab, what it is. Nothing found, or
//! nothing readable, is no candidate and no error: a completion never gets in the way.

use std::ffi::OsString;

use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};

use super::context::{Context, Globals};
use super::find_checkpoint::Checkpoints;
use super::{current, output, verbs};
use crate::model::{Entry, Plan, Status};
use crate::render::escape;

/// The hidden command.
pub const VERB: &str = "__complete";

/// Prints the candidates for the last of the words.
pub fn run(words: &[OsString]) -> u8 {
    let mut args = vec![OsString::from("git-plan")];
    args.extend(words.iter().cloned());
    let last = args.len() - 1;
    let mut command = verbs::whole_command();
    let folder = std::env::current_dir().ok();
    let found = clap_complete::engine::complete(&mut command, args, last, folder.as_deref());
    let mut found = found.unwrap_or_default();
    found.retain(|candidate| !candidate.is_hide_set());
    // Options are offered to whoever begins one, or where nothing else can follow.
    let is_option = |word: &std::ffi::OsStr| word.to_string_lossy().starts_with('-');
    if !words.last().is_some_and(|word| is_option(word))
        && found
            .iter()
            .any(|candidate| !is_option(candidate.get_value()))
    {
        found.retain(|candidate| !is_option(candidate.get_value()));
    }
    let mut text = String::new();
    for candidate in &found {
        let help = candidate
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        let first = help.lines().next().unwrap_or_default();
        let value = candidate.get_value().to_string_lossy().into_owned();
        text.push_str(&format!(
            "{}\t{}\n",
            escape::line(&value),
            escape::line(first)
        ));
    }
    let _ = output::write(&text);
    0
}

fn candidates(find: fn(&Plan) -> Vec<(String, String)>) -> ArgValueCandidates {
    ArgValueCandidates::new(move || {
        current_plan()
            .map(|plan| named(find(&plan)))
            .unwrap_or_default()
    })
}

fn named(pairs: Vec<(String, String)>) -> Vec<CompletionCandidate> {
    let candidate = |(place, (word, help)): (usize, (String, String))| {
        CompletionCandidate::new(word)
            .help(Some(escape::line(&help).into_owned().into()))
            .display_order(Some(place))
    };
    pairs.into_iter().enumerate().map(candidate).collect()
}

fn current_plan() -> Option<Plan> {
    let cx = Context::new(Globals::default()).ok()?;
    let repo = cx.repo().ok()?;
    let snapshot = cx.store(&repo).ok()?.snapshot().ok()?;
    let id = current::plan(&cx, &repo, &snapshot).ok()?;
    snapshot.plan(&id).ok()
}

/// The plans of the repository.
pub fn plans() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let find = || {
            let cx = Context::new(Globals::default()).ok()?;
            let repo = cx.repo().ok()?;
            cx.store(&repo).ok()?.snapshot().ok()?.summaries().ok()
        };
        let pair = |plan: crate::store::Summary| (plan.id.to_string(), plan.title);
        named(find().unwrap_or_default().into_iter().map(pair).collect())
    })
}

/// The tasks of the current plan: those that are not over first.
pub fn tasks() -> ArgValueCandidates {
    candidates(task_pairs)
}

fn task_pairs(plan: &Plan) -> Vec<(String, String)> {
    let mut rows: Vec<_> = plan.tasks.values().collect();
    rows.sort_by_key(|task| (task.status.is_over(), task.number, task.id));
    let about = |task: &crate::model::TaskRow| match task.status {
        Status::Pending => task.title.to_string(),
        status => format!("{} ({status})", task.title),
    };
    rows.into_iter()
        .map(|task| (plan.name_of(task.id), about(task)))
        .collect()
}

/// The specifications of the current plan.
pub fn specs() -> ArgValueCandidates {
    candidates(|plan| {
        let names = plan.specs.iter();
        let pair = |row: &crate::model::SpecRow| {
            let users = plan.users_of_spec(&row.name).join(", ");
            (row.name.to_string(), users)
        };
        names.map(pair).collect()
    })
}

/// The phases of the current plan.
pub fn phases() -> ArgValueCandidates {
    candidates(phase_pairs)
}

fn phase_pairs(plan: &Plan) -> Vec<(String, String)> {
    plan.header
        .phases
        .iter()
        .map(|phase| (phase.id.to_string(), phase.title.clone()))
        .collect()
}

/// The gates of the current plan, as phase/gate.
pub fn gates() -> ArgValueCandidates {
    candidates(|plan| {
        let of_phase = |phase: &crate::model::Phase| {
            let pair = |gate: &crate::model::Gate| {
                (
                    format!("{}/{}", phase.id, gate.id),
                    gate.description.clone().unwrap_or_default(),
                )
            };
            phase.gates.iter().map(pair).collect::<Vec<_>>()
        };
        plan.header.phases.iter().flat_map(of_phase).collect()
    })
}

/// What an entry of the register can be about: phases and tasks of the current plan.
pub fn concerns() -> ArgValueCandidates {
    candidates(|plan| [phase_pairs(plan), task_pairs(plan)].concat())
}

/// The entries of the current plan's register that nobody has resolved.
pub fn open_entries() -> ArgValueCandidates {
    candidates(|plan| entry_pairs(plan, Entry::is_open))
}

fn entry_pairs(plan: &Plan, is_wanted: fn(&Entry) -> bool) -> Vec<(String, String)> {
    let mut entries: Vec<&Entry> = plan.register.iter().filter(|e| is_wanted(e)).collect();
    entries.sort_by_key(|entry| (entry.label, entry.id));
    let pair = |entry: &&Entry| (plan.entry_name(entry.id), entry.title().to_owned());
    entries.iter().map(pair).collect()
}

/// Tasks, phases, entries of the register and checkpoints of the current plan.
pub fn entities() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let all = current_checkpoints();
        let pairs = all.map(|all| {
            let plan = &all.plan;
            let entries = entry_pairs(plan, |_| true);
            let pairs = [task_pairs(plan), phase_pairs(plan), entries];
            [pairs.concat(), checkpoint_pairs(&all)].concat()
        });
        named(pairs.unwrap_or_default())
    })
}

/// The checkpoints of the current plan, private ones too, the youngest first.
pub fn checkpoints() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let all = current_checkpoints();
        named(all.as_ref().map(checkpoint_pairs).unwrap_or_default())
    })
}

fn current_checkpoints() -> Option<Checkpoints> {
    let cx = Context::new(Globals::default()).ok()?;
    let repo = cx.repo().ok()?;
    let store = cx.store(&repo).ok()?;
    let snapshot = store.snapshot().ok()?;
    Checkpoints::load(&cx, &store, &snapshot).ok()
}

fn checkpoint_pairs(all: &Checkpoints) -> Vec<(String, String)> {
    let youngest_first = all.rows.iter().rev().map(|row| &row.checkpoint);
    let about = |number: u32| format!("checkpoint {number}");
    youngest_first
        .map(|checkpoint| (checkpoint.name.clone(), about(checkpoint.sequence)))
        .collect()
}
