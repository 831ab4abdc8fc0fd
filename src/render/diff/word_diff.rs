//! Changed words within the lines, as `git diff --word-diff` shows them.

use super::heading;
use super::shown;
use super::unified::push_range;
use super::words::{Fate, Grain, Words};
use crate::patch::lines::Part;
use crate::patch::{Body, FileDiff};
use crate::render::style::{Paint, Tone};

/// How words are told apart: by colour where there is one, else by signs.
#[derive(Debug, Clone, Copy)]
struct Mark {
    tone: Tone,
    signs: [&'static str; 2],
}

const REMOVED: Mark = Mark {
    tone: Tone::Bad,
    signs: ["[-", "-]"],
};

const ADDED: Mark = Mark {
    tone: Tone::Good,
    signs: ["{+", "+}"],
};

/// Adds a changed file.
pub(super) fn file(diff: &FileDiff<'_>, paint: Paint, out: &mut String) {
    for piece in &diff.pieces {
        heading::push(&diff.change.path, piece, paint, out);
        let Body::Text(diff) = &piece.body else {
            continue;
        };
        for hunk in diff.hunks() {
            push_range(hunk, paint, out);
            hunk.parts().for_each(|part| push_part(part, paint, out));
        }
    }
}

fn push_part(part: Part<'_, '_>, paint: Paint, out: &mut String) {
    match part {
        Part::Same(lines) => push_same(lines, out),
        Part::Changed { removed, added } => match Words::of(removed, added, Grain::Blanks) {
            Some(words) => words.fates().for_each(|fate| push_fate(fate, paint, out)),
            None => {
                push_marked(removed, REMOVED, paint, out);
                push_marked(added, ADDED, paint, out);
            }
        },
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

fn push_fate(fate: Fate<'_, '_>, paint: Paint, out: &mut String) {
    match fate {
        Fate::Same(words) => push_same(words, out),
        // What came goes on with the line; what went starts with the end of it.
        Fate::Changed { removed, added } if removed.first() == Some(&&b"\n"[..]) => {
            push_marked(added, ADDED, paint, out);
            push_marked(removed, REMOVED, paint, out);
        }
        Fate::Changed { removed, added } => {
            push_marked(removed, REMOVED, paint, out);
            push_marked(added, ADDED, paint, out);
        }
    }
}

fn push_same(words: &[&[u8]], out: &mut String) {
    for line in words.concat().split_inclusive(|byte| *byte == b'\n') {
        shown::push(shown::without_break(line), out);
        if line.ends_with(b"\n") {
            out.push('\n');
        }
    }
}

/// Adds words that are marked, line by line: no mark spans a line break.
fn push_marked(words: &[&[u8]], mark: Mark, paint: Paint, out: &mut String) {
    for line in words.concat().split_inclusive(|byte| *byte == b'\n') {
        let mut text = String::new();
        shown::push(shown::without_break(line), &mut text);
        match (paint.0, mark.signs) {
            _ if text.is_empty() => {}
            (true, _) => out.push_str(&paint.apply(mark.tone, &text)),
            (false, [open, close]) => out.extend([open, &text, close]),
        }
        if line.ends_with(b"\n") {
            out.push('\n');
        }
    }
}
