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

/// How much of a grammar's work one file may take, in the steps after which it asks whether to go
/// on. A step takes some 4 KiB of memory.
#[cfg(feature = "grammars")]
const STEPS: usize = 22_000;

/// So many brackets may be open at a time, and so many angle brackets: grammars hold all that these
/// could mean.
#[cfg(feature = "grammars")]
const OPEN: (usize, usize) = (5_000, 500);

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

/// Parses a text; none where that takes longer than `budget`, or too much memory.
#[cfg(feature = "grammars")]
pub fn parse(language: Language, text: &[u8], budget: Duration) -> Option<Tree> {
    if is_too_deep(text) {
        return None;
    }
    let mut parser = Parser::new();
    parser.set_language(&of(language)).ok()?;
    let end = Instant::now() + budget;
    let mut steps = 0;
    let mut watch = |_: &ParseState| {
        steps += 1;
        match steps > STEPS || Instant::now() > end {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let options = ParseOptions::new().progress_callback(&mut watch);
    let mut rest = |offset: usize, _| text.get(offset..).unwrap_or_default();
    parser.parse_with_options(&mut rest, None, Some(options))
}

/// Whether more brackets are open at a time than anybody writes. Those in strings and comments count
/// as well: this is about texts that were made for it.
#[cfg(feature = "grammars")]
fn is_too_deep(text: &[u8]) -> bool {
    let (mut brackets, mut angles) = (0_usize, 0_usize);
    let mut before = 0;
    for byte in text {
        match byte {
            b'(' | b'[' | b'{' => brackets += 1,
            b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
            // `<<` is another word.
            b'<' if before == b'<' => angles = angles.saturating_sub(1),
            b'<' => angles += 1,
            b'>' => angles = angles.saturating_sub(1),
            _ => {}
        }
        if matches!(byte, b';' | b'{' | b'}') {
            angles = 0;
        }
        if brackets > OPEN.0 || angles > OPEN.1 {
            return true;
        }
        before = *byte;
    }
    false
}

#[cfg(all(test, feature = "grammars"))]
mod tests {
    use super::*;

    #[test]
    fn what_would_take_all_memory_is_not_parsed() {
        let parse = |language, text: &str| parse(language, text.as_bytes(), BUDGET).is_some();
        assert!(parse(Language::Cpp, &"int a = b < c;\n".repeat(1_000)));
        assert!(parse(
            Language::C,
            &"int a = 1 << 2, b = 1 << 3;\n".repeat(1_000)
        ));
        assert!(parse(Language::Rust, &"f(".repeat(2_500)));
        assert!(!parse(Language::Cpp, &"a<".repeat(50_000)));
        assert!(!parse(Language::JavaScript, &"f(".repeat(100_000)));
    }
}
