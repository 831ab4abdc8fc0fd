//! The words that no table is called, unless it is in quotes.

/// Words of SQL that cannot be a table's name.
const RESERVED: [&str; 84] = [
    "ADD",
    "ALL",
    "ALTER",
    "ANALYZE",
    "AND",
    "ANY",
    "AS",
    "ASC",
    "BEGIN",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "CHECK",
    "COLUMN",
    "CONCURRENTLY",
    "CONFLICT",
    "CONSTRAINT",
    "CREATE",
    "CROSS",
    "DEFAULT",
    "DELETE",
    "DESC",
    "DISTINCT",
    "DROP",
    "DUAL",
    "ELSE",
    "END",
    "EXCEPT",
    "EXISTS",
    "FOR",
    "FOREIGN",
    "FROM",
    "FULL",
    "GRANT",
    "GROUP",
    "HAVING",
    "IF",
    "IN",
    "INDEX",
    "INNER",
    "INSERT",
    "INTERSECT",
    "INTO",
    "IS",
    "JOIN",
    "KEY",
    "LATERAL",
    "LEFT",
    "LIKE",
    "LIMIT",
    "NATURAL",
    "NOT",
    "NOTHING",
    "NULL",
    "OF",
    "OFFSET",
    "ON",
    "ONLY",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "PRIMARY",
    "REFERENCES",
    "RETURNING",
    "RIGHT",
    "ROW",
    "SELECT",
    "SET",
    "TABLE",
    "THEN",
    "TO",
    "TRIGGER",
    "UNION",
    "UNIQUE",
    "UPDATE",
    "USING",
    "VALUES",
    "VIEW",
    "WHEN",
    "WHERE",
    "WITH",
    "STDIN",
];

/// Words that begin what follows a list of tables.
const AFTER_TABLES: [&str; 16] = [
    "WHERE",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "SET",
    "VALUES",
    "RETURNING",
    "WINDOW",
    "FETCH",
    "FOR",
    "SELECT",
];

/// Words of sentences, which a sentence has where SQL has a table.
const OF_SENTENCES: [&str; 36] = [
    "a",
    "an",
    "the",
    "this",
    "that",
    "these",
    "those",
    "your",
    "our",
    "my",
    "their",
    "its",
    "his",
    "her",
    "here",
    "there",
    "it",
    "each",
    "every",
    "any",
    "some",
    "which",
    "what",
    "where",
    "one",
    "multiple",
    "existing",
    "new",
    "selected",
    "current",
    "given",
    "following",
    "within",
    "scratch",
    "and",
    "or",
];

/// Whether no table is called so.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED
        .iter()
        .any(|reserved| reserved.eq_ignore_ascii_case(word))
}

/// Whether a list of tables ends before this word.
pub(super) fn ends_tables(word: &str) -> bool {
    AFTER_TABLES
        .iter()
        .any(|after| after.eq_ignore_ascii_case(word))
}

/// Whether it is a word that a sentence has where SQL has the name of a table.
pub(super) fn is_of_sentences(word: &str) -> bool {
    OF_SENTENCES
        .iter()
        .any(|common| common.eq_ignore_ascii_case(word))
}
