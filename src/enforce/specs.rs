//! The specifications of a plan, understood and held to code.

use std::time::Instant;

use crate::format::spec::{Reading, read_through};
use crate::gate::Answer;
use crate::git::{Oid, Repo};
use crate::model::spec::Problem;
use crate::model::{Plan, Slug, Spec, SpecForm, SpecRow, SpecText, limits};
use crate::verify::{Compiled, Report, Search, Tree};

/// A specification that can be held to code.
pub struct Understood {
    /// What it says.
    pub spec: Spec,
    /// Its patterns, ready to be searched for.
    pub compiled: Compiled,
    /// What of it may not be meant.
    pub warnings: Vec<Problem>,
}

/// Reads a specification and everything in it.
///
/// # Errors
/// All that is wrong with it, in the order of its text.
pub fn understand(form: SpecForm, text: &str) -> Result<Understood, Vec<Problem>> {
    let Reading {
        spec,
        mut warnings,
        mut problems,
        torn,
    } = read_through(form, text);
    let compiled = match Compiled::new(&spec) {
        Ok(compiled) if problems.is_empty() => compiled.written_as(text),
        Ok(_) => return Err(problems),
        Err(mut wrong) => {
            wrong.retain(|problem| !torn.contains(&problem.at.line));
            problems.extend(wrong);
            problems.sort();
            problems.dedup();
            return Err(problems);
        }
    };
    warnings.extend(compiled.warnings().iter().cloned());
    warnings.sort();
    Ok(Understood {
        spec,
        compiled,
        warnings,
    })
}

/// The texts of a plan's specifications.
///
/// # Errors
/// Where one is missing or cannot be read.
pub fn texts(repo: &Repo, plan: &Plan, names: &[Slug]) -> Answer<Vec<SpecText>> {
    names.iter().map(|name| text(repo, plan, name)).collect()
}

fn text(repo: &Repo, plan: &Plan, name: &Slug) -> Answer<SpecText> {
    if let Some(text) = plan.full_specs.get(name) {
        return Ok(text.clone());
    }
    let unreadable = |why: &str| format!("specification {name} of plan {} {why}", plan.id);
    let row = plan
        .spec(name)
        .ok_or_else(|| unreadable("is missing or cannot be read"))?;
    stored(repo, row).map_err(|why| unreadable(&format!("cannot be read: {why}")))
}

fn stored(repo: &Repo, row: &SpecRow) -> Answer<SpecText> {
    let blob = row.blob.as_deref().unwrap_or_default();
    let oid = Oid::from_hex(blob.as_bytes()).map_err(|error| error.to_string())?;
    let bytes = repo.blob(oid, limits::SPEC);
    let bytes = bytes.map_err(|error| error.to_string())?;
    Ok(SpecText {
        name: row.name.clone(),
        form: row.form,
        text: String::from_utf8(bytes).map_err(|error| error.to_string())?,
    })
}

/// Holds specifications of a plan to a tree; nothing is written, not even into the cache.
///
/// # Errors
/// Where one of them is missing, cannot be read or is none, or the tree cannot be read.
pub fn verify(
    repo: &Repo,
    tree: Oid,
    (plan, names): (&Plan, &[Slug]),
    deadline: Option<Instant>,
) -> Answer<Report> {
    let texts = texts(repo, plan, names)?;
    let understood: Answer<Vec<Compiled>> = texts.iter().map(compiled).collect();
    let in_words = |error| format!("the code cannot be searched: {error}");
    let tree = Tree::at(repo, tree).map_err(in_words)?;
    let search = Search {
        repo,
        tree: &tree,
        deadline,
        progress: None,
        cache: false,
    };
    search.run(&understood?).map_err(in_words)
}

fn compiled(text: &SpecText) -> Answer<Compiled> {
    let wrong = |problems: Vec<Problem>| match problems.first() {
        Some(Problem { at, cause }) => format!(
            "specification {} is none: line {}, column {}: {cause}",
            text.name, at.line, at.column
        ),
        None => format!("specification {} is none", text.name),
    };
    Ok(understand(text.form, &text.text).map_err(wrong)?.compiled)
}
