//! What may have been meant by a word that nobody knows.

use crate::model::refer;

/// Characters of a word that are worth comparing, or showing.
const LENGTH: usize = 60;

/// The known word that is likest to a word; none where none is like it.
pub fn like<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    // Comparing is slow where there is much to compare.
    if word.len() > LENGTH {
        return None;
    }
    refer::similar(word, known).into_iter().next()
}

/// What is said behind a word that is none of those that are known.
pub fn choice(word: &str, known: &[&str]) -> String {
    match like(&word.to_lowercase(), known.iter().copied()) {
        Some(like) => format!("did you mean '{like}'?"),
        None => format!("it is one of {}", known.join(", ")),
    }
}

/// A word as it is shown in one line: not longer than anybody reads.
pub fn shown(word: &str) -> String {
    let start: String = word.chars().take(LENGTH).collect();
    let more = if start.len() < word.len() { "…" } else { "" };
    format!("{}{more}", start.escape_debug())
}
