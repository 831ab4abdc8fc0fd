//! A foreign text of several lines, or what changed in one: `<pre>`, with what changed marked.
//!
//! Markdown reads nothing in `<pre>`, blank lines included, until a line has `</pre>`; and no line can
//! have it, since `<` is escaped. Each line has a sign and a blank before it, neither of them a blank in
//! the source, so that no line begins with what is a command to a forge (`/close`, `::error`).

use std::fmt::Write as _;

use super::{Phrase, span};
use crate::render::diff::texts::{self, TextLine};

/// So many lines of a text are shown.
pub const LINES: usize = 60;

/// So many characters of its lines, together.
pub const CHARACTERS: usize = 5_000;

/// The places of a text that are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// What it is the text of.
    pub name: Phrase,
    /// The lines of each place; between two of them some are left out.
    pub places: Vec<Vec<TextLine>>,
}

impl Text {
    /// Where a text differs from another one.
    pub fn changed(name: Phrase, old: &str, new: &str) -> Self {
        let places = texts::places(old, new, true);
        Self { name, places }
    }

    /// Its lines of Markdown, the last one ended. A long text is cut, and how much is missing is said.
    pub fn markdown(&self) -> String {
        let mut out = String::from("<pre>\n");
        let (mut room, mut shown) = (CHARACTERS, 0);
        'places: for (at, place) in self.places.iter().enumerate() {
            if at > 0 {
                out.push_str("⋮\n");
            }
            for line in place {
                if room == 0 || shown == LINES {
                    break 'places;
                }
                push_line(line, room, &mut out);
                room -= room.min(characters(line));
                shown += 1;
            }
        }
        let all: usize = self.places.iter().map(Vec::len).sum();
        match all - shown {
            0 => {}
            1 => out.push_str("<i>… 1 more line</i>\n"),
            rest => {
                let _ = writeln!(out, "<i>… {rest} more lines</i>");
            }
        }
        out + "</pre>\n"
    }
}

fn characters(line: &TextLine) -> usize {
    let pieces = line.pieces.iter();
    pieces.map(|(_, text)| text.chars().count()).sum()
}

/// Writes a line; what goes beyond so many characters is counted only.
fn push_line(line: &TextLine, mut room: usize, out: &mut String) {
    let (sign, tag) = match line.sign {
        '+' => ("+ ", "ins"),
        '-' => ("- ", "del"),
        _ => ("&#32; ", "b"),
    };
    out.push_str(sign);
    let mut left_out = 0;
    for (is_marked, text) in &line.pieces {
        let (shown, cut) = span::cut(text, room);
        room -= room.min(text.chars().count());
        left_out += cut;
        let tag = Some(tag).filter(|_| *is_marked && !shown.is_empty());
        push_piece(&shown, tag, out);
    }
    span::push_rest(left_out, out);
    out.push('\n');
}

fn push_piece(shown: &str, tag: Option<&str>, out: &mut String) {
    let Some(tag) = tag else {
        return span::push_html(shown, out);
    };
    let _ = write!(out, "<{tag}>");
    span::push_html(shown, out);
    let _ = write!(out, "</{tag}>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(old: &str, new: &str) -> String {
        Text::changed(Phrase::default(), old, new).markdown()
    }

    #[test]
    fn every_line_begins_with_a_sign() {
        let text = "/close\n\n::error::x\n</pre>\t<b>\n# @a\n";
        let expected = "<pre>\n+ /close\n+ \n+ ::error::x\n\
                        + &lt;/pre&gt;\\t&lt;b&gt;\n+ &#35; &#64;a\n</pre>\n";
        assert_eq!(changed("", text), expected);
        let around = changed("/a\n\nold\n", "/a\n\nnew\n");
        assert!(
            around.starts_with("<pre>\n&#32; /a\n&#32; \n- old\n"),
            "{around}"
        );
    }

    #[test]
    fn what_makes_the_difference_is_marked() {
        let expected =
            "<pre>\n- at least <del>&lt;2&gt;</del> of\n+ at least <ins>1</ins> of\n</pre>\n";
        let shown = changed("at least <2> of\n", "at least 1 of\n");
        assert_eq!(shown.replace("</del><del>", ""), expected);
    }

    #[test]
    fn long_texts_are_cut_and_counted() {
        let text = changed("", &"x\n".repeat(LINES + 7));
        assert!(text.ends_with("<i>… 7 more lines</i>\n</pre>\n"));
        let wide = format!("{}\nlast", "y".repeat(CHARACTERS + 3));
        let shown = changed("", &wide);
        let expected = "y … (3 more characters)\n<i>… 1 more line</i>\n</pre>\n";
        assert!(shown.ends_with(expected), "{}", &shown[shown.len() - 80..]);
    }

    #[test]
    fn between_two_places_lines_are_left_out() {
        let lines = |first: &str, last: &str| format!("{first}\n{}{last}\n", "same\n".repeat(20));
        let shown = changed(&lines("a", "b"), &lines("c", "d"));
        assert_eq!(shown.matches("\n⋮\n").count(), 1, "{shown}");
        assert!(!shown.contains("more line"));
    }
}
