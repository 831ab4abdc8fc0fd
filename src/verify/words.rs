//! One pattern of plain text: words as they stand, or a regular expression.

use std::ops::Range;

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, Look};

use super::needle::{self, Needle};

/// What is looked for in a text.
#[derive(Debug, Clone)]
pub struct Words {
    regex: Regex,
    /// The same with anything that code may have between the names of a path.
    spread: Option<Regex>,
    /// Whether no word may go on to its left, and to its right.
    whole: (bool, bool),
    /// The same where `$` is a letter of names.
    whole_names: (bool, bool),
    is_regex: bool,
    /// Whether it says where a line or a text begins or ends.
    is_anchored: bool,
    needle: Needle,
}

/// What a regular expression may take.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Bytes of what it is compiled to.
    pub compiled: usize,
}

/// Bytes of what makes it quick, for each thread.
const QUICK: usize = 512 * 1024;

impl Words {
    /// Words, as they are written.
    ///
    /// # Errors
    /// If they are too long.
    pub fn literal(text: &str, case: bool, size: Size) -> Result<Self, String> {
        let regex = build(&insensitive(text, case), true, size)?;
        let ends = |is_letter: fn(char) -> bool| {
            let mut letters = text.chars();
            let first = letters.next();
            let last = letters.next_back().or(first);
            (first.is_some_and(is_letter), last.is_some_and(is_letter))
        };
        Ok(Self {
            regex,
            spread: None,
            whole: ends(is_word),
            whole_names: ends(is_name),
            is_regex: false,
            is_anchored: false,
            needle: needle::of_literal(text),
        })
    }

    /// Words of code: blanks around them say nothing, and the names of a path, such as `jwt.sign`,
    /// may stand apart.
    ///
    /// # Errors
    /// If they are too long.
    pub fn names(text: &str, case: bool, size: Size) -> Result<Self, String> {
        let text = text.trim();
        let words = Self::literal(text, case, size)?;
        let Some(spread) = spread(text, case) else {
            return Ok(words);
        };
        Ok(Self {
            spread: Some(build(&spread, true, size)?),
            needle: needle::of_words(text),
            ..words
        })
    }

    /// A regular expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn regex(text: &str, case: bool, size: Size) -> Result<Self, String> {
        let hir = parse(text)?;
        let looks = hir.properties().look_set();
        Ok(Self {
            regex: build(text, case, size)?,
            spread: None,
            whole: (false, false),
            whole_names: (false, false),
            is_regex: true,
            is_anchored: anchors().into_iter().any(|look| looks.contains(look)),
            needle: needle::of_regex(&hir),
        })
    }

    /// What a file must hold to hold these.
    pub fn needle(&self) -> &Needle {
        &self.needle
    }

    /// Whether this is a regular expression.
    pub fn is_regex(&self) -> bool {
        self.is_regex
    }

    /// Whether it has to be tried on names by themselves: it says where something begins or ends.
    pub fn is_anchored(&self) -> bool {
        self.is_anchored
    }

    /// Whether it is there.
    pub fn is_in(&self, text: &str) -> bool {
        self.as_text().find_at(text, 0).is_some()
    }

    /// Whether code with this text may hold it.
    pub fn may_be_in_code(&self, text: &str) -> bool {
        let code = self.as_code(false);
        code.find_at(text, 0).is_some()
    }

    /// Every place of it, in order; none lies in another.
    pub fn find_all<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        self.as_text().find_all(text)
    }

    /// The same in code; `with_dollar`, where `$` is a letter of names.
    pub fn find_in_code<'a>(
        &'a self,
        code: &'a str,
        with_dollar: bool,
    ) -> impl Iterator<Item = Range<usize>> + 'a {
        self.as_code(with_dollar).find_all(code)
    }

    fn as_text(&self) -> Finder<'_> {
        Finder {
            regex: &self.regex,
            whole: self.whole,
            is_letter: is_word,
        }
    }

    fn as_code(&self, with_dollar: bool) -> Finder<'_> {
        let text = self.as_text();
        let regex = self.spread.as_ref().unwrap_or(text.regex);
        match with_dollar {
            true => Finder {
                regex,
                whole: self.whole_names,
                is_letter: is_name,
            },
            false => Finder { regex, ..text },
        }
    }
}

/// An expression whose ends may have to be those of words.
#[derive(Clone, Copy)]
struct Finder<'w> {
    regex: &'w Regex,
    /// Whether no word may go on to its left, and to its right.
    whole: (bool, bool),
    /// What words are made of.
    is_letter: fn(char) -> bool,
}

impl<'w> Finder<'w> {
    fn find_all<'a>(self, text: &'a str) -> impl Iterator<Item = Range<usize>> + use<'a, 'w> {
        let mut next = 0;
        std::iter::from_fn(move || {
            let found = self.find_at(text, next)?;
            next = found.end;
            Some(found)
        })
    }

    fn find_at(&self, text: &str, mut from: usize) -> Option<Range<usize>> {
        loop {
            let found = self.regex.find_at(text, from)?.range();
            if !found.is_empty() && self.is_whole(text, &found) {
                return Some(found);
            }
            let first = text.get(found.start..)?.chars().next()?;
            from = found.start + first.len_utf8();
        }
    }

    fn is_whole(&self, text: &str, found: &Range<usize>) -> bool {
        let before = || {
            text.get(..found.start)
                .and_then(|text| text.chars().next_back())
        };
        let behind = || text.get(found.end..).and_then(|text| text.chars().next());
        let goes_on = self.whole.0 && before().is_some_and(self.is_letter)
            || self.whole.1 && behind().is_some_and(self.is_letter);
        !goes_on
    }
}

/// A letter of a word, as for `\w`.
pub fn is_word(c: char) -> bool {
    match c.is_ascii() {
        true => c == '_' || c.is_ascii_alphanumeric(),
        false => regex_syntax::try_is_word_character(c).unwrap_or(false),
    }
}

/// A letter of a name where `$` is one.
fn is_name(c: char) -> bool {
    c == '$' || is_word(c)
}

/// An expression for a path of names as code may have it: with blanks and ends of lines between
/// them, and with `?.` and `!.` for a dot. None where it is no path.
fn spread(text: &str, case: bool) -> Option<String> {
    let (mut written, mut rest) = (String::new(), text);
    loop {
        let (name, behind) = rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len()));
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        written.push_str(&insensitive(name, case));
        if behind.is_empty() {
            return (name.len() < text.len()).then_some(written);
        }
        let known = [
            ("?.", r"\?\."),
            (".", r"[?!]?\."),
            ("::", "::"),
            ("->", "->"),
        ];
        let mut known = known.into_iter();
        let (separator, expression) = known.find(|(known, _)| behind.starts_with(known))?;
        written.push_str(&format!(r"\s*{expression}\s*"));
        rest = &behind[separator.len()..];
    }
}

fn anchors() -> [Look; 6] {
    [
        Look::Start,
        Look::End,
        Look::StartLF,
        Look::EndLF,
        Look::StartCRLF,
        Look::EndCRLF,
    ]
}

/// A literal as a regular expression: ASCII letters are the same in either case, and only these
/// letters, so that what files are looked through for first is in each that has it.
fn insensitive(text: &str, case: bool) -> String {
    if case {
        return regex::escape(text);
    }
    let mut written = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while !rest.is_empty() {
        let ascii = rest.find(|c: char| !c.is_ascii()).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(ascii);
        let other = behind.find(|c: char| c.is_ascii()).unwrap_or(behind.len());
        let (foreign, behind) = behind.split_at(other);
        if !run.is_empty() {
            written.push_str(&format!("(?i-u:{})", regex::escape(run)));
        }
        if !foreign.is_empty() {
            written.push_str(&format!("(?i:{})", regex::escape(foreign)));
        }
        rest = behind;
    }
    written
}

fn build(regex: &str, case: bool, size: Size) -> Result<Regex, String> {
    RegexBuilder::new(regex)
        .case_insensitive(!case)
        .multi_line(true)
        .crlf(true)
        .size_limit(size.compiled)
        .dfa_size_limit(QUICK)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(limit) => {
                format!("this regular expression is too large: compiled, it may have {limit} bytes")
            }
            error => error.to_string(),
        })
}

/// What the expression says, with letters in the case in which they are written.
fn parse(regex: &str) -> Result<Hir, String> {
    let mut parser = ParserBuilder::new().multi_line(true).crlf(true).build();
    parser.parse(regex).map_err(|error| {
        let (cause, span) = match &error {
            regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span()),
            regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span()),
            _ => return error.to_string(),
        };
        let column = regex
            .get(..span.start.offset)
            .map_or(0, |text| text.chars().count());
        format!(
            "character {} of this regular expression: {cause}",
            column + 1
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size {
        compiled: 1024 * 1024,
    };

    fn literal(text: &str, case: bool, line: &str) -> Vec<(usize, usize)> {
        let words = Words::literal(text, case, SIZE).unwrap();
        words
            .find_all(line)
            .map(|found| (found.start, found.end))
            .collect()
    }

    #[test]
    fn a_literal_is_whole_words_in_any_case() {
        assert_eq!(
            literal("User", false, "user Users _user USER"),
            [(0, 4), (17, 21)]
        );
        assert_eq!(literal("User", true, "user User"), [(5, 9)]);
        assert_eq!(
            literal("jwt.sign", false, "jwt.sign( xjwt.sign jwt_sign"),
            [(0, 8)]
        );
        assert_eq!(
            literal("@auth0/x", false, "'@auth0/x' a@auth0/x"),
            [(1, 9), (12, 20)]
        );
        assert_eq!(literal("() => {}", false, "x() => {}y"), [(1, 9)]);
        assert_eq!(literal("Größe", false, "GRÖSSE größe"), [(8, 15)]);
        assert_eq!(literal("a", false, "é a éa"), [(3, 4)]);
    }

    #[test]
    fn the_names_of_a_path_may_stand_apart_in_code() {
        let found = |text: &str, code: &str, with_dollar: bool| -> Vec<(usize, usize)> {
            let words = Words::names(text, false, SIZE).unwrap();
            let found = words.find_in_code(code, with_dollar);
            found.map(|found| (found.start, found.end)).collect()
        };
        let code = "jwt.sign jwt?.sign jwt\n  . sign xjwt.sign jwt.signs";
        assert_eq!(found("jwt.sign", code, true), [(0, 8), (9, 18), (19, 31)]);
        assert_eq!(found("a::b", "a :: b a:b", false), [(0, 6)]);
        assert_eq!(found("  Foo ", "a Foo(x)", false), [(2, 5)]);
        assert_eq!(found("v1.2", "v1. 2 v1.2", false), [(6, 10)]);
        assert_eq!(found("$scope", "a$scope $scope", true), [(8, 14)]);
        assert_eq!(found("scope", "$scope scope$ scope", true), [(14, 19)]);
        assert_eq!(found("scope", "$scope", false), [(1, 6)]);
    }

    #[test]
    fn a_place_that_is_no_word_does_not_hide_one_within() {
        assert_eq!(literal("a.a", false, "xa.a.a"), [(3, 6)]);
    }

    #[test]
    fn regular_expressions_know_lines() {
        let found = |text: &str, line: &str| -> Vec<(usize, usize)> {
            let words = Words::regex(text, false, SIZE).unwrap();
            words
                .find_all(line)
                .map(|found| (found.start, found.end))
                .collect()
        };
        assert_eq!(found("^b$", "a\r\nB\r\nc"), [(3, 4)]);
        assert_eq!(found("x*", "axxb"), [(1, 3)]);
    }

    #[test]
    fn what_is_wrong_with_an_expression_is_said() {
        for text in [
            "(",
            "a{2,1}",
            "[z-a]",
            "\\p{Nope}",
            "(?=a)",
            "a\\",
            "(?-u:\\xff)",
        ] {
            assert!(Words::regex(text, false, SIZE).is_err(), "{text}");
        }
        assert!(Words::regex("(?:\\w{100}){100}", false, SIZE).is_err());
    }
}
