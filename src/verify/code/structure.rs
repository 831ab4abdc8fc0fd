//! Shapes of code, in the notation of ast-grep.

use std::borrow::Cow;
use std::num::NonZero;
use std::ops::Range;
use std::time::Instant;

use ast_grep_core::language::Language as Notation;
use ast_grep_core::matcher::{MatcherExt as _, PatternBuilder, PatternError};
use ast_grep_core::tree_sitter::{LanguageExt, StrDoc, TSLanguage};
use ast_grep_core::{AstGrep, Node, Pattern};
use tree_sitter::Tree;

use super::Code;
use crate::model::spec::{Language, Structure};
use crate::verify::grammar;
use crate::verify::needle::{self, Needle};

/// Bytes of a pattern.
const LONGEST: usize = 8 * 1024;
/// Nodes of a pattern that lie in each other.
const DEEPEST: usize = 200;
/// Nodes of a file that lie in each other: what compares them goes down into them.
const DEEPEST_FILE: usize = 2_000;
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

/// Out of time, or too deep to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unchecked;

impl Shape {
    /// The shape that a specification gives.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(structure: &Structure) -> Result<Self, String> {
        let text = structure.pattern.text.trim();
        let mut patterns = Vec::new();
        for language in languages(structure.language) {
            match self::patterns(*language, text) {
                Ok(found) => patterns.push((*language, found)),
                Err(cause) if patterns.is_empty() => return Err(cause),
                // What is right in one of them need not be in the other.
                Err(_) => {}
            }
        }
        Ok(Self {
            patterns,
            needle: of_pattern(text),
        })
    }

    /// What a file must hold to hold this.
    pub fn needle(&self) -> &Needle {
        &self.needle
    }

    /// The places of it, outer ones before those within; up to `most` of them.
    ///
    /// # Errors
    /// If that takes too long.
    pub fn find(
        &self,
        code: &Code<'_>,
        until: Instant,
        most: usize,
    ) -> Result<Vec<Range<usize>>, Unchecked> {
        let of_language = |(language, _): &&(Language, Vec<Pattern>)| *language == code.language;
        let Some((_, patterns)) = self.patterns.iter().find(of_language) else {
            return Ok(Vec::new());
        };
        if code.depth > DEEPEST_FILE {
            return Err(Unchecked);
        }
        let root = AstGrep::doc(StrDoc {
            src: code.text.to_owned(),
            lang: Grammar(code.language),
            tree: code.tree.clone(),
        });
        let mut found = Vec::new();
        for (at, node) in root.root().dfs().enumerate() {
            if at % NODES == 0 && Instant::now() > until {
                return Err(Unchecked);
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

/// The patterns that a text is: by itself, and in the body of a function, where the same words
/// may be something else. The first problem, where it is none.
fn patterns(language: Language, text: &str) -> Result<Vec<Pattern>, String> {
    if text.is_empty() {
        return Err("this pattern says nothing".to_owned());
    }
    if text.len() > LONGEST {
        return Err(format!("this pattern is longer than {LONGEST} bytes"));
    }
    let grammar = Grammar(language);
    if grammar
        .extract_meta_var(&grammar.pre_process_pattern(text))
        .is_some()
    {
        return Err(format!(
            "\"{text}\" by itself is everything: say what is around it"
        ));
    }
    match (alone(language, text), within(language, text)) {
        (Ok(alone), within) => Ok([alone].into_iter().chain(within).collect()),
        (Err(_), Some(within)) => Ok(vec![within]),
        (Err(cause), None) => Err(cause),
    }
}

fn alone(language: Language, text: &str) -> Result<Pattern, String> {
    let grammar = Grammar(language);
    let processed = grammar.pre_process_pattern(text);
    let tree = parse(language, &processed)?;
    let mut node = tree.root_node();
    while node.child_count() == 1
        && let Some(child) = node.child(0)
    {
        node = child;
    }
    if is_wrong(grammar, node, &processed) {
        return Err(format!("this is no {} that can be parsed", name(language)));
    }
    Pattern::try_new(text, grammar).map_err(|error| cause(&error))
}

fn within(language: Language, text: &str) -> Option<Pattern> {
    let (before, behind) = match language {
        Language::Rust => ("fn f() { ", "; }"),
        Language::Go => ("package p\nfunc f() {\n", "\n}\n"),
        Language::Java => ("class A { void f() { ", "; } }"),
        Language::C | Language::Cpp => ("void f() { ", "; }"),
        _ => return None,
    };
    let grammar = Grammar(language);
    let processed = grammar.pre_process_pattern(text);
    let range = before.len()..before.len() + processed.len();
    let whole = format!("{before}{processed}{behind}");
    let tree = parse(language, &whole).ok()?;
    let inner = tree
        .root_node()
        .descendant_for_byte_range(range.start, range.end)?;
    if inner.byte_range() != range || is_wrong(grammar, inner, &whole) {
        return None;
    }
    let root = AstGrep::doc(StrDoc {
        src: whole,
        lang: grammar,
        tree,
    });
    let found = root.root().dfs().find(|node| node.range() == range);
    found.map(Pattern::from)
}

fn parse(language: Language, text: &str) -> Result<Tree, String> {
    let tree = grammar::parse(language, text.as_bytes(), grammar::BUDGET);
    let tree = tree.ok_or("this pattern takes too long to be parsed")?;
    match depth(&tree) > DEEPEST {
        true => Err("this pattern is too deep".to_owned()),
        false => Ok(tree),
    }
}

/// Whether some of it is no code. What is only missing, such as the semicolon behind an expression,
/// is no matter, nor is something in a place where the grammar has no name, if it may be anything.
fn is_wrong(grammar: Grammar, top: tree_sitter::Node<'_>, text: &str) -> bool {
    let mut cursor = top.walk();
    loop {
        let node = cursor.node();
        let own = text.get(node.byte_range()).unwrap_or_default();
        if node.is_error() && grammar.extract_meta_var(own).is_none() {
            return true;
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return false;
            }
        }
    }
}

fn cause(error: &PatternError) -> String {
    match error {
        PatternError::NoContent(_) => "this pattern says nothing".to_owned(),
        PatternError::MultipleNode(_) => {
            "this pattern is more than one expression or statement".to_owned()
        }
        error => error.to_string(),
    }
}

fn name(language: Language) -> &'static str {
    match language {
        Language::Rust => "Rust",
        Language::Python => "Python",
        Language::JavaScript => "JavaScript",
        Language::TypeScript => "TypeScript",
        Language::Tsx => "TSX",
        Language::Go => "Go",
        Language::Java => "Java",
        Language::C => "C",
        Language::Cpp => "C++",
    }
}

fn depth(tree: &Tree) -> usize {
    let (mut depth, mut deepest, mut cursor) = (0, 0, tree.walk());
    loop {
        if cursor.goto_first_child() {
            depth += 1;
            deepest = deepest.max(depth);
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return deepest;
            }
            depth -= 1;
        }
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

/// A grammar of ours, as the library of the notation wants it.
#[derive(Debug, Clone, Copy)]
struct Grammar(Language);

impl Notation for Grammar {
    fn kind_to_id(&self, kind: &str) -> u16 {
        grammar::of(self.0).id_for_node_kind(kind, true)
    }

    fn field_to_id(&self, field: &str) -> Option<u16> {
        grammar::of(self.0)
            .field_id_for_name(field)
            .map(NonZero::get)
    }

    fn build_pattern(&self, builder: &PatternBuilder<'_>) -> Result<Pattern, PatternError> {
        builder.build(|text| StrDoc::try_new(text, *self))
    }

    /// A letter for `$` where names cannot have one.
    fn expando_char(&self) -> char {
        match self.0 {
            Language::JavaScript | Language::TypeScript | Language::Tsx | Language::Java => '$',
            Language::C | Language::Cpp => '𐀀',
            Language::Rust | Language::Python | Language::Go => 'µ',
        }
    }

    /// Writes that letter where a `$` begins the name of something that may be anything.
    fn pre_process_pattern<'q>(&self, query: &'q str) -> Cow<'q, str> {
        let letter = self.expando_char();
        if letter == '$' {
            return Cow::Borrowed(query);
        }
        let mut written = String::with_capacity(query.len());
        let mut rest = query;
        while let Some(at) = rest.find('$') {
            written.push_str(&rest[..at]);
            let behind = rest[at..].trim_start_matches('$');
            let count = rest.len() - at - behind.len();
            let is_name = behind.starts_with(|c: char| c == '_' || c.is_ascii_uppercase());
            let sign = if is_name || count == 3 { letter } else { '$' };
            written.extend(std::iter::repeat_n(sign, count));
            rest = behind;
        }
        written.push_str(rest);
        Cow::Owned(written)
    }
}

impl LanguageExt for Grammar {
    fn get_ts_language(&self) -> TSLanguage {
        grammar::of(self.0)
    }
}
