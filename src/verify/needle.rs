//! What a file must hold for a pattern to be found in it at all: short literals, in lower case,
//! all of them looked for at once before anything else is done.

use regex_syntax::hir::{Hir, HirKind};

/// Any of these, in lower case ASCII, is in every file that has the pattern; none: it may be in
/// any file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needle(pub Option<Vec<String>>);

/// Shorter ones are everywhere.
const SHORTEST: usize = 2;
/// More are as good as none.
const MOST: usize = 16;

impl Needle {
    /// It may be in any file.
    pub const NONE: Self = Self(None);

    /// How much it helps: the length of the shortest, less what many of them cost.
    fn worth(&self) -> usize {
        let Some(any) = &self.0 else {
            return 0;
        };
        let shortest = any.iter().map(String::len).min().unwrap_or_default();
        (shortest * 4).saturating_sub(any.len())
    }
}

/// The needle of words as they stand.
pub fn of_literal(text: &str) -> Needle {
    of_bytes(text.as_bytes())
}

/// The needle of something that is written in words with anything between them.
pub fn of_words(text: &str) -> Needle {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    of_bytes(
        words
            .max_by_key(|word| word.len())
            .unwrap_or_default()
            .as_bytes(),
    )
}

fn of_bytes(bytes: &[u8]) -> Needle {
    let runs = bytes.split(|byte| !byte.is_ascii() || matches!(byte, b'\r' | b'\n'));
    let longest = runs.max_by_key(|run| run.len()).unwrap_or_default();
    let longest = String::from_utf8_lossy(longest).to_ascii_lowercase();
    Needle((longest.len() >= SHORTEST).then(|| vec![longest]))
}

/// The needle of a regular expression that was parsed with its letters as they are written.
pub fn of_regex(hir: &Hir) -> Needle {
    match hir.kind() {
        HirKind::Literal(literal) => of_bytes(&literal.0),
        HirKind::Capture(capture) => of_regex(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => of_regex(&repetition.sub),
        HirKind::Concat(parts) => {
            let needles = parts.iter().map(of_regex);
            needles.max_by_key(Needle::worth).unwrap_or_default()
        }
        HirKind::Alternation(parts) => any_of(parts),
        _ => Needle::NONE,
    }
}

/// The needle of a regular expression about paths whose parts may stand apart; none where it is
/// none.
pub fn of_path_regex(regex: &str) -> Needle {
    let whole = regex_syntax::parse(regex)
        .map(|hir| of_regex(&hir))
        .unwrap_or_default();
    let part = |text: &String| of_words(text).0.and_then(|found| found.into_iter().next());
    Needle(whole.0.and_then(|any| any.iter().map(part).collect()))
}

fn any_of(parts: &[Hir]) -> Needle {
    let mut any = Vec::new();
    for part in parts {
        let Needle(Some(needles)) = of_regex(part) else {
            return Needle::NONE;
        };
        any.extend(needles);
    }
    any.sort();
    any.dedup();
    Needle((any.len() <= MOST).then_some(any))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(text: &str) -> Option<Vec<String>> {
        of_regex(&regex_syntax::parse(text).unwrap()).0
    }

    #[test]
    fn a_needle_is_in_all_that_matches() {
        let one = |text: &str| Some(vec![text.to_owned()]);
        assert_eq!(of_literal("JWT.sign").0, one("jwt.sign"));
        assert_eq!(of_literal("é").0, None);
        assert_eq!(of_words("a::Bcd").0, one("bcd"));
        assert_eq!(regex(r".*\.Product\.id"), one(".product.id"));
        assert_eq!(regex("(?:foo)?barx+"), one("bar"));
        assert_eq!(regex("ab|cd"), Some(vec!["ab".into(), "cd".into()]));
        assert_eq!(regex("ab|c"), None);
        assert_eq!(regex(r"\w+"), None);
    }
}
