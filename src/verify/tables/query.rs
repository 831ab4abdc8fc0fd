//! Whether `select … from …` that is not in capitals is built as a query is, rather than as a
//! sentence.
//!
//! The rule: between the two words stands a list in which no two words follow each other, as in
//! `a file` of "select a file from disk"; behind them stands a name, with a short name for it at
//! most, and then the end or a word that a query goes on with.

use super::keywords::is_of_sentences;
use super::tokens::{Kind, Token};

/// Words of a list of columns, which others may follow.
const IN_LISTS: [&str; 16] = [
    "DISTINCT", "ALL", "TOP", "AS", "AND", "OR", "NOT", "IS", "IN", "LIKE", "CASE", "WHEN", "THEN",
    "ELSE", "END", "OVER",
];

/// What a query goes on with behind a table.
const GO_ON: [&str; 23] = [
    "WHERE",
    "JOIN",
    "LEFT",
    "RIGHT",
    "INNER",
    "OUTER",
    "CROSS",
    "FULL",
    "NATURAL",
    "ON",
    "USING",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "FOR",
    "WINDOW",
    "FETCH",
    "RETURNING",
];

/// Whether a query is read here, whose `FROM` is at `from`.
pub(super) fn is_query(tokens: &[Token<'_>], from: usize) -> bool {
    let list = tokens.get(1..from).unwrap_or_default();
    is_list(list) && names_table(tokens, from)
}

/// Whether the words of the language are written `Select`, and the others are not: in a heading
/// they all are.
pub(super) fn is_titled(tokens: &[Token<'_>], words: &[usize]) -> bool {
    let title = |word: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or_default();
        first.bytes().all(|b| b.is_ascii_uppercase())
            && rest.bytes().any(|b| b.is_ascii_lowercase())
    };
    let written = |at: &usize| tokens.get(*at).and_then(Token::word).is_some_and(title);
    let first = tokens.get(1).and_then(Token::word);
    words.iter().all(written) && (words.contains(&1) || !first.is_some_and(title))
}

fn is_list(list: &[Token<'_>]) -> bool {
    let is_plain = |token: &Token<'_>| token.word().is_some() && !token.is_any(&IN_LISTS);
    let is_common = |token: &Token<'_>| {
        let word = token.word().unwrap_or_default();
        word.len() > 1 && is_of_sentences(word) && !token.is_any(&["AND", "OR", "ANY"])
    };
    let two = list.windows(2).any(|two| {
        let is_number = matches!(two[0].kind, Kind::Value);
        (is_plain(&two[0]) || is_number) && is_plain(&two[1])
    });
    !list.is_empty() && !two && !list.iter().any(is_common)
}

/// `users`, `users u`, `users as u`, and then the end or more of a query.
fn names_table(tokens: &[Token<'_>], from: usize) -> bool {
    let mut at = from + 1;
    let Some(table) = tokens.get(at).and_then(Token::word) else {
        return tokens.get(at).is_some();
    };
    if is_of_sentences(table) {
        return false;
    }
    while tokens.get(at + 1).is_some_and(|dot| dot.is_sign(b'.')) {
        at += 2;
    }
    at += 1;
    if goes_on(tokens, at) {
        return true;
    }
    let is_as = tokens[at.min(tokens.len())..]
        .first()
        .is_some_and(|token| token.is("AS"));
    let alias = tokens.get(at + usize::from(is_as)).and_then(Token::word);
    let behind = at + usize::from(is_as) + 1;
    let is_clause = behind < tokens.len() && goes_on(tokens, behind);
    alias.is_some_and(|alias| {
        is_alias(alias, table) || is_as || is_clause && !is_of_sentences(alias)
    }) && goes_on(tokens, behind)
}

/// Whether a query may end here, or goes on.
fn goes_on(tokens: &[Token<'_>], at: usize) -> bool {
    let next = |word: &str| tokens.get(at + 1).is_some_and(|next| next.is(word));
    tokens.get(at).is_none_or(|token| match token.word() {
        Some(_) if token.is_any(&["GROUP", "ORDER"]) => next("BY"),
        Some(_) if token.is("FOR") => next("UPDATE") || next("SHARE") || next("NO"),
        Some(_) => token.is_any(&GO_ON),
        None => !matches!(token.kind, Kind::Sign(b'.' | b'!' | b'?' | b':' | b'-')),
    })
}

/// Whether a word is a short name for a table: `u`, or what begins as the table does.
pub(super) fn is_alias(word: &str, table: &str) -> bool {
    let begins = |text: &str| text.chars().next().map(|c| c.to_ascii_lowercase());
    let is_common = is_of_sentences(word) || matches!(word, "in" | "on" | "to" | "by");
    !is_common && (word.len() <= 2 || begins(word) == begins(table) && word.len() < table.len())
}
