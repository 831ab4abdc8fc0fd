//! The notation of ast-grep: from a text to patterns, by the grammars that are built in.

use std::borrow::Cow;
use std::num::NonZero;

use ast_grep_core::language::Language as Notation;
use ast_grep_core::matcher::{PatternBuilder, PatternError};
use ast_grep_core::tree_sitter::{LanguageExt, StrDoc, TSLanguage};
use ast_grep_core::{AstGrep, Pattern};
use tree_sitter::Tree;

use crate::model::spec::Language;
use crate::verify::grammar;

/// Bytes of a pattern.
const LONGEST: usize = 8 * 1024;
/// Nodes of a pattern that lie in each other.
const DEEPEST: usize = 200;

/// The patterns that a text is: by itself, and in the body of a function, where the same words
/// may be something else. The first problem, where it is none.
pub fn patterns(language: Language, text: &str) -> Result<Vec<Pattern>, String> {
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

/// A grammar of ours, as the library of the notation wants it.
#[derive(Debug, Clone, Copy)]
pub struct Grammar(pub Language);

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
