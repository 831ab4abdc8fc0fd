//! A stored file as lines for a person who reads a diff: one section an entity, whose first line
//! names it. Nothing is left out: unknown keys and comments are lines too.
//!
//! The text follows from the bytes alone, in the order of the file, so that the diff of two such texts is
//! the diff of the files. Sections begin at the margin, all else is indented; [`HEADING`] tells them
//! apart. No member of [`lines()`] has a line break; other characters are as they are stored, and still
//! to be made harmless.

mod heading;
mod value;

use toml_edit::{ArrayOfTables, Item, Key, Table, TableLike, Value};

use super::{FormatError, document};
use heading::Heading;

/// The lines that begin a section, as an extended regular expression of POSIX: in `diff.*.xfuncname`.
/// A line of a plain TOML file that sets a key is none.
pub const HEADING: &str = "!^[A-Za-z0-9_-]+ *=\n^([^][:space:]#}].*)$";

/// The lines of a file.
///
/// # Errors
/// [`FormatError`] where it is no TOML.
pub fn lines(text: &str) -> Result<Vec<String>, FormatError> {
    let document = document::parse(text)?;
    let mut outline = Outline::default();
    let root = document.as_table();
    outline.section(&Heading::of_file(root), root, None);
    outline.comments(document.trailing().as_str());
    Ok(outline.lines)
}

/// A file that is no TOML, line by line, below what it is.
pub fn raw(text: &str, why: &str) -> Vec<String> {
    let heading = value::one_line(why);
    let lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
    let lines = lines.map(|line| format!("    {line}"));
    std::iter::once(heading).chain(lines).collect()
}

/// The lines so far.
#[derive(Default)]
struct Outline {
    lines: Vec<String>,
}

impl Outline {
    fn indented(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref();
        self.lines.push(format!("    {text}"));
    }

    /// The comments in what stands between keys and values.
    fn comments(&mut self, between: Option<&str>) {
        let lines = between.unwrap_or_default().lines().map(str::trim);
        for line in lines.filter(|line| line.starts_with('#')) {
            self.indented(line);
        }
    }

    /// A table: what it is, its values, and the tables in it as sections of their own.
    fn section(&mut self, heading: &Heading, table: &Table, parent: Option<&str>) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.push(heading.text(parent));
        self.comments(table.decor().prefix().and_then(|raw| raw.as_str()));
        self.comments(table.decor().suffix().and_then(|raw| raw.as_str()));
        for (key, item) in with_keys(table) {
            self.before(key);
            if let Item::Value(value) = item {
                self.value(key.get(), value, heading.says(key.get()));
            }
        }
        for (name, item) in table.iter() {
            match item {
                Item::Table(inner) => self.inner(name, inner, heading),
                Item::ArrayOfTables(members) => self.members(name, members, heading),
                Item::Value(_) | Item::None => {}
            }
        }
    }

    fn inner(&mut self, name: &str, table: &Table, parent: &Heading) {
        self.section(&Heading::named(name), table, parent.name());
    }

    fn members(&mut self, name: &str, members: &ArrayOfTables, parent: &Heading) {
        for table in members {
            self.section(&Heading::of_member(name, table), table, parent.name());
        }
    }

    /// The comments above a key.
    fn before(&mut self, key: &Key) {
        for decor in [key.leaf_decor(), key.dotted_decor()] {
            self.comments(decor.prefix().and_then(|raw| raw.as_str()));
            self.comments(decor.suffix().and_then(|raw| raw.as_str()));
        }
    }

    /// A key with its value, and the comment behind it. What the heading says is not said again.
    fn value(&mut self, key: &str, value: &Value, is_said: bool) {
        for comment in value::comments(value) {
            self.indented(comment);
        }
        if !is_said {
            for line in value::lines(&value::word(key), value) {
                self.indented(line);
            }
        }
    }
}

/// The keys of a table with their items, in the order of the file.
fn with_keys(table: &Table) -> impl Iterator<Item = (&Key, &Item)> {
    let with_key = |(name, _)| table.get_key_value(name);
    TableLike::iter(table).filter_map(with_key)
}

#[cfg(test)]
mod tests;
