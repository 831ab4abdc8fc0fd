//! What is wanted, in the form in which files and pieces are compared with it.

use super::features::{self, Features};
use super::item::{self, Item, ItemKind};
use super::{Error, Query, Reader, handlers, words};
use crate::model::spec::Language;
use crate::verify::grammar;

/// So many names of what is wanted are looked for.
const NAMES: usize = 192;

/// What is wanted.
#[derive(Debug)]
pub struct Target {
    pub(super) query: Query,
    /// The words of its name.
    pub(super) words: Vec<String>,
    /// What files are sifted by, in small letters.
    pub(super) needles: Vec<String>,
    /// Where it is code itself.
    pub(super) code: Option<Code>,
}

/// Code that others are to be like.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) language: Language,
    pub(super) item: Item,
    pub(super) features: Features,
}

impl Target {
    /// Of a query.
    ///
    /// # Errors
    /// Where it names nothing.
    pub(super) fn of(
        query: &Query,
        paths: &[String],
        read: &mut Reader<'_>,
    ) -> Result<Self, Error> {
        match query {
            Query::Route { path, .. } => Ok(Self {
                query: query.clone(),
                words: path
                    .as_deref()
                    .map(handlers::path_words)
                    .unwrap_or_default(),
                needles: Vec::new(),
                code: None,
            }),
            Query::Function(name) | Query::Component(name) => named(query, name),
            Query::Like { path, line } => like(query, path, *line, paths, read),
        }
    }
}

fn named(query: &Query, name: &str) -> Result<Target, Error> {
    let words = words::split(name.rsplit(['.', ':', '#']).next().unwrap_or(name));
    if words.is_empty() {
        return Err(Error::NoWords(name.to_owned()));
    }
    let mut needles: Vec<String> = match query {
        Query::Function(_) => words
            .iter()
            .flat_map(|word| words::with_same_deeds(word))
            .collect(),
        _ => words.clone(),
    };
    needles.sort();
    needles.dedup();
    Ok(Target {
        query: query.clone(),
        words,
        needles,
        code: None,
    })
}

fn like(
    query: &Query,
    path: &str,
    line: usize,
    paths: &[String],
    read: &mut Reader<'_>,
) -> Result<Target, Error> {
    let gone = || Error::NoFile(path.to_owned());
    let at = paths.iter().position(|own| own == path).ok_or_else(gone)?;
    let language = Language::of_path(path).ok_or_else(|| Error::NoGrammar(path.to_owned()))?;
    let text = read(at).ok_or_else(gone)?;
    let tree = grammar::parse(language, text.as_bytes(), grammar::BUDGET).ok_or_else(gone)?;
    let start = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let here = text[start..].lines().next().unwrap_or_default();
    let place = start + (here.len() - here.trim_start().len());
    let around = |item: &Item| item.range.contains(&place) && item.has_body;
    let pieces = item::find(&text, &tree).into_iter().filter(around);
    let piece = pieces.min_by_key(|item| item.range.len());
    let item = piece.ok_or_else(|| Error::NothingThere(path.to_owned(), line))?;
    let features = features::of(&tree, &text, item.range.clone());
    let mut names: Vec<String> = features.names.iter().cloned().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.truncate(NAMES);
    Ok(Target {
        query: query.clone(),
        words: words::split(&item.name),
        needles: names,
        code: Some(Code {
            language,
            item,
            features,
        }),
    })
}

impl Target {
    /// Whether a file of this language can hold what is wanted.
    pub(super) fn may_be_in(&self, language: Language) -> bool {
        match (&self.query, &self.code) {
            (Query::Component(_), _) => family(language) == family(Language::Tsx),
            (_, Some(code)) => family(language) == family(code.language),
            _ => true,
        }
    }

    /// Whether a piece of this kind can be what is wanted.
    pub(super) fn may_be(&self, kind: ItemKind) -> bool {
        let is_function = |kind| {
            matches!(
                kind,
                ItemKind::Function | ItemKind::Method | ItemKind::Component
            )
        };
        match (&self.query, &self.code) {
            (Query::Function(_), _) => is_function(kind),
            (Query::Component(_), _) => kind == ItemKind::Component,
            (Query::Route { .. }, _) => false,
            (_, Some(code)) => is_function(kind) == is_function(code.item.kind),
            _ => false,
        }
    }
}

/// Languages whose code is compared: C with C++, and all of JavaScript's.
fn family(language: Language) -> u8 {
    match language {
        Language::Rust => 0,
        Language::Python => 1,
        Language::JavaScript | Language::TypeScript | Language::Tsx => 2,
        Language::Go => 3,
        Language::Java => 4,
        Language::C | Language::Cpp => 5,
    }
}
