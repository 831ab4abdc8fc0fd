//! Lines that went and came, with those around them, as `git diff` shows them; on a terminal with
//! the changed words marked.

use super::heading;
use super::shown::{self, without_break};
use super::words::{Grain, Span, Words};
use crate::patch::lines::{Hunk, Part};
use crate::patch::{Body, FileDiff};
use crate::render::style::{Paint, Tone};

/// Lines that have less than this in common are other lines, not changed ones.
const LIKE: f64 = 0.4;

/// What stands below a last line without a line break.
const NO_BREAK: &str = "\\ No newline at end of file\n";

/// Adds a changed file.
pub(super) fn file(diff: &FileDiff<'_>, paint: Paint, out: &mut String) {
    for piece in &diff.pieces {
        heading::push(&diff.change.path, piece, paint, out);
        if let Body::Text(diff) = &piece.body {
            diff.hunks().for_each(|hunk| push_hunk(hunk, paint, out));
        }
    }
}

fn push_hunk(hunk: Hunk<'_, '_>, paint: Paint, out: &mut String) {
    push_range(hunk, paint, out);
    for part in hunk.parts() {
        match part {
            Part::Same(lines) => plain(lines, ' ', out),
            Part::Changed { removed, added } if paint.0 => toned(removed, added, paint, out),
            Part::Changed { removed, added } => {
                plain(removed, '-', out);
                plain(added, '+', out);
            }
        }
    }
}

/// Adds the line that says where a hunk is.
pub(super) fn push_range(hunk: Hunk<'_, '_>, paint: Paint, out: &mut String) {
    let range = |start: usize, count: usize| match count {
        1 => start.to_string(),
        _ => format!("{start},{count}"),
    };
    let old = range(hunk.old_start(), hunk.old_lines());
    let new = range(hunk.new_start(), hunk.new_lines());
    out.push_str(&paint.apply(Tone::Active, &format!("@@ -{old} +{new} @@")));
    out.push('\n');
}

fn plain(lines: &[&[u8]], sign: char, out: &mut String) {
    for line in lines {
        out.push(sign);
        shown::push(without_break(line), out);
        end_line(line, out);
    }
}

fn end_line(line: &[u8], out: &mut String) {
    out.push('\n');
    if line.last() != Some(&b'\n') {
        out.push_str(NO_BREAK);
    }
}

fn toned(removed: &[&[u8]], added: &[&[u8]], paint: Paint, out: &mut String) {
    let (old, new) = marked(removed, added);
    let mut push = |sign: &str, tones: [Tone; 2], lines: &[&[u8]], spans: &[Vec<Span<'_>>]| {
        for (line, spans) in lines.iter().zip(spans) {
            out.push_str(&paint.apply(tones[0], sign));
            for span in spans {
                let mut text = String::new();
                shown::push(span.text, &mut text);
                out.push_str(&paint.apply(tones[usize::from(span.is_marked)], &text));
            }
            end_line(line, out);
        }
    };
    push("-", [Tone::Bad, Tone::BadMark], removed, &old);
    push("+", [Tone::Good, Tone::GoodMark], added, &new);
}

/// Lines as spans.
type Marked<'a> = Vec<Vec<Span<'a>>>;

/// Both sides with the words marked that differ, if the lines are alike enough for that to help.
pub(super) fn marked<'a>(removed: &[&'a [u8]], added: &[&'a [u8]]) -> (Marked<'a>, Marked<'a>) {
    let words = match removed.is_empty() || added.is_empty() {
        true => None,
        false => Words::of(removed, added, Grain::Names),
    };
    match words.filter(|words| words.likeness() >= LIKE) {
        Some(words) => (words.removed(removed), words.added(added)),
        None => (whole(removed), whole(added)),
    }
}

/// Lines in which nothing is marked.
pub(super) fn whole<'a>(lines: &[&'a [u8]]) -> Marked<'a> {
    let span = |line: &&'a [u8]| {
        vec![Span {
            is_marked: false,
            text: without_break(line),
        }]
    };
    lines.iter().map(span).collect()
}
