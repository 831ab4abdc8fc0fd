//! The tables that SQL names: in its own files, in strings of code, and where migrations and
//! models name them.
//!
//! A tour:
//!
//! * `tokens`: SQL as words and signs, each with its place.
//! * `statements`: the tables in statements. `name`: with their schemas. `keywords`: the
//!   words that no table is called.
//! * `shape`: whether a string of a program is SQL, rather than a sentence. `query`: by how it is
//!   built; `told`: by what is around it.
//! * `code`: strings and models of a file that was parsed, `defines`: those in a `#define`.
//!   `plain`: those of any other file.
//! * `term`: a table that a specification names.

#[cfg(feature = "grammars")]
mod code;
#[cfg(feature = "grammars")]
mod defines;
mod keywords;
#[cfg(feature = "grammars")]
mod models;
mod name;
mod plain;
mod query;
mod shape;
mod statements;
mod term;
mod tokens;
#[cfg(feature = "grammars")]
mod told;

use std::ops::Range;

#[cfg(feature = "grammars")]
pub use code::in_code;
pub use plain::in_plain;
pub use term::TableTerm;

/// A place where a table is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name, without quotes.
    pub name: String,
    /// The schema before it, where one is named.
    pub schema: Option<String>,
    /// The bytes of the name.
    pub range: Range<usize>,
}

/// Whether a file is SQL, by what its name ends with.
pub fn is_sql(path: &str) -> bool {
    const ENDS: [&str; 10] = [
        "sql", "psql", "pgsql", "mysql", "ddl", "dml", "tsql", "plsql", "hql", "cql",
    ];
    let ending = path.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| ENDS.iter().any(|end| end.eq_ignore_ascii_case(ending)))
}

/// The tables that a file of SQL names, in order.
pub fn in_sql(text: &str) -> Vec<Table> {
    let tokens = tokens::of(text, 0..text.len(), false);
    statements::tables(&tokens)
}
