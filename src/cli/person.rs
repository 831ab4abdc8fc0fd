//! Questions, and acts that only a person may do.

use std::io::{self, BufRead as _};

use super::context::Context;
use super::error::{Error, Kind, Result};
use super::output::complain;
use crate::git::Repo;
use crate::render::{escape, quote};

/// Asks a question that `--yes` answers.
///
/// # Errors
/// [`Kind::Person`] where nobody can be asked, with the line to type; [`Kind::No`] where the
/// answer is no.
pub fn ask(cx: &Context, question: &str, line: &str) -> Result<()> {
    if cx.globals.yes {
        return Ok(());
    }
    if !cx.can_ask() {
        return Err(
            Error::new(Kind::Person, format!("{question} Nobody can be asked here"))
                .hint(format!("{line} --yes   answers yes")),
        );
    }
    confirm(question)
}

/// Lets a person confirm what only a person may do. `plan.unattended` in the user's own
/// configuration stands in for the terminal; `--yes` and `--as` never do.
///
/// # Errors
/// [`Kind::Person`] where there is no terminal or an agent acts, with the line to type;
/// [`Kind::No`] where the answer is no.
pub fn confirm_act(cx: &Context, repo: &Repo, question: &str, line: &str) -> Result<()> {
    let for_a_person = |why: &str| {
        Error::new(Kind::Person, format!("only a person may do this: {why}")).hint(line.to_owned())
    };
    if cx.agent().is_some() {
        return Err(for_a_person("an agent is acting (--as, GIT_PLAN_AS)"));
    }
    if repo.user_config_bool("plan.unattended")? == Some(true) {
        return Ok(());
    }
    if !cx.can_ask() {
        return Err(for_a_person("it is confirmed at a terminal"));
    }
    confirm(question)
}

/// Asks for a line of text.
///
/// # Errors
/// [`Kind::No`] where nothing is answered.
pub fn answer(question: &str) -> Result<String> {
    complain(&format!("{} ", escape::line(question)));
    let text = read_line()?.trim().to_owned();
    match text.is_empty() {
        true => Err(Error::new(Kind::No, "no answer; nothing was changed")),
        false => Ok(text),
    }
}

/// The command line of this process, as it is typed again.
pub fn own_line() -> String {
    let mut words = Vec::new();
    let mut all = std::env::args_os().skip(1);
    while let Some(word) = all.next() {
        let word = word.to_string_lossy().into_owned();
        match word.as_str() {
            // Neither helps a person to do it.
            "--as" => drop(all.next()),
            "-y" | "--yes" => {}
            _ if word.starts_with("--as=") => {}
            _ => words.push(word),
        }
    }
    format!("git plan {}", quote::command(&words))
}

fn confirm(question: &str) -> Result<()> {
    complain(&format!("{} [y/N] ", escape::line(question)));
    match read_line()?.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Error::new(Kind::No, "nothing was changed")),
    }
}

fn read_line() -> Result<String> {
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Error::environment(format!("could not read the answer: {error}")))?;
    Ok(answer)
}
