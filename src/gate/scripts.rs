//! The scripts that a command names: files of the tree that it runs, as far as its words tell.
//!
//! A file is one where it stands in the place of a program or is handed to an interpreter, where its
//! name ends as scripts' names do, or where it may be executed. Another file that a command names is
//! what it works on: data, which is not trusted and not run.

use std::collections::{BTreeMap, BTreeSet};

use super::{Answer, Code};
use crate::model::Gate;

/// Programs that run a file that they are given.
const INTERPRETERS: [&str; 22] = [
    "sh", "bash", "dash", "zsh", "ksh", "fish", "python", "python2", "python3", "ruby", "perl",
    "node", "deno", "bun", "lua", "php", "Rscript", "pwsh", "awk", "env", ".", "source",
];

/// Words before a program in the text of a shell.
const BEFORE_PROGRAMS: [&str; 11] = [
    "if", "then", "else", "elif", "while", "until", "do", "!", "exec", "time", "nice",
];

/// How the names of scripts end.
const ENDINGS: [&str; 22] = [
    ".sh", ".bash", ".zsh", ".fish", ".py", ".rb", ".pl", ".js", ".mjs", ".cjs", ".ts", ".lua",
    ".php", ".ps1", ".awk", ".sed", ".mk", ".r", ".tcl", ".bats", ".groovy", ".kts",
];

/// The scripts in the tree that the command of a gate names.
///
/// # Errors
/// Where the code cannot be read.
pub fn scripts(gate: &Gate, code: &dyn Code) -> Answer<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for (path, is_run) in named_paths(gate) {
        let Some(entry) = code.entry(&path)? else {
            continue;
        };
        let is_file = entry.starts_with("100") || entry.starts_with("120");
        if is_file && (is_run || entry.starts_with("100755")) {
            found.insert(path);
        }
    }
    Ok(found)
}

/// The paths below the top that the command of a gate would name, whether they are there or not, and
/// whether it would run them by its own words. Others it runs where they may be executed.
pub fn named_paths(gate: &Gate) -> BTreeMap<String, bool> {
    let folder = gate.cwd.as_deref().unwrap_or_default();
    let mut paths = BTreeMap::new();
    for (word, is_run) in words(gate) {
        if let Some(path) = inside(folder, &word) {
            *paths.entry(path).or_default() |= is_run;
        }
    }
    paths.extend(program(gate).map(|path| (path, true)));
    paths
}

/// The program of a gate, where it is a file below the top: one that is given with a slash, and
/// always from the top.
pub fn program(gate: &Gate) -> Option<String> {
    let word = gate.run.as_ref()?.first()?;
    inside("", word).filter(|_| word.contains('/'))
}

/// The words of a command that may name a file, without the program of `run`, and whether they name
/// one that is run.
fn words(gate: &Gate) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    if let Some((program, operands)) = gate.run.as_ref().and_then(|words| words.split_first()) {
        of_argv(program, operands, &mut found);
    }
    if let Some(text) = &gate.shell {
        of_text(text, &mut found);
    }
    found
}

fn of_argv(program: &str, operands: &[String], found: &mut Vec<(String, bool)>) {
    let mut takes_script = is_interpreter(program);
    let mut takes_text = false;
    for word in operands {
        if takes_text {
            of_text(word, found);
            (takes_text, takes_script) = (false, false);
        } else if word.starts_with('-') {
            takes_text = takes_script && !word.starts_with("--") && word.ends_with('c');
            // `--config=ci/x.py` names a file as well.
            let value = word.split_once('=').map(|(_, value)| value);
            found.extend(value.map(|value| (value.to_owned(), ends_as_script(value))));
        } else {
            // The words of a file are words of the command.
            let (name, is_list) = match word.strip_prefix('@') {
                Some(name) => (name, true),
                None => (word.as_str(), false),
            };
            found.push((
                name.to_owned(),
                takes_script || is_list || ends_as_script(name),
            ));
            takes_script = takes_script && is_interpreter(name);
        }
    }
}

fn of_text(text: &str, found: &mut Vec<(String, bool)>) {
    for command in text.split([';', '|', '&', '(', ')', '{', '}', '`', '\n']) {
        let breaks = |c: char| c.is_whitespace() || "<>\"'$=".contains(c);
        let words = command.split(breaks).filter(|word| !word.is_empty());
        let mut is_program = true;
        for word in words {
            let is_run = is_program || ends_as_script(word);
            found.push((word.to_owned(), is_run));
            if is_program && !word.starts_with('-') && !BEFORE_PROGRAMS.contains(&word) {
                is_program = is_interpreter(word);
            }
        }
    }
}

fn is_interpreter(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    INTERPRETERS.contains(&name) || name.starts_with("python3.")
}

fn ends_as_script(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Where a relative path leads from a folder, if it stays below the top.
pub fn inside(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_the_top() {
        for (folder, path, expected) in [
            ("", "ci/test.sh", Some("ci/test.sh")),
            ("", "./ci//test.sh", Some("ci/test.sh")),
            ("sub", "../ci/test.sh", Some("ci/test.sh")),
            ("sub", "../../x", None),
            ("", "/bin/sh", None),
            ("", ".", None),
        ] {
            assert_eq!(inside(folder, path).as_deref(), expected, "{folder} {path}");
        }
    }

    /// Whether a command would run a file that it names; none where it does not name it.
    fn runs(run: &[&str], path: &str) -> Option<bool> {
        let gate = Gate {
            run: Some(run.iter().map(|&word| word.to_owned()).collect()),
            ..Gate::new("g".parse().unwrap(), "command")
        };
        named_paths(&gate).get(path).copied()
    }

    #[test]
    fn what_a_command_runs_is_told_from_what_it_works_on() {
        for (run, path, expected) in [
            (&["bash", "ci/t"][..], "ci/t", Some(true)),
            (&["bash", "-eu", "ci/t", "data"], "data", Some(false)),
            (
                &["bash", "-c", "./ci/t --fast && grep -q x README"],
                "ci/t",
                Some(true),
            ),
            (
                &["bash", "-c", "./ci/t --fast && grep -q x README"],
                "README",
                Some(false),
            ),
            (
                &["sh", "-ec", "if test -f ok; then . ci/env; fi"],
                "ci/env",
                Some(true),
            ),
            (
                &["sh", "-ec", "if test -f ok; then . ci/env; fi"],
                "ok",
                Some(false),
            ),
            (&["env", "python3", "check"], "check", Some(true)),
            (&["pytest", "tests/x.py"], "tests/x.py", Some(true)),
            (&["cc", "@ci/args"], "ci/args", Some(true)),
            (&["cargo", "--config=ci/x.toml"], "ci/x.toml", Some(false)),
            (&["./tool", "data"], "tool", Some(true)),
            (&["grep", "-q", "hello", "README"], "README", Some(false)),
            (&["grep", "-q", "hello", "README"], "ci/t", None),
        ] {
            assert_eq!(runs(run, path), expected, "{run:?} {path}");
        }
    }
}
