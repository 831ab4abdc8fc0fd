//! What is generated is checked in and equal: schemas, man pages, the command reference.
//!
//! `GIT_PLAN_UPDATE=1 cargo test --test generated` writes it anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use git_plan::cli::commands::schema::pretty;
use git_plan::cli::manual;
use git_plan::render::schema;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Every generated file, by its path in the project.
fn generated() -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    for named in schema::all() {
        let path = PathBuf::from(format!("schema/{}.schema.json", named.name));
        files.insert(path, pretty(&named.schema));
    }
    for page in manual::pages() {
        files.insert(Path::new("man").join(page.name), page.text);
    }
    files.insert("man/README.md".into(), manual::reference());
    files
}

/// The files that are there and could have been generated.
fn present() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["man", "schema/file", "schema/json"] {
        for entry in fs::read_dir(root().join(folder))
            .into_iter()
            .flatten()
            .flatten()
        {
            found.push(Path::new(folder).join(entry.file_name()));
        }
    }
    found
}

#[test]
fn what_is_generated_is_checked_in() {
    let files = generated();
    if std::env::var_os("GIT_PLAN_UPDATE").is_some() {
        for path in present() {
            fs::remove_file(root().join(path)).unwrap();
        }
        for (path, text) in &files {
            let path = root().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    for (path, text) in &files {
        let stored = fs::read_to_string(root().join(path)).unwrap_or_default();
        assert!(
            stored == *text,
            "{} is not what the program makes: GIT_PLAN_UPDATE=1 cargo test --test generated",
            path.display()
        );
    }
    let surplus: Vec<PathBuf> = present()
        .into_iter()
        .filter(|path| !files.contains_key(path))
        .collect();
    assert!(surplus.is_empty(), "not generated any more: {surplus:?}");
}

#[test]
fn every_schema_is_a_schema() {
    for named in schema::all() {
        let value = serde_json::to_value(&named.schema).unwrap();
        jsonschema::meta::validate(&value)
            .unwrap_or_else(|error| panic!("{}: {error}", named.name));
    }
}

#[test]
fn man_pages_have_their_sections() {
    for page in manual::pages() {
        for section in [
            "NAME",
            "SYNOPSIS",
            "\"EXIT STATUS\"",
            "ENVIRONMENT",
            "FILES",
        ] {
            assert!(
                page.text.contains(&format!(".SH {section}")),
                "{}: {section}",
                page.name
            );
        }
    }
}
