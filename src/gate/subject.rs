//! What evidence is bound to: the plan, the phase, the gate, its definition, the code.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use super::{Answer, Code};
use crate::model::{Gate, Slug, phase};

/// Files that say how others are checked out; they belong to the inputs of every gate.
const ATTRIBUTES: &str = ".gitattributes";
const MODULES: &str = ".gitmodules";

/// The digest of what evidence for a gate is about.
///
/// # Errors
/// Where the code cannot be read.
pub fn subject(plan: &Slug, phase_id: &Slug, gate: &Gate, code: &dyn Code) -> Answer<String> {
    let mut hash = Sha256::new();
    let definition = phase::definition_digest(gate);
    for line in [
        "git-plan subject 1",
        plan.as_str(),
        phase_id.as_str(),
        gate.id.as_str(),
        &gate.kind,
        &definition,
    ] {
        hash.update(line);
        hash.update(b"\n");
    }
    match inputs(gate, code)? {
        None => hash.update(format!("tree {}\n", code.tree())),
        Some(paths) => {
            for path in paths {
                let found = code.entry(&path)?;
                let found = found.as_deref().unwrap_or("absent");
                hash.update(format!("input {path}\0{found}\n"));
            }
        }
    }
    Ok(phase::hex(&hash.finalize()))
}

/// The paths that the outcome of a gate depends on, sorted; none for the whole tree. Besides those
/// that it names: the attributes of each folder on the way to them, what says where submodules come
/// from, and the scripts that its command names.
///
/// # Errors
/// Where the code cannot be read.
pub fn inputs(gate: &Gate, code: &dyn Code) -> Answer<Option<BTreeSet<String>>> {
    let Some(named) = &gate.inputs else {
        return Ok(None);
    };
    let mut paths: BTreeSet<String> = named.iter().map(|path| plain(path)).collect();
    paths.extend(scripts(gate, code)?);
    let attributes = paths.iter().flat_map(|path| folders_above(path));
    let mut all: BTreeSet<String> = attributes
        .map(|folder| format!("{folder}{ATTRIBUTES}"))
        .collect();
    all.insert(MODULES.to_owned());
    all.extend(paths);
    Ok(Some(all))
}

fn plain(path: &str) -> String {
    path.trim_end_matches('/').to_owned()
}

/// The folders that a path lies in, each with a `/` at its end; the top is empty.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at + 1);
    std::iter::once(0).chain(ends).map(|end| &path[..end])
}

/// The files of the tree that the command of a gate names.
///
/// # Errors
/// Where the code cannot be read.
pub fn scripts(gate: &Gate, code: &dyn Code) -> Answer<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for path in named_paths(gate) {
        if code.entry(&path)?.is_some_and(|entry| is_file(&entry)) {
            found.insert(path);
        }
    }
    Ok(found)
}

fn is_file(entry: &str) -> bool {
    entry.starts_with("100") || entry.starts_with("120")
}

/// The paths below the top that the command of a gate would name, whether they are there or not.
pub fn named_paths(gate: &Gate) -> BTreeSet<String> {
    let folder = gate.cwd.as_deref().unwrap_or_default();
    let named = words(gate).filter_map(|word| inside(folder, word));
    named.chain(program(gate)).collect()
}

/// The program of a gate, where it is a file below the top: one that is given with a slash, and
/// always from the top.
pub fn program(gate: &Gate) -> Option<String> {
    let word = gate.run.as_ref()?.first()?;
    inside("", word).filter(|_| word.contains('/'))
}

/// The words of a command that may name a file, without the program of `run`.
fn words(gate: &Gate) -> impl Iterator<Item = &str> {
    let breaks = |c: char| c.is_whitespace() || ";|&()<>\"'`$={}".contains(c);
    let of_shell = gate.shell.iter().flat_map(move |text| text.split(breaks));
    let of_run = gate.run.iter().flatten().skip(1).flat_map(move |word| {
        // `--config=ci/x.toml` names a file as well; so do `@args`, and what `sh -c` is given.
        let parts = word.split(breaks);
        let files = word.split(breaks).filter_map(|part| part.strip_prefix('@'));
        std::iter::once(word.as_str()).chain(parts).chain(files)
    });
    of_run.chain(of_shell).filter(|word| !word.is_empty())
}

/// Where a relative path leads from a folder, if it stays below the top.
fn inside(folder: &str, path: &str) -> Option<String> {
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

/// Of the paths that changed, those that concern a gate.
///
/// # Errors
/// Where the code cannot be read.
pub fn concerning(gate: &Gate, code: &dyn Code, changed: Vec<String>) -> Answer<Vec<String>> {
    let Some(inputs) = inputs(gate, code)? else {
        return Ok(changed);
    };
    let concerns = |path: &String| {
        let ends = path.match_indices('/').map(|(at, _)| at);
        let mut above = ends.chain([path.len()]).map(|end| &path[..end]);
        above.any(|part| inputs.contains(part))
    };
    Ok(changed.into_iter().filter(concerns).collect())
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

    #[test]
    fn each_folder_above_a_path_is_found() {
        let above: Vec<&str> = folders_above("a/b/c").collect();
        assert_eq!(above, ["", "a/", "a/b/"]);
        assert_eq!(folders_above("a").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn every_word_that_may_name_a_file_is_looked_at() {
        let gate = |run: &[&str]| Gate {
            run: Some(run.iter().map(|&word| word.to_owned()).collect()),
            ..Gate::new("g".parse().unwrap(), "command")
        };
        for (run, named) in [
            (&["bash", "ci/t.sh"][..], "ci/t.sh"),
            (&["bash", "-c", "./ci/t.sh --fast && true"], "./ci/t.sh"),
            (&["cargo", "--config=ci/x.toml"], "ci/x.toml"),
            (&["cc", "@ci/args"], "ci/args"),
        ] {
            assert!(words(&gate(run)).any(|word| word == named), "{run:?}");
        }
    }
}
