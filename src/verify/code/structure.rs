//! Shapes of code, in the notation of ast-grep.

use std::ops::Range;
use std::time::Instant;

use ast_grep_core::matcher::MatcherExt as _;
use ast_grep_core::tree_sitter::StrDoc;
use ast_grep_core::{AstGrep, Node, Pattern};

use super::Code;
use super::notation::{Grammar, patterns};
use crate::model::spec::{Language, Structure};
use crate::verify::needle::{self, Needle};

/// The time is looked at after so many nodes.
const NODES: usize = 256;

/// A shape, for each language that it may be in.
#[derive(Clone)]
pub struct Shape {
    patterns: Vec<(Language, Vec<Pattern>)>,
    needle: Needle,
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shape").finish_non_exhaustive()
    }
}

/// It takes too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfTime;

impl Shape {
    /// The shape that a specification gives.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(structure: &Structure) -> Result<Self, String> {
        let text = structure.pattern.text.trim();
        let mut all = Vec::new();
        for language in languages(structure.language) {
            match patterns(*language, text) {
                Ok(found) => all.push((*language, found)),
                Err(cause) if all.is_empty() => return Err(cause),
                // What is right in one of them need not be in the other.
                Err(_) => {}
            }
        }
        Ok(Self {
            patterns: all,
            needle: of_pattern(text),
        })
    }

    /// What a file must hold to hold this.
    pub fn needle(&self) -> &Needle {
        &self.needle
    }

    /// Whether it may be in a file of a language. Of C, only headers are read as C++.
    pub fn is_about(&self, language: Language, path: &str) -> bool {
        let is_of = |wanted| self.patterns.iter().any(|(of, _)| *of == wanted);
        let is_other = language == Language::Cpp && is_of(Language::C) && !path.ends_with(".h");
        is_of(language) && !is_other
    }

    /// The places of it, outer ones before those within; up to `most`.
    ///
    /// # Errors
    /// If that takes too long.
    pub fn find(
        &self,
        code: &Code<'_>,
        until: Instant,
        most: usize,
    ) -> Result<Vec<Range<usize>>, OutOfTime> {
        let of_language = |(language, _): &&(Language, Vec<Pattern>)| *language == code.language;
        let Some((_, patterns)) = self.patterns.iter().find(of_language) else {
            return Ok(Vec::new());
        };
        let root = AstGrep::doc(StrDoc {
            src: code.text.to_owned(),
            lang: Grammar(code.language),
            tree: code.tree.clone(),
        });
        let mut found = Vec::new();
        for (at, node) in root.root().dfs().enumerate() {
            if at % NODES == 0 && Instant::now() > until {
                return Err(OutOfTime);
            }
            if found.len() >= most {
                break;
            }
            let mut ranges = patterns.iter().filter_map(|pattern| range(pattern, &node));
            found.extend(ranges.next());
        }
        Ok(found)
    }
}

fn range(pattern: &Pattern, node: &Node<'_, StrDoc<Grammar>>) -> Option<Range<usize>> {
    pattern.match_node(node.clone()).map(|found| found.range())
}

/// The languages in which a shape of one is looked for: what is JavaScript is TypeScript, too.
fn languages(language: Language) -> &'static [Language] {
    match language {
        Language::TypeScript => &[Language::TypeScript, Language::Tsx],
        Language::C => &[Language::C, Language::Cpp],
        Language::JavaScript => &[Language::JavaScript],
        Language::Tsx => &[Language::Tsx],
        Language::Rust => &[Language::Rust],
        Language::Python => &[Language::Python],
        Language::Go => &[Language::Go],
        Language::Java => &[Language::Java],
        Language::Cpp => &[Language::Cpp],
    }
}

/// The longest word of a pattern that stands for itself.
fn of_pattern(text: &str) -> Needle {
    let mut kept = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c != '$' {
            kept.push(c);
            continue;
        }
        kept.push(' ');
        while characters
            .next_if(|c| matches!(c, '$' | '_' | 'A'..='Z' | '0'..='9'))
            .is_some()
        {}
    }
    needle::of_words(&kept)
}
