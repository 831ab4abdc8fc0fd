//! Patterns of names in code from which comments and strings are blanked out.

use std::ops::Range;
use std::sync::OnceLock;

use regex::Regex;

use super::words::Words;
use crate::model::spec::Language;

/// The places of the words, in order: in the code as it stands, and, for an expression that says
/// where something begins or ends, in each name and in each path of names by itself.
pub fn in_code(words: &Words, language: Language, code: &str, most: usize) -> Vec<Range<usize>> {
    let found = words.find_in_code(code, has_dollar(language));
    let mut found: Vec<Range<usize>> = found.take(most).collect();
    if words.is_regex() && words.is_anchored() {
        for path in paths().find_iter(code) {
            if found.len() >= most.saturating_mul(2) {
                break;
            }
            let (start, path) = (path.start(), path.as_str());
            let part = |inner: Range<usize>| start + inner.start..start + inner.end;
            found.extend(words.find_all(path).map(part));
            let mut at = start;
            for name in path.split(['.', ':', '-', '>', '?']) {
                let part = |inner: Range<usize>| at + inner.start..at + inner.end;
                found.extend(words.find_all(name).map(part));
                at += name.len() + 1;
            }
        }
        found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        found.dedup_by(|next, last| next.end <= last.end);
        found.truncate(most);
    }
    found
}

/// Whether `$` is a letter of names.
fn has_dollar(language: Language) -> bool {
    matches!(
        language,
        Language::JavaScript | Language::TypeScript | Language::Tsx | Language::Java
    )
}

fn paths() -> &'static Regex {
    static FOUND: OnceLock<Regex> = OnceLock::new();
    FOUND.get_or_init(|| super::calling::own(r"[\w$]+(?:(?:\.|::|->|\?\.)[\w$]+)*"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::words::Size;

    fn found(regex: &str, code: &str) -> Vec<String> {
        let size = Size {
            compiled: 1024 * 1024,
        };
        let words = Words::regex(regex, false, size).unwrap();
        let ranges = in_code(&words, Language::Rust, code, 100);
        ranges
            .into_iter()
            .map(|range| code[range].to_owned())
            .collect()
    }

    #[test]
    fn anchors_are_those_of_lines_and_of_names() {
        let code = "x = getUser(user.id) + a::getAll";
        assert_eq!(found("^get", code), ["get", "get"]);
        assert_eq!(found("^get.*$", code), ["getUser", "getAll"]);
        assert_eq!(found("^user.id$", code), ["user.id"]);
        assert_eq!(found("user$", code), ["User", "user"]);
        assert_eq!(found("get\\w+", code), ["getUser", "getAll"]);
    }
}
