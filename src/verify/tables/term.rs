//! A table that a specification names: `users`, `public.users`, or `/…/`, an expression for names.

use regex::{Regex, RegexBuilder};

use super::Table;

/// How large a compiled expression may be, in bytes.
const SIZE: usize = 1 << 20;

/// A term of `sql_tables`.
#[derive(Debug, Clone)]
pub struct TableTerm {
    kind: Kind,
    case: bool,
}

#[derive(Debug, Clone)]
enum Kind {
    Expression(Box<Regex>),
    Name {
        schema: Option<String>,
        name: String,
        needle: String,
    },
}

impl TableTerm {
    /// What a term says.
    ///
    /// # Errors
    /// Where it is a regular expression that is invalid or too large, and why.
    pub fn new(text: &str, case: bool) -> Result<Self, String> {
        let text = text.trim();
        let inner = text
            .strip_prefix('/')
            .and_then(|text| text.strip_suffix('/'));
        let kind = match inner.filter(|inner| !inner.is_empty()) {
            Some(inner) => Kind::Expression(Box::new(
                RegexBuilder::new(inner)
                    .case_insensitive(!case)
                    .size_limit(SIZE)
                    .build()
                    .map_err(|error| error.to_string())?,
            )),
            None => {
                let bare = text.replace(['"', '`', '[', ']'], "");
                let (schema, name) = match bare.rsplit_once('.') {
                    Some((schema, name)) => (Some(last(schema).to_owned()), name.to_owned()),
                    None => (None, bare),
                };
                let needle = name.to_lowercase();
                Kind::Name {
                    schema,
                    name,
                    needle,
                }
            }
        };
        Ok(Self { kind, case })
    }

    /// A text, in small letters, that a file with such a table holds in some letters.
    pub fn needle(&self) -> Option<&str> {
        match &self.kind {
            Kind::Expression(_) => None,
            Kind::Name { needle, .. } => Some(needle)
                .filter(|needle| !needle.is_empty())
                .map(String::as_str),
        }
    }

    /// Whether it means this table.
    pub fn matches(&self, table: &Table) -> bool {
        let same = |a: &str, b: &str| match self.case {
            true => a == b,
            false => a.to_lowercase() == b.to_lowercase(),
        };
        match &self.kind {
            Kind::Expression(expression) => expression.is_match(&table.name),
            Kind::Name { schema, name, .. } => {
                let in_schema = |wanted: &String| {
                    table
                        .schema
                        .as_deref()
                        .is_some_and(|schema| same(schema, wanted))
                };
                same(name, &table.name) && schema.as_ref().is_none_or(in_schema)
            }
        }
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::super::Table;
    use super::TableTerm;

    #[test]
    fn a_name_is_of_any_schema_unless_it_names_one() {
        let table = Table {
            name: "Users".to_owned(),
            schema: Some("public".to_owned()),
            range: 0..0,
        };
        let is = |text: &str, case| TableTerm::new(text, case).unwrap().matches(&table);
        assert!(is("users", false) && is("public.users", false) && is("\"Users\"", true));
        assert!(!is("users", true) && !is("other.users", false) && !is("user", false));
        assert!(is("/^us/", false) && !is("/^us/", true));
        assert!(TableTerm::new("/(/", false).is_err());
    }
}
