//! A file that was parsed: its code apart from its comments and strings.
//!
//! * [`mask`]: the text with comments and what is in strings blanked out.
//! * [`preprocessor`]: the same for lines that the grammars of C and C++ leave as they are.
//! * [`calls`]: what is called, and under which path. [`imports`]: what is imported.
//! * [`structure`]: shapes of code. [`notation`]: how these are written.

pub mod calls;
pub mod imports;
mod mask;
mod notation;
mod preprocessor;
pub mod structure;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tree_sitter::Tree;

use super::grammar;
use crate::model::spec::Language;

/// Larger files are not parsed: it would take seconds.
pub const LARGEST: usize = 4 * 1024 * 1024;

/// A file that was parsed.
pub struct Code<'a> {
    /// What it is written in.
    pub language: Language,
    /// All of it.
    pub text: &'a str,
    /// The same, byte by byte, with blanks for comments and for what is in strings.
    pub masked: String,
    /// Its tree.
    pub tree: Tree,
    /// How many nodes of the tree lie in each other at most.
    pub depth: usize,
    /// Parts that the grammar takes as they are: bodies of macros.
    pub unparsed: Vec<Range<usize>>,
    /// Held by what takes much memory: one at a time.
    _turn: Option<MutexGuard<'static, ()>>,
}

/// Larger files are parsed one after the other: a tree takes a hundred times the memory of its text.
const LARGE: usize = 256 * 1024;

fn turn(text: &str) -> Option<MutexGuard<'static, ()>> {
    static TURN: Mutex<()> = Mutex::new(());
    let take = || TURN.lock().unwrap_or_else(PoisonError::into_inner);
    (text.len() > LARGE).then(take)
}

/// The same with blanks for what grammars take for the end of a text.
fn without_nuls(text: &str) -> Cow<'_, str> {
    match text.contains('\0') {
        true => Cow::Owned(text.replace('\0', " ")),
        false => Cow::Borrowed(text),
    }
}

impl<'a> Code<'a> {
    /// Parses a text; none if that takes too long.
    pub fn parse(language: Language, text: &'a str, until: Option<Instant>) -> Option<Self> {
        if text.len() > LARGEST {
            return None;
        }
        let turn = turn(text);
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let budget = left.map_or(grammar::BUDGET, |left: Duration| left.min(grammar::BUDGET));
        let whole = without_nuls(text);
        let tree = grammar::parse(language, whole.as_bytes(), budget)?;
        let masked = mask::mask(language, &tree, &whole);
        Some(Self {
            language,
            text,
            masked: masked.text,
            depth: masked.depth,
            unparsed: masked.unparsed,
            tree,
            _turn: turn,
        })
    }

    /// Whether some of it is not as the grammar has it.
    pub fn has_errors(&self) -> bool {
        self.tree.root_node().has_error()
    }
}
