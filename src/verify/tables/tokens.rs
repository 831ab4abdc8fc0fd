//! SQL as words and signs, in one pass over the text; comments and what is in quotes are left out.

use std::ops::Range;

/// A piece of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub kind: Kind<'t>,
    pub range: Range<usize>,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'t> {
    /// A word: of the language, or a name.
    Word(&'t str),
    /// A name in quotes.
    Quoted(&'t str),
    /// A text in quotes, or a number.
    Value,
    /// What is only known when the program runs.
    Hole,
    /// A sign.
    Sign(u8),
}

impl<'t> Token<'t> {
    /// The word that it is, in any letters.
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Word(own) if own.eq_ignore_ascii_case(word))
    }

    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    pub(super) fn is_sign(&self, sign: u8) -> bool {
        self.kind == Kind::Sign(sign)
    }

    pub(super) fn word(&self) -> Option<&'t str> {
        match self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// The tokens of a part of a text; `escapes`: of a string in a program, which writes `\n` and `\"`.
pub(super) fn of(text: &str, part: Range<usize>, escapes: bool) -> Vec<Token<'_>> {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        end: part.end.min(text.len()),
        at: part.start,
        escapes,
    };
    let mut tokens = Vec::new();
    while reader.at < reader.end {
        let start = reader.at;
        let kind = reader.next();
        reader.at = reader.at.clamp(start + 1, reader.end.max(start + 1));
        if let Some(kind) = kind {
            let range = start..reader.at;
            tokens.push(Token { kind, range });
        }
    }
    tokens
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    end: usize,
    at: usize,
    escapes: bool,
}

impl<'t> Reader<'t> {
    fn peek(&self, ahead: usize) -> u8 {
        let at = self.at + ahead;
        self.bytes[..self.end].get(at).copied().unwrap_or(0)
    }

    /// Goes on behind the next occurrence of a sign; to the end where there is none.
    fn behind(&mut self, sign: &[u8]) {
        let rest = &self.bytes[self.at.min(self.end)..self.end];
        let found = rest.windows(sign.len()).position(|window| window == sign);
        self.at = found.map_or(self.end, |found| self.at + found + sign.len());
    }

    fn next(&mut self) -> Option<Kind<'t>> {
        let before = self.at.checked_sub(1).map_or(0, |at| self.bytes[at]);
        match self.peek(0) {
            byte if byte.is_ascii_whitespace() => None,
            b'-' if self.peek(1) == b'-' => self.line(),
            b'#' if self.peek(1) == b'{' => self.hole(b'}', 1),
            b'#' if matches!(self.peek(1), b' ' | b'#' | b'\t') => self.line(),
            b'/' if self.peek(1) == b'*' => {
                self.at += 2;
                self.behind(b"*/");
                None
            }
            b'\\' if self.escapes => self.escaped(),
            b'\'' => self.value(self.escapes && before == b'\\'),
            b'"' => self.quoted(b'"'),
            b'`' => self.quoted(b'`'),
            b'[' if !is_name(before) && before != b')' && self.peek(1).is_ascii_alphabetic() => {
                self.quoted(b']')
            }
            b'{' => self.hole(b'}', 0),
            b'%' if matches!(self.peek(1), b's' | b'd' | b'v' | b'(') => {
                self.at += 2;
                Some(Kind::Hole)
            }
            b'$' => self.dollar(),
            b'@' | b':' | b'?' => {
                self.at += 1;
                self.name();
                Some(Kind::Value)
            }
            byte if byte.is_ascii_digit() => {
                self.name();
                Some(Kind::Value)
            }
            byte if is_name(byte) => Some(Kind::Word(self.name())),
            sign => {
                self.at += 1;
                Some(Kind::Sign(sign))
            }
        }
    }

    fn line(&mut self) -> Option<Kind<'t>> {
        self.behind(b"\n");
        None
    }

    fn name(&mut self) -> &'t str {
        let start = self.at;
        while is_name(self.peek(0)) || self.at > start && self.peek(0) == b'$' {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// `\n` is a space; the backslash before anything else does not count.
    fn escaped(&mut self) -> Option<Kind<'t>> {
        self.at += match self.peek(1) {
            b'n' | b't' | b'r' | b'\n' => 2,
            _ => 1,
        };
        None
    }

    /// A text in quotes; `escaped`: whose quotes have a backslash before them.
    fn value(&mut self, escaped: bool) -> Option<Kind<'t>> {
        self.at += 1;
        while self.at < self.end {
            match (self.peek(0), self.peek(1)) {
                (b'\\', b'\'') if escaped => {
                    self.at += 1;
                    break;
                }
                (b'\\', _) | (b'\'', b'\'') => self.at += 2,
                (b'\'', _) => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(Kind::Value)
    }

    fn quoted(&mut self, close: u8) -> Option<Kind<'t>> {
        self.at += 1;
        let start = self.at;
        self.behind(&[close]);
        let inner = self.text.get(start..self.at.saturating_sub(1).max(start));
        let name = inner.unwrap_or_default().trim_end_matches('\\');
        Some(Kind::Quoted(name))
    }

    /// `{name}`, `{{ name }}`; a bracket that is not closed soon is a sign.
    fn hole(&mut self, close: u8, skip: usize) -> Option<Kind<'t>> {
        let from = self.at + skip;
        let near = &self.bytes[from..self.end.min(from + 200)];
        match near.iter().position(|byte| *byte == close) {
            Some(found) => self.at = from + found + 1,
            None => self.at += 1,
        }
        Some(Kind::Hole)
    }

    /// `$1` and `$name` are holes, so is `${name}`; `$$` and `$tag$` are quotes around SQL.
    fn dollar(&mut self) -> Option<Kind<'t>> {
        self.at += 1;
        if self.peek(0) == b'{' {
            return self.hole(b'}', 0);
        }
        while is_name(self.peek(0)) {
            self.at += 1;
        }
        match self.peek(0) {
            b'$' => {
                self.at += 1;
                None
            }
            _ => Some(Kind::Hole),
        }
    }
}

/// Whether a byte may be in a name: bytes of letters beyond ASCII may.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
