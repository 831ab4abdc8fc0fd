//! The lines of a patch, one after the other.

use super::error::{Cause, PatchError};

/// Where the reader of a patch is.
#[derive(Debug)]
pub(super) struct Cursor<'p> {
    rest: &'p [u8],
    /// The number of the next line, from 1.
    number: usize,
}

impl<'p> Cursor<'p> {
    /// At the start of a patch.
    pub(super) fn new(patch: &'p [u8]) -> Self {
        Self {
            rest: patch,
            number: 1,
        }
    }

    /// The number of the next line.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next line with its line break; nothing at the end.
    pub(super) fn next_line(&mut self) -> &'p [u8] {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let (line, rest) = self
            .rest
            .split_at(end.map_or(self.rest.len(), |end| end + 1));
        self.rest = rest;
        self.number += 1;
        line
    }

    /// What comes behind `word` in the next line, without the line break. Another line stays.
    pub(super) fn after(&mut self, word: &[u8]) -> Option<&'p [u8]> {
        if !self.rest.starts_with(word) {
            return None;
        }
        let line = self.next_line();
        line.strip_suffix(b"\n")?.get(word.len()..)
    }

    /// An error about the next line.
    pub(super) fn error(&self, cause: Cause) -> PatchError {
        PatchError {
            line: self.number,
            cause,
        }
    }

    /// The next line is something else.
    pub(super) fn expected(&self, what: &'static str) -> PatchError {
        self.error(Cause::Expected(what))
    }
}
