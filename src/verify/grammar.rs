//! The languages that can be parsed.

#[cfg(feature = "grammars")]
use std::ops::ControlFlow;
#[cfg(feature = "grammars")]
use std::time::{Duration, Instant};

#[cfg(feature = "grammars")]
use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

#[cfg(feature = "grammars")]
use crate::model::spec::Language;

/// Whether grammars are built into this program.
pub const BUILT_IN: bool = cfg!(feature = "grammars");

/// How long one file may take.
#[cfg(feature = "grammars")]
pub const BUDGET: Duration = Duration::from_secs(2);

/// The grammar of a language.
#[cfg(feature = "grammars")]
pub fn of(language: Language) -> tree_sitter::Language {
    match language {
        Language::Rust => tree_sitter_rust::LANGUAGE,
        Language::Python => tree_sitter_python::LANGUAGE,
        Language::JavaScript => tree_sitter_javascript::LANGUAGE,
        Language::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
        Language::Tsx => tree_sitter_typescript::LANGUAGE_TSX,
        Language::Go => tree_sitter_go::LANGUAGE,
        Language::Java => tree_sitter_java::LANGUAGE,
        Language::C => tree_sitter_c::LANGUAGE,
        Language::Cpp => tree_sitter_cpp::LANGUAGE,
    }
    .into()
}

/// Parses a text; none where that takes longer than `budget`.
#[cfg(feature = "grammars")]
pub fn parse(language: Language, text: &[u8], budget: Duration) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&of(language)).ok()?;
    let end = Instant::now() + budget;
    let mut watch = |_: &ParseState| match Instant::now() > end {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let options = ParseOptions::new().progress_callback(&mut watch);
    let mut rest = |offset: usize, _| text.get(offset..).unwrap_or_default();
    parser.parse_with_options(&mut rest, None, Some(options))
}
