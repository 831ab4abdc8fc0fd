//! A specification in a file that somebody names: read, understood, brought into a plan.

use std::path::Path;

use super::commands::add_task::text_or_stdin;
use super::error::{Error, Kind, Result};
use super::mutation::Scope;
use crate::enforce::specs::{self, Understood};
use crate::format;
use crate::git::Repo;
use crate::model::spec::Problem;
use crate::model::{Edit, Plan, Slug, Spec, SpecForm, SpecText, limits};
use crate::verify::Tree;

/// A specification that was read from a file.
pub struct Loaded {
    /// What the file is called in messages.
    pub shown: String,
    /// What is stored of it.
    pub text: SpecText,
    /// What it says.
    pub understood: Understood,
}

/// Reads a specification from a file, or, where it is called `-`, from standard input. Without a
/// name of its own it is called as it calls itself, else as the file.
///
/// # Errors
/// Where it cannot be read; everything that is wrong with it, by line and column.
pub fn read(path: &str, form: Option<SpecForm>, name: Option<&Slug>) -> Result<Loaded> {
    let shown = match path {
        "-" => "standard input",
        path => path,
    };
    let text = match path {
        "-" => text_or_stdin(path)?,
        path => text_of(path)?,
    };
    let form = form.or_else(|| format::spec::form_of(Path::new(path), &text));
    let form = form.ok_or_else(|| {
        Error::data(format!(
            "{shown} is called neither .toml nor .yaml nor .yml"
        ))
        .hint("--form toml|yaml   says what it is written in")
    })?;
    let understood = understood(shown, form, &text)?;
    let name = match name {
        Some(name) => name.clone(),
        None => own_name(path, &understood.spec).ok_or_else(|| {
            Error::data(format!("{shown} has no name that could be used"))
                .hint("--name NAME   names it")
        })?,
    };
    Ok(loaded(shown, form, name, text, understood))
}

/// A specification whose text is at hand already.
///
/// # Errors
/// Everything that is wrong with it, by line and column.
pub fn of_text(shown: &str, form: SpecForm, name: Slug, text: &str) -> Result<Loaded> {
    let understood = understood(shown, form, text)?;
    Ok(loaded(shown, form, name, text.to_owned(), understood))
}

fn understood(shown: &str, form: SpecForm, text: &str) -> Result<Understood> {
    specs::understand(form, text).map_err(|problems| wrong(shown, &problems))
}

fn loaded(shown: &str, form: SpecForm, name: Slug, text: String, understood: Understood) -> Loaded {
    Loaded {
        shown: shown.to_owned(),
        text: SpecText { name, form, text },
        understood,
    }
}

fn text_of(path: &str) -> Result<String> {
    let failed = |error: std::io::Error| {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => Kind::Data,
            _ => Kind::Environment,
        };
        Error::new(kind, format!("could not read {path}: {error}"))
    };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > limits::SPEC {
        let limit = limits::SPEC;
        return Err(Error::data(format!(
            "{path} has {size} bytes; a specification may have {limit}"
        )));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    match format::spec::decode(&bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(problem) => Err(wrong(path, &[problem])),
    }
}

fn own_name(path: &str, spec: &Spec) -> Option<Slug> {
    let own = spec.name.as_deref().and_then(Slug::from_title);
    let stem = || {
        Path::new(path)
            .file_stem()?
            .to_str()
            .and_then(Slug::from_title)
    };
    own.or_else(|| stem().filter(|_| path != "-"))
}

/// What is wrong with a specification, a line each.
pub fn wrong(shown: &str, problems: &[Problem]) -> Error {
    let count = crate::gate::counted(problems.len(), "error");
    let lines: Vec<String> = problems.iter().map(|one| line(shown, one)).collect();
    Error::data(format!(
        "{shown} is no specification: {count}\n  {}",
        lines.join("\n  ")
    ))
}

fn line(shown: &str, problem: &Problem) -> String {
    let at = problem.at;
    format!("{shown}:{}:{}: {}", at.line, at.column, problem.cause)
}

impl Scope<'_, '_> {
    /// Brings a specification into a plan; says what of it may not be meant. Tells whether it took the
    /// place of another one.
    ///
    /// # Errors
    /// Where the plan has another one of that name, unless it is to be replaced.
    pub fn add_spec(&mut self, plan: &Slug, loaded: &Loaded, replace: bool) -> Result<bool> {
        self.warn_of_spec(loaded)?;
        let (name, new) = (&loaded.text.name, &loaded.text);
        match self.draft.spec(plan, name)? {
            None => {
                self.draft.apply(plan, Edit::add_spec(new))?;
                Ok(false)
            }
            Some(old) if old == *new => Ok(false),
            Some(old) if replace => {
                self.draft.apply_all(plan, Edit::between_specs(&old, new))?;
                Ok(true)
            }
            Some(_) => Err(Error::new(
                Kind::Conflict,
                format!("plan {plan} has another specification '{name}' already"),
            )
            .hint(format!(
                "git plan add-spec {} --replace   puts this one in its place",
                crate::render::quote::word(&loaded.shown)
            ))
            .hint("git plan add-spec FILE --name NAME   adds it under another name")),
        }
    }

    fn warn_of_spec(&self, loaded: &Loaded) -> Result<()> {
        let tree = files(self.store.repo)?;
        let scopes = tree.scope_warnings(&loaded.understood.compiled);
        let mut warnings: Vec<&Problem> = loaded.understood.warnings.iter().collect();
        warnings.extend(&scopes);
        warnings.sort();
        for problem in warnings {
            self.cx.warn(line(&loaded.shown, problem));
        }
        Ok(())
    }

    /// The specifications that words name: those of the plan, or files, which are brought into it.
    ///
    /// # Errors
    /// Where a word names neither, and those of [`read`].
    pub fn specs_of(&mut self, plan: &Slug, words: &[String]) -> Result<Vec<Slug>> {
        let mut names: Vec<Slug> = Vec::new();
        for word in words {
            let name = match known(self.draft.plan(plan)?, word) {
                Some(name) => name,
                None => {
                    let loaded = read(word, None, None).map_err(|error| unknown(word, error))?;
                    self.add_spec(plan, &loaded, false)?;
                    loaded.text.name
                }
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }
}

/// A word that names no file may have been meant to name a specification.
fn unknown(word: &str, error: Error) -> Error {
    match Path::new(word).exists() {
        true => error,
        false => error.hint("no specification of the plan is called so either"),
    }
}

/// The specification of a plan that a word names, where no file does.
fn known(plan: &Plan, word: &str) -> Option<Slug> {
    let name: Slug = word.parse().ok()?;
    let is_known = plan.spec(&name).is_some() && !Path::new(word).exists();
    is_known.then_some(name)
}

/// The code that a new specification is likely to be about: the working tree, else HEAD.
fn files(repo: &Repo) -> Result<Tree> {
    if !repo.is_bare() {
        return Ok(Tree::of_work_tree(repo)?);
    }
    let tree = match repo.head()?.commit {
        Some(commit) => repo.commit(commit)?.tree,
        None => repo.empty_tree(),
    };
    Ok(Tree::at(repo, tree)?)
}
