//! Changed files for people: a diff of each, in the form that was asked for.
//!
//! * [`Show`] takes the files one by one, so that only one of them has to be in memory.
//! * [`Form`]: by lines (`unified`), counts (`stat`), the patch itself, by words (`word_diff`), in two
//!   columns (`columns`, `cell`).
//! * What several of them need: headings (`heading`), which words of changed lines differ (`words`),
//!   and bytes of a file made harmless (`shown`).
//! * [`texts`]: the same for a text that is no file.
//! * [`view`]: for `--json`.

mod cell;
mod columns;
mod heading;
mod shown;
mod stat;
pub mod texts;
mod unified;
pub mod view;
mod word_diff;
mod words;

use super::escape;
use super::table::Canvas;
use crate::patch::FileDiff;

/// How changed files are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Lines that went and came, with those around them; changed words are marked where there
    /// are colours.
    #[default]
    Lines,
    /// A line a file, with how much changed.
    Stat,
    /// What `git apply` takes.
    Patch,
    /// Changed words within the lines.
    Words,
    /// Before and after next to each other.
    SideBySide,
}

/// Changed files on their way to a reader. Everything that is shown was made harmless, but for
/// [`Form::Patch`] where no terminal is: those bytes are exact.
#[derive(Debug)]
pub struct Show {
    form: Form,
    canvas: Canvas,
    stat: stat::Stat,
}

impl Show {
    /// Nothing yet.
    pub fn new(form: Form, canvas: Canvas) -> Self {
        Self {
            form,
            canvas,
            stat: stat::Stat::default(),
        }
    }

    /// Adds a file; its text, if the form has one before the last file is known, goes to `out`.
    pub fn file(&mut self, diff: &FileDiff<'_>, out: &mut Vec<u8>) {
        let mut text = String::new();
        match self.form {
            Form::Patch if self.canvas.width.is_none() => return diff.write(out),
            Form::Patch => harmless_patch(diff, &mut text),
            Form::Stat => self.stat.add(diff),
            Form::Lines => unified::file(diff, self.canvas.paint, &mut text),
            Form::Words => word_diff::file(diff, self.canvas.paint, &mut text),
            Form::SideBySide => columns::file(diff, self.canvas, &mut text),
        }
        out.extend(text.into_bytes());
    }

    /// Adds what can be told only when all files are known.
    pub fn finish(self, out: &mut Vec<u8>) {
        if self.form == Form::Stat {
            out.extend(self.stat.text(self.canvas).into_bytes());
        }
    }
}

/// The patch for a terminal.
fn harmless_patch(diff: &FileDiff<'_>, out: &mut String) {
    let mut patch = Vec::new();
    diff.write(&mut patch);
    out.push_str(&escape::block(&String::from_utf8_lossy(&patch)));
}

#[cfg(test)]
mod tests;
