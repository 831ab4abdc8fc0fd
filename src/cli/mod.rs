//! The command line: one file a command, and what they share.
//!
//! * [`verbs`]: the list of commands; help, completion, man pages and `batch` are made from it.
//! * [`context`]: options, environment, clock, terminal. * [`error`]: messages, hints, exit codes.
//! * [`output`]: text, pager, JSON. * [`person`]: questions. * [`current`]: the current plan.
//! * [`mutation`]: what every command that writes has in common.
//! * [`text_edits`]: what a person wrote → edits. * [`status_author`]: who gives a status. * [`recording`]: records about gates.
//! * [`running`]: commands of gates, run and recorded.
//! * [`trusting`]: what a gate would run, and whether it may.
//! * `commit_message`, `branch_line`, [`enforcing`]: what the hooks do; `links`: the tasks that a message names;
//!   `hook_findings`, [`hook_words`]: whether they are in place, in words.
//! * [`diff_driver`]: how plain Git shows plans.
//! * [`complete`]: candidates for the shell. * [`manual`]: man pages and the command reference.

pub mod branch_line;
pub mod closing_findings;
pub mod commands;
mod commit_message;
pub mod complete;
pub mod context;
pub mod current;
pub mod diff_driver;
pub mod enforcing;
pub mod error;
pub mod find_checkpoint;
pub mod hook_findings;
pub mod hook_words;
pub mod keeping;
pub mod last_good;
pub mod links;
pub mod manual;
pub mod missing_work;
pub mod mutation;
pub mod output;
pub mod own_path;
pub mod person;
pub mod progress;
pub mod proposed;
pub mod recording;
pub mod running;
pub mod spec_file;
pub mod states;
pub mod status_author;
pub mod taking;
pub mod text_edits;
pub mod trusting;
pub mod typed_paths;
pub mod verbs;
pub mod verifying;
pub mod weakenings;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use context::{Context, Globals};
use error::{Error, Kind, Result};
use verbs::Run as _;

use crate::model::{Broken, refer};

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    ExitCode::from(run(&args))
}

/// Runs the program and returns its exit code.
fn run(args: &[OsString]) -> u8 {
    let json = args.iter().any(|word| word == "--json");
    if let [_, word] = args
        && (word == "--version" || word == "-V")
    {
        return code(
            output::write(&format!("git-plan {}\n", env!("CARGO_PKG_VERSION"))),
            json,
        );
    }
    if let [_, word, rest @ ..] = args
        && word == complete::VERB
    {
        return complete::run(rest);
    }
    let args = &help_asked(args);
    let matches = match verbs::command_for(args).try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) => return report_usage(&error, json),
    };
    let globals = match Globals::from_arg_matches(&matches) {
        Ok(globals) => globals,
        Err(error) => return report_usage(&error, json),
    };
    let cx = match Context::new(globals) {
        Ok(cx) => cx,
        Err(error) => return code(Err(error), json),
    };
    let result = match matches.subcommand() {
        Some((name, matches)) => verbs::run(&cx, name, matches),
        None => commands::status::Status {}.run(&cx),
    };
    let result = match result {
        // Another exit code would say that nothing is stored.
        Err(error) if cx.stored.get() && error.kind != Kind::No => {
            cx.warn(format!("it is stored, but: {}", error.message));
            Ok(())
        }
        other => other,
    };
    cx.flush_warnings();
    code(result, cx.globals.json)
}

/// `git plan help [command]` is the help that `-h` prints.
fn help_asked(args: &[OsString]) -> Vec<OsString> {
    match args {
        [program, word, command @ ..] if word == "help" => {
            let mut words = vec![program.clone()];
            words.extend(command.iter().cloned());
            words.push("--help".into());
            words
        }
        _ => args.to_vec(),
    }
}

fn code(result: Result<()>, json: bool) -> u8 {
    match result {
        Ok(()) => 0,
        Err(error) => {
            output::print_error(&error, json);
            error.kind.exit_code()
        }
    }
}

/// What the argument parser says: help and version are no errors, all else is exit 2.
fn report_usage(error: &clap::Error, json: bool) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            0
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            2
        }
        ErrorKind::InvalidSubcommand => code(Err(unknown_command(error)), json),
        _ if json => {
            let text = error.render().to_string();
            let message = text.trim_start_matches("error: ").trim().to_owned();
            code(Err(Error::usage(message)), true)
        }
        _ => {
            let _ = error.print();
            2
        }
    }
}

/// A word that is no command, with those that are like it; the parser found them, in its own order.
fn unknown_command(error: &clap::Error) -> Error {
    let context = |kind| error.get(kind);
    let word = match context(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) => word.as_str(),
        _ => "",
    };
    let names: Vec<&str> = match context(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::Strings(names)) => names.iter().map(String::as_str).collect(),
        Some(ContextValue::String(name)) => vec![name],
        _ => Vec::new(),
    };
    Error::usage(format!("there is no command '{word}'"))
        .similar(&refer::similar(word, names.into_iter()))
        .hint("git plan -h   lists the commands")
}

/// A broken file in a line.
pub fn broken_line(file: &Broken) -> String {
    match file.line {
        Some(line) => format!("{}:{line}: {}", file.path, file.cause),
        None => format!("{}: {}", file.path, file.cause),
    }
}

/// A value that is not given back piece by piece: the process ends with the command, and freeing
/// the rows of a large plan would take as long as reading them.
pub fn until_exit<T>(value: T) -> std::mem::ManuallyDrop<T> {
    std::mem::ManuallyDrop::new(value)
}
