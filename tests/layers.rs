//! The order of the layers, held by reading the sources: each may name only those behind it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// A layer, and the paths in the crate that it may name.
const LAYERS: [(&str, &[&str]); 16] = [
    ("model", &[]),
    ("git", &[]),
    ("verify", &["model", "git"]),
    // Of Git, only what names and kinds look like, and which paths are safe; of the model, only
    // the word for what happened to a file.
    (
        "patch",
        &[
            "git::Oid",
            "git::EntryKind",
            "git::UnsafePath",
            "git::check_path",
            "model::FileStatus",
        ],
    ),
    ("format", &["model"]),
    ("gate", &["model", "verify::Report", "verify::Violation"]),
    ("review", &["model"]),
    // Of the review, what a file in two states is: history is made of such files.
    ("store", &["model", "format", "git", "review"]),
    (
        "enforce",
        &[
            "model", "format", "gate", "review", "store", "git", "verify",
        ],
    ),
    (
        "proposal",
        &[
            "model", "format", "gate", "review", "store", "git", "verify", "enforce",
        ],
    ),
    ("trust", &["model", "gate", "git"]),
    ("run", &["model", "gate", "git"]),
    ("checkpoint", &["model", "store", "git", "patch"]),
    ("hook", &["model", "store", "git", "enforce::Update"]),
    // Of the format, only what the files of versions and specifications look like: for the schemas. Of Git, only what
    // names and kinds look like.
    (
        "render",
        &[
            "model",
            "gate",
            "store",
            "patch",
            "format::version",
            "format::spec::file",
            "review",
            // What was found, in words.
            "verify::Kind",
            "verify::More",
            "verify::Note",
            "verify::Report",
            "verify::Violation",
            "enforce::Finding",
            "enforce::Fix",
            "enforce::Report",
            "enforce::Severity",
            // What a change is held to, in words.
            "enforce::Evidence",
            "enforce::GateSeen",
            "enforce::Seal",
            "proposal::BrokenRule",
            "proposal::Changed",
            "proposal::ChangedScript",
            "proposal::LinkedTask",
            "proposal::NamedCommit",
            "proposal::Proposal",
            "proposal::Since",
            "git::Oid",
            "git::EntryKind",
        ],
    ),
    (
        "cli",
        &[
            "model",
            "git",
            "verify",
            "patch",
            "format",
            "gate",
            "store",
            "checkpoint",
            "enforce",
            "proposal",
            "trust",
            "run",
            "review",
            "hook",
            "render",
            "verify",
        ],
    ),
];

/// A source file: where it is, and its text without comments and strings.
struct Source {
    /// Such as `model/edit/mod.rs`.
    name: String,
    code: String,
}

impl Source {
    fn layer(&self) -> &str {
        let first = self.name.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// How many modules are between the file's own module and the crate.
    fn depth(&self) -> usize {
        let parts = self.name.split('/').count();
        parts - usize::from(self.name.ends_with("/mod.rs"))
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &mut found);
    found.sort();
    let source = |path: PathBuf| Source {
        name: path
            .strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned(),
        code: code(&fs::read_to_string(&path).unwrap()),
    };
    found.into_iter().map(source).collect()
}

/// The text without comments and without what is in quotes.
fn code(text: &str) -> String {
    let quoted = r##"(?s)//[^\n]*|/\*.*?\*/|r#+".*?"#+|"(?:\\.|[^"\\])*"|'(?:\\[^']+|[^'\\])'"##;
    let quoted = Regex::new(quoted).unwrap();
    quoted.replace_all(text, "\"\"").into_owned()
}

/// The paths into the crate that a source names, such as `model::Edit`; each way to write them:
/// `crate::model::Edit`, `use crate::{model::Edit, gate}`, `super::super::model::Edit`.
fn named_paths(source: &Source) -> Vec<String> {
    let mut paths = Vec::new();
    let direct = Regex::new(r"\bcrate::(\w+(?:::\w+)*)").unwrap();
    paths.extend(
        direct
            .captures_iter(&source.code)
            .map(|found| found[1].to_owned()),
    );
    let group = Regex::new(r"(?s)\bcrate::\{(.*?)\};").unwrap();
    for found in group.captures_iter(&source.code) {
        paths.extend(members(&found[1]));
    }
    let upwards = Regex::new(r"\b((?:super::)+)(\w+(?:::\w+)*)").unwrap();
    for found in upwards.captures_iter(&source.code) {
        if found[1].matches("super").count() == source.depth() {
            paths.push(found[2].to_owned());
        }
    }
    paths
}

/// The members of a group, those of groups within it behind the path that they stand at.
fn members(group: &str) -> Vec<String> {
    let (mut depth, mut member, mut found) = (0, String::new(), Vec::new());
    for c in group.chars().chain([',']) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => found.push(std::mem::take(&mut member)),
            _ => {}
        }
        if depth == 0 && !matches!(c, ',' | '}') {
            member.push(c);
        }
    }
    let trimmed = found.iter().map(|path| path.trim().trim_end_matches("::"));
    trimmed
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect()
}

fn allows(allowed: &[&str], path: &str) -> bool {
    allowed.iter().any(|allowed| {
        path == *allowed
            || path
                .strip_prefix(allowed)
                .is_some_and(|rest| rest.starts_with("::"))
    })
}

#[test]
fn every_folder_is_a_layer() {
    let known: Vec<&str> = LAYERS.iter().map(|(layer, _)| *layer).collect();
    for source in sources() {
        let layer = source.layer();
        let is_top = matches!(source.name.as_str(), "lib.rs" | "main.rs");
        assert!(
            is_top || known.contains(&layer),
            "{layer} is no layer: {}",
            source.name
        );
    }
}

#[test]
fn a_layer_names_only_those_behind_it() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some((layer, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == source.layer())
        else {
            continue;
        };
        let foreign = |path: &String| !allows(&[layer], path) && !allows(allowed, path);
        let paths = named_paths(&source).into_iter().filter(foreign);
        wrong.extend(paths.map(|path| format!("{}: {path}", source.name)));
    }
    assert_eq!(wrong, [""; 0]);
}

/// Where a pattern occurs outside the folder that it belongs to.
fn strangers(pattern: &str, home: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let is_stranger = |source: &&Source| source.layer() != home && pattern.is_match(&source.code);
    sources()
        .iter()
        .filter(is_stranger)
        .map(|source| source.name.clone())
        .collect()
}

#[test]
fn only_one_layer_knows_the_git_library() {
    assert_eq!(strangers(r"\bgix\w*::|\buse gix\b", "git"), [""; 0]);
}

#[test]
fn only_one_layer_knows_toml_and_yaml() {
    let libraries = r"\b(toml(_edit)?|saphyr_parser)::|\buse (toml(_edit)?|saphyr_parser)\b";
    assert_eq!(strangers(libraries, "format"), [""; 0]);
}

/// What is printed goes through one place, which escapes it and lives with a closed pipe.
#[test]
fn nothing_prints_but_the_output_of_the_command_line() {
    assert_eq!(strangers(r"\b(e?print(ln)?|dbg)!", "nobody"), [""; 0]);
    assert_eq!(
        strangers(r"\bio::std(out|err)\(\)|\bstd(out|err)\(\)\.lock", "cli"),
        [""; 0]
    );
}

/// Clock, environment, randomness and processes enter at the edge, or where Git is.
#[test]
fn what_decides_is_pure() {
    let world = r"\bstd::(env|fs|process|net|thread)\b|SystemTime::now|Instant::now|Utc::now|Local::now|getrandom";
    let world = Regex::new(world).unwrap();
    for source in sources() {
        let is_pure = matches!(
            source.layer(),
            "model" | "format" | "gate" | "patch" | "render"
        );
        let code = source.code.split("#[cfg(test)]").next().unwrap();
        assert!(!is_pure || !world.is_match(code), "{}", source.name);
    }
}

/// The reader of sources sees what it is there to see.
#[test]
fn every_way_to_name_a_path_is_seen() {
    let text = "use crate::{gate, model::{self, edit::{Edit, Change}}, store::Error};\n\
                // crate::comment\nlet a = \"crate::text\"; let b = crate::git::Oid;\n\
                use super::super::format::read; use super::sibling;";
    let source = Source {
        name: "cli/commands.rs".to_owned(),
        code: code(text),
    };
    let expected = ["git::Oid", "gate", "model", "store::Error", "format::read"];
    assert_eq!(named_paths(&source), expected);
    let deeper = Source {
        name: "cli/commands/init.rs".to_owned(),
        ..source
    };
    assert!(!named_paths(&deeper).contains(&"format::read".to_owned()));
}
