//! Tables in files that are not parsed: SQL between quotes, and the words of migrations that name
//! tables in Ruby and PHP.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Table, shape, statements, tokens};

/// How long a string may be, in bytes.
const LONGEST: usize = 1 << 16;

/// What Rails' and Laravel's migrations and models write.
static MIGRATIONS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let rails = r"(?:create_table|drop_table|change_table|rename_table|add_column|remove_column|rename_column|change_column|add_index|remove_index|add_reference|add_timestamps|add_foreign_key|create_join_table|self\.table_name\s*=)";
    let laravel =
        r"(?:Schema::(?:create|table|drop|dropIfExists|rename|hasTable)|DB::table|\$table\s*=)";
    let names = r#"\s*\(?\s*(?::(\w+)|["']([\w.]+)["'])(?:\s*,\s*(?::(\w+)|["']([\w.]+)["']))?"#;
    Regex::new(&format!(r"(?:\b{rails}|{laravel}){names}")).ok()
});

/// Words of migrations whose second name is a table as well.
const TWO_TABLES: [&str; 4] = [
    "rename_table",
    "add_foreign_key",
    "create_join_table",
    "Schema::rename",
];

/// The tables that a file of no known language names, in order.
pub fn in_plain(path: &str, text: &str) -> Vec<Table> {
    let mut found = Vec::new();
    for quoted in strings(text) {
        let tokens = tokens::of(text, quoted, true);
        if shape::is_sql(&tokens, false) {
            found.append(&mut statements::tables(&tokens));
        }
    }
    if path.ends_with(".rb") || path.ends_with(".php") {
        found.append(&mut migrations(text));
    }
    found.sort_by_key(|table| table.range.start);
    found.dedup_by(|a, b| a.range == b.range);
    found
}

/// What may be a string: from each quote to the next one of its kind. Which of them opens one is
/// told by what is in it.
fn strings(text: &str) -> Vec<Range<usize>> {
    let mut open: [Option<usize>; 3] = [None; 3];
    let mut found = Vec::new();
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        let kind = b"\"'`".iter().position(|quote| *quote == byte);
        if let Some(kind) = kind.filter(|_| !escaped) {
            let start = open[kind].replace(at);
            let inner = start.map(|start| start + 1..at);
            found.extend(inner.filter(|inner| (8..LONGEST).contains(&inner.len())));
        }
        escaped = byte == b'\\' && !escaped;
    }
    found
}

fn migrations(text: &str) -> Vec<Table> {
    let Some(pattern) = MIGRATIONS.as_ref() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for captures in pattern.captures_iter(text) {
        let has_two = TWO_TABLES.iter().any(|word| captures[0].starts_with(word));
        let groups = if has_two { 1..=4 } else { 1..=2 };
        let names = groups.filter_map(|group| captures.get(group));
        found.extend(names.map(|name| Table {
            name: name.as_str().to_owned(),
            schema: None,
            range: name.range(),
        }));
    }
    found
}
