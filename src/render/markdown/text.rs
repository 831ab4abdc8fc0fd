//! A foreign text of several lines, or what changed in one: `<pre>`, with what changed marked.
//!
//! Markdown reads nothing in `<pre>`, blank lines included, until a line has `</pre>`; and no line can
//! have it, since `<` is escaped. Each line has a sign and a blank before it, neither of them a blank in
//! the source, so that no line begins with what is a command to a forge (`/close`, `::error`).

use super::span;

/// So many lines of a text are shown.
pub const LINES: usize = 60;

/// So many characters of its lines, together.
pub const CHARACTERS: usize = 5_000;

/// What a line is to the text before and the text after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sign {
    /// In both.
    #[default]
    Same,
    /// Only in the text after.
    Added,
    /// Only in the text before.
    Removed,
    /// Lines that are in both, and of no interest.
    Gap,
}

impl Sign {
    fn written(self) -> &'static str {
        match self {
            Self::Same => "&#32; ",
            Self::Added => "+ ",
            Self::Removed => "- ",
            Self::Gap => "⋮ ",
        }
    }
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// Whether it makes the difference.
    pub is_marked: bool,
}

/// A line, without its line break.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// What it is.
    pub sign: Sign,
    /// Its parts, in order.
    pub pieces: Vec<Piece>,
}

impl Line {
    /// A line of which nothing is marked.
    pub fn new(sign: Sign, text: &str) -> Self {
        let text = text.to_owned();
        let is_marked = false;
        Self {
            sign,
            pieces: vec![Piece { text, is_marked }],
        }
    }

    fn characters(&self) -> usize {
        let pieces = self.pieces.iter();
        pieces.map(|piece| piece.text.chars().count()).sum()
    }

    /// Writes it; what goes beyond so many characters is counted only.
    fn push(&self, room: usize, out: &mut String) {
        out.push_str(self.sign.written());
        let (mut room, mut left_out) = (room, 0);
        for piece in &self.pieces {
            let (shown, cut) = span::cut(&piece.text, room);
            room -= room.min(piece.text.chars().count());
            left_out += cut;
            self.push_piece(&shown, piece.is_marked, out);
        }
        span::push_rest(left_out, out);
        out.push('\n');
    }

    fn push_piece(&self, shown: &str, is_marked: bool, out: &mut String) {
        let tag = match self.sign {
            Sign::Added => "ins",
            Sign::Removed => "del",
            Sign::Same | Sign::Gap => "b",
        };
        if is_marked && !shown.is_empty() {
            out.push_str(&format!("<{tag}>"));
            span::push_html(shown, out);
            out.push_str(&format!("</{tag}>"));
        } else {
            span::push_html(shown, out);
        }
    }
}

/// Lines that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text(pub Vec<Line>);

impl Text {
    /// A text as it is.
    pub fn whole(text: &str) -> Self {
        Self(
            text.lines()
                .map(|line| Line::new(Sign::Same, line))
                .collect(),
        )
    }

    /// Its lines of Markdown, the last one ended. A long text is cut, and how much is missing is said.
    pub fn markdown(&self) -> String {
        let mut out = String::from("<pre>\n");
        let (mut room, mut shown) = (CHARACTERS, 0);
        for line in self.0.iter().take(LINES) {
            if room == 0 {
                break;
            }
            line.push(room, &mut out);
            room -= room.min(line.characters());
            shown += 1;
        }
        match self.0.len() - shown {
            0 => {}
            1 => out.push_str("<i>… 1 more line</i>\n"),
            rest => out.push_str(&format!("<i>… {rest} more lines</i>\n")),
        }
        out + "</pre>\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_begins_with_a_sign() {
        let text = "/close\n\n::error::x\n</pre>\t<b>\r\n# @a";
        let expected = "<pre>\n&#32; /close\n&#32; \n&#32; ::error::x\n\
                        &#32; &lt;/pre&gt;\\t&lt;b&gt;\n&#32; &#35; &#64;a\n</pre>\n";
        assert_eq!(Text::whole(text).markdown(), expected);
    }

    #[test]
    fn what_makes_the_difference_is_marked() {
        let piece = |text: &str, is_marked| Piece {
            text: text.to_owned(),
            is_marked,
        };
        let line = |sign, word| Line {
            sign,
            pieces: vec![piece("at least ", false), piece(word, true)],
        };
        let text = Text(vec![line(Sign::Removed, "<2>"), line(Sign::Added, "1")]);
        let expected = "<pre>\n- at least <del>&lt;2&gt;</del>\n+ at least <ins>1</ins>\n</pre>\n";
        assert_eq!(text.markdown(), expected);
    }

    #[test]
    fn long_texts_are_cut_and_counted() {
        let text = "x\n".repeat(LINES + 7);
        assert!(
            Text::whole(&text)
                .markdown()
                .ends_with("<i>… 7 more lines</i>\n</pre>\n")
        );
        let wide = format!("{}\nlast", "y".repeat(CHARACTERS + 3));
        let shown = Text::whole(&wide).markdown();
        let expected = "y … (3 more characters)\n<i>… 1 more line</i>\n</pre>\n";
        assert!(shown.ends_with(expected), "{}", &shown[shown.len() - 80..]);
    }
}
