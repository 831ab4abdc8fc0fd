//! Whether a string of a program is SQL, rather than a sentence: "Update the users" is one.
//!
//! The rule: it begins with a word of SQL, and what makes a statement of that follows: `SET a =`
//! behind `UPDATE users`, a list or values behind `INSERT INTO users`. `SELECT … FROM` and
//! `DELETE FROM` are statements by themselves where both words are in capitals, or where something
//! follows or stands between that no sentence has, or they are built as only a query is
//! (`query`). Where what is around the string says that it is SQL, letters do not count.

use super::keywords::is_of_sentences;
use super::query;
use super::tokens::{Kind, Token};

/// What may be before the statement that is looked at.
const BEFORE: [&str; 2] = ["EXPLAIN", "ANALYZE"];

/// What `WITH` is before.
const QUERIES: [&str; 4] = ["SELECT", "UPDATE", "DELETE", "INSERT"];

/// Whether these tokens are SQL; `told`: what is around them says so.
pub(super) fn is_sql(tokens: &[Token<'_>], told: bool) -> bool {
    let mut statements = tokens.split(|token| token.is_sign(b';'));
    statements.any(|tokens| is_statement(tokens, told))
}

/// Whether it may as well be SQL as a sentence: `Delete from users`.
#[cfg(feature = "grammars")]
pub(super) fn is_short(tokens: &[Token<'_>]) -> bool {
    tokens.len() == 3 && tokens[0].is("DELETE") && is_sql(tokens, true)
}

fn is_statement(tokens: &[Token<'_>], told: bool) -> bool {
    let skipped = tokens.iter().take_while(|token| {
        token.is_sign(b'(') || token.kind == Kind::Hole || token.is_any(&BEFORE)
    });
    let tokens = &tokens[skipped.count()..];
    let Some(word) = tokens.first().and_then(Token::word) else {
        return false;
    };
    match word.to_ascii_uppercase().as_str() {
        "SELECT" => selects(tokens, told),
        "DELETE" => tokens.get(1).is_some_and(|next| next.is("FROM")) && deletes(tokens, told),
        "UPDATE" => updates(tokens),
        "INSERT" | "REPLACE" | "MERGE" => inserts(tokens),
        "WITH" => has(tokens, "AS") && tokens.iter().any(|token| token.is_any(&QUERIES)),
        "CREATE" | "ALTER" | "DROP" | "TRUNCATE" | "LOCK" | "COMMENT" | "GRANT" | "REVOKE" => {
            defines(tokens, told)
        }
        "FROM" if told => tokens.len() > 1,
        "FROM" | "JOIN" | "LEFT" | "RIGHT" | "INNER" | "OUTER" | "CROSS" | "FULL" => {
            continues(tokens)
        }
        _ => false,
    }
}

fn has(tokens: &[Token<'_>], word: &str) -> bool {
    tokens.iter().any(|token| token.is(word))
}

/// All in capitals.
fn is_loud(token: &Token<'_>) -> bool {
    let word = token.word().unwrap_or_default();
    word.bytes().all(|byte| !byte.is_ascii_lowercase())
}

/// All in small letters.
fn is_quiet(token: &Token<'_>) -> bool {
    let word = token.word().unwrap_or_default();
    word.bytes().all(|byte| !byte.is_ascii_uppercase())
}

/// Whether two words of the language are written as programmers write them, and no sentence does.
fn agree(one: &Token<'_>, other: &Token<'_>, tokens: &[Token<'_>]) -> bool {
    let both_loud = is_loud(one) && is_loud(other);
    let is_quiet = is_quiet(one) && is_quiet(other);
    both_loud || shows_signs(tokens) || is_quiet && !reads_as_a_sentence(tokens)
}

/// Signs that are in SQL and not in a sentence.
fn shows_signs(tokens: &[Token<'_>]) -> bool {
    tokens.iter().any(|token| {
        matches!(
            token.kind,
            Kind::Sign(b'*' | b'=' | b'<' | b'>') | Kind::Quoted(_)
        )
    })
}

fn reads_as_a_sentence(tokens: &[Token<'_>]) -> bool {
    const OF_SQL: [&str; 3] = ["WHERE", "AS", "DISTINCT"];
    let words = tokens.iter().filter_map(Token::word);
    let mut common =
        words.filter(|word| is_of_sentences(word) && !word.eq_ignore_ascii_case("where"));
    let is_sure = |word: &str| !matches!(word, "and" | "or" | "a");
    let only_words = tokens.len() > 4 && tokens[1..5].iter().all(|token| token.word().is_some());
    common.any(is_sure) || only_words && !tokens.iter().any(|token| token.is_any(&OF_SQL))
}

/// Whether a token may be a table behind this word of the language: `the` may where the word is in
/// capitals and it is not.
fn may_be_table(name: &Token<'_>, behind: &Token<'_>) -> bool {
    let is_common = name.word().is_some_and(is_of_sentences);
    let is_sign = matches!(name.kind, Kind::Sign(b'.' | b','));
    !is_sign && (!is_common || is_loud(behind) && !is_loud(name))
}

fn selects(tokens: &[Token<'_>], told: bool) -> bool {
    let Some(from) = tokens.iter().position(|token| token.is("FROM")) else {
        return false;
    };
    let name = tokens.get(from + 1);
    let named = name.is_some_and(|name| may_be_table(name, &tokens[from]));
    let is_quiet = is_quiet(&tokens[0]) && is_quiet(&tokens[from]);
    let is_query =
        || (is_quiet || query::is_titled(tokens, &[0, from])) && query::is_query(tokens, from);
    named && from > 1 && (told || agree(&tokens[0], &tokens[from], tokens) || is_query())
}

fn deletes(tokens: &[Token<'_>], told: bool) -> bool {
    const NEXT: [&str; 6] = ["WHERE", "USING", "RETURNING", "AS", "LIMIT", "ORDER"];
    let name = tokens.get(2);
    let named = name.is_some_and(|name| may_be_table(name, &tokens[1]));
    let ends = tokens.get(3).is_none_or(|next| {
        let has_alias = tokens.get(4).is_some_and(|next| next.is("WHERE"));
        let table = name.and_then(Token::word).unwrap_or_default();
        let alias = next.word().filter(|_| tokens.len() == 4);
        let has_alias = has_alias || alias.is_some_and(|alias| query::is_alias(alias, table));
        next.is_any(&NEXT) || next.is_sign(b'.') || next.kind == Kind::Hole || has_alias
    });
    // In a title, all that shows SQL is what follows the table.
    let is_title =
        query::is_titled(tokens, &[0]) && tokens.get(3).is_some_and(|next| next.word().is_some());
    named && (told || ends && (agree(&tokens[0], &tokens[1], tokens) || is_title))
}

fn updates(tokens: &[Token<'_>]) -> bool {
    let near = &tokens[..tokens.len().min(40)];
    let Some(set) = near.iter().position(|token| token.is("SET")) else {
        return false;
    };
    let rest = &tokens[set + 1..];
    let assigns = rest.iter().take(8).any(|token| token.is_sign(b'='));
    let goes_on_elsewhere = rest.first().is_none_or(|first| first.kind == Kind::Hole);
    set > 1 && (assigns || goes_on_elsewhere && is_loud(&tokens[set]))
}

fn inserts(tokens: &[Token<'_>]) -> bool {
    let near = &tokens[..tokens.len().min(6)];
    let Some(into) = near.iter().position(|token| token.is("INTO")) else {
        let values = near.iter().position(|token| token.is("VALUES"));
        let open = values.and_then(|values| tokens.get(values + 1));
        return open.is_some_and(|open| open.is_sign(b'('));
    };
    let rest = &tokens[into + 1..];
    let follows = |token: &Token<'_>| {
        token.is_sign(b'(') || token.is_any(&["VALUES", "SELECT", "DEFAULT", "SET", "USING"])
    };
    let near = rest.iter().take(8).any(follows);
    !rest.is_empty() && (near || is_loud(&tokens[0]) && is_loud(&tokens[into]))
}

/// `CREATE TABLE users (`, `ALTER TABLE users ADD`, `DROP TABLE users`.
fn defines(tokens: &[Token<'_>], told: bool) -> bool {
    const WHAT: [&str; 7] = [
        "TABLE", "INDEX", "VIEW", "TRIGGER", "COLUMN", "POLICY", "ON",
    ];
    let what = tokens.iter().take(8).position(|token| token.is_any(&WHAT));
    let Some(what) = what else {
        return truncates(tokens, told);
    };
    let is_loud = is_loud(&tokens[0]) && is_loud(&tokens[what]);
    let shows = tokens[what..]
        .iter()
        .take(8)
        .any(|token| token.is_sign(b'(') || token.is_any(&["ADD", "RENAME", "CASCADE", "EXISTS"]));
    let is_built = is_loud || told || shows && may_define(tokens, what) || changes_table(tokens);
    tokens.len() > what + 1 && is_built
}

/// `truncate users`.
fn truncates(tokens: &[Token<'_>], told: bool) -> bool {
    let named = tokens.get(1).and_then(Token::word);
    let named = named.is_some_and(|name| !is_of_sentences(name));
    let is_one = tokens.len() == 2 && named && !query::is_titled(tokens, &[0]);
    tokens[0].is("TRUNCATE") && (is_one || told && named)
}

fn may_define(tokens: &[Token<'_>], what: usize) -> bool {
    is_quiet(&tokens[0]) || what == 1 && query::is_titled(tokens, &[0, 1])
}

/// `drop table users`: the table, and then nothing that is a word of a sentence.
fn changes_table(tokens: &[Token<'_>]) -> bool {
    const ENDS: [&str; 5] = ["CASCADE", "RESTRICT", "RESTART", "READ", "WRITE"];
    let locks = tokens[0].is("LOCK") && is_quiet(&tokens[0]);
    let is_verb = locks || tokens[0].is_any(&["DROP", "TRUNCATE"]);
    let named = tokens.get(2).is_some_and(|name| match name.word() {
        Some(word) => !is_of_sentences(word),
        None => matches!(name.kind, Kind::Quoted(_)),
    });
    let ends = tokens.get(3).is_none_or(|next| {
        next.is_any(&ENDS) || next.is_sign(b'.') && tokens.len() > 4 || next.is_sign(b',')
    });
    is_verb && tokens.get(1).is_some_and(|table| table.is("TABLE")) && named && ends
}

/// The middle of a statement, in capitals: `" FROM users WHERE id = ?"`.
fn continues(tokens: &[Token<'_>]) -> bool {
    const NEXT: [&str; 8] = [
        "WHERE", "ON", "JOIN", "ORDER", "GROUP", "LIMIT", "USING", "AS",
    ];
    let next = tokens[1..].iter().find(|token| token.is_any(&NEXT));
    is_loud(&tokens[0]) && next.is_some_and(is_loud)
}
