//! Annotations as GitHub's workflow commands: lines that its runner reads from what a step prints.
//!
//! Each is one line that begins with our own words, and what is foreign in it has no line break and ends
//! no property, so that no foreign word is a command.

use std::fmt::Write as _;

use super::annotation::{Annotation, Severity};
use super::escape;

/// Annotations beside the summary: GitHub shows ten of a step.
pub const MOST: usize = 9;

/// The summary and what matters most, a line each. What is not shown is counted in the summary.
pub fn commands(summary: &Annotation, found: &[Annotation]) -> String {
    let mut found: Vec<&Annotation> = found.iter().collect();
    // Stable: what matters as much stays in its order.
    found.sort_by_key(|annotation| annotation.severity);
    let mut summary = summary.clone();
    if let Some(rest @ 1..) = found.len().checked_sub(MOST) {
        let _ = write!(summary.text, "\n{rest} more are not shown here.");
    }
    let lines = [&summary].into_iter().chain(found.into_iter().take(MOST));
    lines.map(command).collect()
}

fn command(annotation: &Annotation) -> String {
    let name = match annotation.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    };
    let mut out = format!("::{name} ");
    if let Some(file) = &annotation.file {
        let _ = write!(out, "file={},", property(file));
        if let Some(line) = annotation.line {
            let _ = write!(out, "line={line},");
        }
    }
    let (title, text) = (property(&annotation.title), data(&annotation.text));
    let _ = writeln!(out, "title={title}::{text}");
    out
}

/// A text behind the second `::`.
fn data(text: &str) -> String {
    // A carriage return is an escape of ours by then.
    let text = escape::block(text).replace('%', "%25");
    text.replace('\n', "%0A")
}

/// A text between commas.
fn property(text: &str) -> String {
    let text = escape::line(text).replace('%', "%25");
    text.replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> Annotation {
        Annotation::new(Severity::Error, "a gate", text)
    }

    /// What the runner reads from a line, by its own rules.
    fn read(line: &str) -> (String, Vec<(String, String)>, String) {
        let (head, text) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (name, rest) = head.split_once(' ').unwrap();
        let plain = |text: &str| {
            let text = text.replace("%0D", "\r").replace("%0A", "\n");
            text.replace("%3A", ":")
                .replace("%2C", ",")
                .replace("%25", "%")
        };
        let pair = |pair: &str| {
            let (key, value) = pair.split_once('=').unwrap();
            (key.to_owned(), plain(value))
        };
        (
            name.to_owned(),
            rest.split(',').map(pair).collect(),
            plain(text),
        )
    }

    #[test]
    fn a_line_says_what_was_to_be_said() {
        let mut annotation = error("50% of a::b, or less\nsecond").at("src/a,b:c.rs");
        annotation.line = Some(3);
        annotation.title = "x::y,z=1".to_owned();
        let text = commands(&annotation, &[]);
        let (name, properties, said) = read(text.strip_suffix('\n').unwrap());
        assert_eq!((name.as_str(), said), ("error", annotation.text));
        let expected = [
            ("file", "src/a,b:c.rs"),
            ("line", "3"),
            ("title", "x::y,z=1"),
        ];
        let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(properties, expected);
    }

    #[test]
    fn no_foreign_word_is_a_command() {
        let word = "x\n::error::y\r\n::stop-commands::z\u{1b}[2K\u{202e}##[add-mask]a";
        let mut hostile = error(word).at(word);
        hostile.title = word.to_owned();
        let text = commands(&hostile, &[hostile.clone()]);
        assert_eq!(text.lines().count(), 2);
        for line in text.lines() {
            assert!(line.starts_with("::error file=x"), "{line}");
            assert!(!line.contains(|c: char| c.is_control() || c == '\u{202e}'));
        }
    }

    #[test]
    fn the_summary_counts_what_is_not_shown() {
        let notice = Annotation::new(Severity::Notice, "n", "first");
        let found = [vec![notice], vec![error("e"); 11]].concat();
        let text = commands(&error("12 things"), &found);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), MOST + 1);
        assert_eq!(
            lines[0],
            "::error title=a gate::12 things%0A3 more are not shown here."
        );
        assert!(lines[1..].iter().all(|line| line.ends_with("::e")));
        assert!(!commands(&error("x"), &found[..MOST]).contains("more"));
    }
}
