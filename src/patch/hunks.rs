//! The hunks of a patch: read from it, and applied to a text without any leeway.

use super::cursor::Cursor;
use super::error::{Cause, PatchError};

/// Lines of a text in a patch.
#[derive(Debug)]
pub(super) struct Hunk<'p> {
    /// Where it begins in the patch.
    line: usize,
    old: Span,
    new: Span,
    lines: Vec<Line<'p>>,
}

/// Which lines of a text a hunk is about.
#[derive(Debug, Clone, Copy)]
struct Span {
    /// The lines before the first one.
    before: usize,
    count: usize,
}

#[derive(Debug, Clone, Copy)]
struct Line<'p> {
    sign: Sign,
    /// With its line break, if it has one.
    text: &'p [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Same,
    Removed,
    Added,
}

/// Reads all hunks that follow.
pub(super) fn read<'p>(cursor: &mut Cursor<'p>) -> Result<Vec<Hunk<'p>>, PatchError> {
    let mut hunks = Vec::new();
    loop {
        let line = cursor.number();
        let expected = cursor.expected("\"@@ -LINE,COUNT +LINE,COUNT @@\"");
        let Some(text) = cursor.after(b"@@ ") else {
            return Ok(hunks);
        };
        let (old, new) = spans(text).ok_or(expected)?;
        let lines = read_lines(cursor, old.count, new.count)?;
        hunks.push(Hunk {
            line,
            old,
            new,
            lines,
        });
    }
}

fn spans(text: &[u8]) -> Option<(Span, Span)> {
    let text = text.strip_prefix(b"-")?;
    let (old, text) = span(text)?;
    let (new, text) = span(text.strip_prefix(b" +")?)?;
    let is_end = text == b" @@" || text.starts_with(b" @@ ");
    is_end.then_some((old, new))
}

fn span(text: &[u8]) -> Option<(Span, &[u8])> {
    let (start, text) = number(text)?;
    let (count, text) = match text.strip_prefix(b",") {
        Some(text) => number(text)?,
        None => (1, text),
    };
    let before = match count {
        0 => start,
        _ => start.checked_sub(1)?,
    };
    before.checked_add(count)?;
    Some((Span { before, count }, text))
}

fn number(text: &[u8]) -> Option<(usize, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(digits);
    Some((str::from_utf8(digits).ok()?.parse().ok()?, rest))
}

fn read_lines<'p>(
    cursor: &mut Cursor<'p>,
    mut old: usize,
    mut new: usize,
) -> Result<Vec<Line<'p>>, PatchError> {
    let mut lines = Vec::new();
    while old > 0 || new > 0 {
        let expected = cursor.expected("as many lines as the hunk says");
        let (sign, text) = match cursor.next_line().split_first() {
            Some((b' ', text)) => (Sign::Same, text),
            Some((b'-', text)) => (Sign::Removed, text),
            Some((b'+', text)) => (Sign::Added, text),
            _ => return Err(expected),
        };
        let left =
            |count: usize, sign_of_other| count.checked_sub(usize::from(sign != sign_of_other));
        (old, new) = match (left(old, Sign::Added), left(new, Sign::Removed)) {
            (Some(old), Some(new)) => (old, new),
            _ => return Err(expected),
        };
        let text = without_break(cursor, text)?;
        lines.push(Line { sign, text });
    }
    Ok(lines)
}

/// The line as it is in the file: without its line break where the next line of the patch says so.
fn without_break<'p>(cursor: &mut Cursor<'p>, text: &'p [u8]) -> Result<&'p [u8], PatchError> {
    let error = cursor.error(Cause::Unbroken);
    if cursor.after(b"\\ ").is_none() {
        return Ok(text);
    }
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    if text.is_empty() {
        Err(error)
    } else {
        Ok(text)
    }
}

/// How many lines the hunks add and remove.
pub(super) fn counts(hunks: &[Hunk<'_>]) -> (u64, u64) {
    let count = |sign: Sign| {
        let lines = hunks.iter().flat_map(|hunk| &hunk.lines);
        lines.filter(|line| line.sign == sign).count() as u64
    };
    (count(Sign::Added), count(Sign::Removed))
}

/// Whether the hunks are one that replaces the text `old` by `new`, whole.
pub(super) fn is_replacement(hunks: &[Hunk<'_>], old: &[u8], new: &[u8]) -> bool {
    apply(hunks, old).is_ok_and(|result| result == new)
}

/// The text after the hunks.
pub(super) fn apply(hunks: &[Hunk<'_>], old: &[u8]) -> Result<Vec<u8>, PatchError> {
    let mut edit = Edit::new(old);
    for hunk in hunks {
        edit.apply(hunk)?;
    }
    let end = hunks.last().map_or(0, |hunk| hunk.line);
    edit.finish()
        .map_err(|cause| PatchError { line: end, cause })
}

/// A text on the way from old to new.
struct Edit<'o> {
    rest: &'o [u8],
    /// Lines of the old text that are dealt with.
    taken: usize,
    out: Vec<u8>,
    /// Lines of the new text.
    written: usize,
}

impl<'o> Edit<'o> {
    fn new(old: &'o [u8]) -> Self {
        Self {
            rest: old,
            taken: 0,
            out: Vec::with_capacity(old.len()),
            written: 0,
        }
    }

    fn apply(&mut self, hunk: &Hunk<'_>) -> Result<(), PatchError> {
        let at_line = |line| move |cause| PatchError { line, cause };
        self.go_to(hunk).map_err(at_line(hunk.line))?;
        for line in &hunk.lines {
            self.step(line).map_err(at_line(hunk.line))?;
        }
        Ok(())
    }

    /// Copies what is before the hunk.
    fn go_to(&mut self, hunk: &Hunk<'_>) -> Result<(), Cause> {
        let between = hunk.old.before.checked_sub(self.taken);
        for _ in 0..between.ok_or(Cause::Misplaced)? {
            let line = self.take().ok_or(Cause::Ends(self.taken + 1))?;
            self.push(line)?;
        }
        if self.written == hunk.new.before {
            Ok(())
        } else {
            Err(Cause::Misplaced)
        }
    }

    fn step(&mut self, line: &Line<'_>) -> Result<(), Cause> {
        if line.sign != Sign::Added {
            let number = self.taken + 1;
            let found = self.take().ok_or(Cause::Ends(number))?;
            if found != line.text {
                return Err(Cause::Differs(number));
            }
        }
        if line.sign == Sign::Removed {
            Ok(())
        } else {
            self.push(line.text)
        }
    }

    fn take(&mut self) -> Option<&'o [u8]> {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let end = end.map_or(self.rest.len(), |end| end + 1);
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.taken += 1;
        (!line.is_empty()).then_some(line)
    }

    fn push(&mut self, line: &[u8]) -> Result<(), Cause> {
        self.check_end()?;
        self.out.extend(line);
        self.written += 1;
        Ok(())
    }

    /// Nothing can follow a line without a line break.
    fn check_end(&self) -> Result<(), Cause> {
        match self.out.last() {
            None | Some(b'\n') => Ok(()),
            Some(_) => Err(Cause::Unbroken),
        }
    }

    fn finish(mut self) -> Result<Vec<u8>, Cause> {
        if !self.rest.is_empty() {
            self.check_end()?;
            self.out.extend(self.rest);
        }
        Ok(self.out)
    }
}
