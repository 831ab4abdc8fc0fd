//! `git plan batch`: many operations, one commit.

use std::collections::HashMap;
use std::ffi::OsString;

use clap::{Arg, ArgAction, Command};
use serde_json::{Map, Value};

use super::super::context::Context;
use super::super::error::{Error, Result};
use super::super::mutation::{self, Entity, Mutation, Scope};
use super::super::verbs::{self, Run, VERBS};
use crate::model::ready::Readiness;
use crate::model::{Slug, TaskId};
use crate::render::view::{BatchView, TaskLine};
use crate::store::{Draft, Message};

/// Store many operations as one commit
///
/// Each line is a JSON object: `op` is a command that writes, the other keys are its arguments
/// and long options without dashes; a list repeats an option, true sets a flag. Where one
/// operation fails, its line is named and nothing is stored.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  printf '%s\\n' \\
    '{\"op\":\"add-phase\",\"title\":\"Foundation\"}' \\
    '{\"op\":\"add-task\",\"title\":\"Design\",\"phase\":\"foundation\",\"key\":\"design\"}' \\
    '{\"op\":\"add-task\",\"title\":\"Build\",\"phase\":\"foundation\",\"depends-on\":[\"design\"]}' |
  git plan batch")]
pub struct Batch {
    /// The operations, one a line; `-`, or nothing, is standard input
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    pub file: String,
    /// Why, where less has to hold afterwards than before
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

impl Run for Batch {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let writer = cx.writer(&repo)?;
        let text = super::apply::read_file(&self.file)?;
        let mut draft = Draft::on(cx.snapshot(&store)?);
        let mut parser = Parser::default();
        let mut touched: Vec<(Slug, Entity, &'static str)> = Vec::new();
        let mut reason = None;
        for (index, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            let mut scope = Scope {
                cx,
                store: &store,
                draft: &mut draft,
                writer: &writer,
            };
            let act = parser
                .mutation(line)
                .and_then(|mutation| mutation.apply(&mut scope))
                .map_err(|error| error.context(&format!("line {}", index + 1)))?;
            reason = reason.or(act.reason);
            touched.push((act.plan, act.entity, act.verb));
        }
        mutation::warn_of_broken(cx, &draft);
        let count = touched.len();
        if cx.globals.dry_run {
            return mutation::report_dry_run(cx, &repo, draft);
        }
        let message = message(&touched);
        let mut done = mutation::commit(
            cx,
            &store,
            draft,
            &writer,
            (
                &|_| Ok(message.clone()),
                self.reason.as_deref().or(reason.as_deref()),
            ),
        )?;
        let view = BatchView {
            commit: done.commit.map(|oid| oid.to_string()),
            operations: count,
            added: added(&mut done.draft, &touched)?,
        };
        cx.print("batch", &view, || match view.commit {
            Some(_) => format!("stored {count} operations\n"),
            None => "nothing was changed\n".to_owned(),
        })
    }
}

/// As many entities as the commit names.
const NAMED: usize = 20;

fn message(touched: &[(Slug, Entity, &'static str)]) -> Message {
    let mut plans: Vec<String> = touched.iter().map(|(plan, ..)| plan.to_string()).collect();
    plans.sort();
    plans.dedup();
    let plans = if plans.len() == 1 {
        plans.concat()
    } else {
        format!("{} plans", plans.len())
    };
    let id = |entity: &Entity| match entity {
        Entity::Task(id) => Some(id.to_string()),
        _ => None,
    };
    let mut ids: Vec<String> = touched
        .iter()
        .filter_map(|(_, entity, _)| id(entity))
        .collect();
    ids.dedup();
    ids.truncate(NAMED);
    Message {
        subject: format!("{plans}: batch of {} operations", touched.len()),
        operation: "batch".to_owned(),
        ids,
        ..Message::default()
    }
}

fn added(draft: &mut Draft<'_>, touched: &[(Slug, Entity, &'static str)]) -> Result<Vec<TaskLine>> {
    let mut lines = Vec::new();
    let mut by_plan: HashMap<Slug, Vec<TaskId>> = HashMap::new();
    for (plan, entity, verb) in touched {
        if let (Entity::Task(id), "add") = (entity, *verb) {
            by_plan.entry(plan.clone()).or_default().push(*id);
        }
    }
    for (plan, ids) in by_plan {
        let plan = draft.plan(&plan)?;
        let readiness = Readiness::of(plan);
        let rows = ids.iter().filter_map(|id| plan.tasks.get(id));
        lines.extend(rows.map(|task| TaskLine::of(plan, task, &readiness)));
    }
    lines.sort_by_key(|line| (line.plan.clone(), line.number));
    Ok(lines)
}

/// Reads operations with the argument parsers of the commands, each made once.
#[derive(Default)]
struct Parser {
    commands: HashMap<String, (Command, verbs::ToMutation)>,
}

impl Parser {
    fn mutation(&mut self, line: &str) -> Result<Box<dyn Mutation>> {
        let value: Value = serde_json::from_str(line)
            .map_err(|error| Error::data(format!("not a JSON object: {error}")))?;
        let Value::Object(mut keys) = value else {
            return Err(Error::data("not a JSON object"));
        };
        let Some(Value::String(name)) = keys.remove("op") else {
            return Err(Error::data(
                "the key \"op\" is missing: it names the command",
            ));
        };
        let (command, to_mutation) = self.command(&name)?;
        let args = arguments(command, &name, keys)?;
        let usage = |error: clap::Error| {
            let text = error.render().to_string();
            let first: Vec<&str> = text
                .lines()
                .map(str::trim)
                .take_while(|line| !line.is_empty())
                .collect();
            Error::usage(first.join(" ").trim_start_matches("error: "))
        };
        let matches = command.try_get_matches_from_mut(args).map_err(usage)?;
        to_mutation(&matches).map_err(usage)
    }

    fn command(&mut self, name: &str) -> Result<&mut (Command, verbs::ToMutation)> {
        if !self.commands.contains_key(name) {
            let found = find(name).ok_or_else(|| unknown(name))?;
            self.commands.insert(name.to_owned(), found);
        }
        self.commands.get_mut(name).ok_or_else(|| unknown(name))
    }
}

fn find(name: &str) -> Option<(Command, verbs::ToMutation)> {
    let mut verbs: &[verbs::Verb] = &VERBS;
    let mut found = None;
    for word in name.split(' ') {
        let verb = verbs.iter().find(|verb| verb.name == word)?;
        verbs = verb.children();
        found = Some(verb);
    }
    let verb = found?;
    let mut command = verb.command();
    command = command.no_binary_name(true).disable_help_flag(true);
    // Only then do the arguments know their places.
    command.build();
    Some((command, verb.mutation()?))
}

fn unknown(name: &str) -> Error {
    let names = VERBS
        .iter()
        .filter(|verb| verb.mutation().is_some())
        .map(|verb| verb.name);
    let error = Error::usage(format!("'{name}' is not a command that writes"));
    match crate::model::refer::similar(name, names).first() {
        Some(like) => error.hint(format!("did you mean '{like}'?")),
        None => error,
    }
}

/// The command line that the keys of an operation stand for.
fn arguments(command: &Command, name: &str, keys: Map<String, Value>) -> Result<Vec<OsString>> {
    let mut options = Vec::new();
    let mut places: Vec<(usize, Vec<String>)> = Vec::new();
    // A command line of its own, which has to stand behind the dashes alone.
    let mut last: Vec<String> = Vec::new();
    for (key, value) in keys {
        let arg = command
            .get_arguments()
            .find(|arg| {
                arg.get_long() == Some(&key) || (arg.is_positional() && is_named(arg, &key))
            })
            .ok_or_else(|| no_such_key(command, name, &key))?;
        if arg.is_last_set() {
            last = words(arg, &key, &value)?;
        } else if arg.is_positional() {
            places.push((
                arg.get_index().unwrap_or(places.len()),
                words(arg, &key, &value)?,
            ));
        } else if matches!(arg.get_action(), ArgAction::SetTrue) {
            match value {
                Value::Bool(true) => options.push(format!("--{key}").into()),
                Value::Bool(false) | Value::Null => {}
                _ => return Err(Error::usage(format!("\"{key}\" is true or false"))),
            }
        } else {
            let words = words(arg, &key, &value)?.into_iter();
            options.extend(words.map(|word| OsString::from(format!("--{key}={word}"))));
        }
    }
    places.sort();
    let places = places.into_iter().flat_map(|(_, words)| words);
    let places = places.map(OsString::from);
    if command.get_arguments().any(Arg::is_last_set) {
        options.extend(places);
        options.push("--".into());
        options.extend(last.into_iter().map(OsString::from));
    } else {
        options.push("--".into());
        options.extend(places);
    }
    Ok(options)
}

fn is_named(arg: &Arg, key: &str) -> bool {
    arg.get_id().as_str().replace('_', "-") == key.replace('_', "-")
}

fn no_such_key(command: &Command, name: &str, key: &str) -> Error {
    let names: Vec<String> = command
        .get_arguments()
        .map(|arg| {
            arg.get_long()
                .map_or_else(|| arg.get_id().to_string(), str::to_owned)
        })
        .collect();
    let error = Error::usage(format!("{name} takes no \"{key}\""));
    match crate::model::refer::similar(key, names.iter().map(String::as_str)).first() {
        Some(like) => error.hint(format!("did you mean \"{like}\"?")),
        None => error.hint(format!("it takes: {}", names.join(", "))),
    }
}

fn words(arg: &Arg, key: &str, value: &Value) -> Result<Vec<String>> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(members) => members
            .iter()
            .map(|member| word(arg, key, member))
            .collect(),
        one => Ok(vec![word(arg, key, one)?]),
    }
}

fn word(arg: &Arg, key: &str, value: &Value) -> Result<String> {
    match value {
        Value::String(text) if text == "-" && reads_standard_input(arg) => Err(Error::usage(
            format!("\"{key}\" is the text itself here: standard input holds the operations"),
        )),
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(Error::usage(format!(
            "\"{key}\" is a text, a number, or a list of them"
        ))),
    }
}

fn reads_standard_input(arg: &Arg) -> bool {
    let names = arg.get_value_names().unwrap_or_default();
    names.iter().any(|name| name.ends_with("|-"))
}
