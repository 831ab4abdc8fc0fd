//! TOML as a tree: with all errors that its parser finds, and what is readable besides.

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::node::{DEPTH, Key, Node, Scalar, Value, Written};
use super::places::Places;
use crate::model::spec::{At, Problem};

/// The tree of a text, and what is wrong with the text.
pub fn read(text: &str) -> (Node, Vec<Problem>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut tree = Tree {
        places: Places::new(text),
        problems: Vec::new(),
    };
    for error in errors {
        let at = tree.at(error.span().map_or(0, |span| span.start));
        let cause = error.message().replace('\n', "; ");
        tree.problems.push(Problem::new(at, cause));
    }
    let value = tree.table(table.get_ref(), 0);
    let at = At { line: 1, column: 1 };
    (Node { at, value }, tree.problems)
}

struct Tree<'t> {
    places: Places<'t>,
    problems: Vec<Problem>,
}

impl Tree<'_> {
    fn at(&self, offset: usize) -> At {
        self.places.at(offset)
    }

    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> Value {
        let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let text: &std::borrow::Cow<'_, str> = key.get_ref();
            let key = Key {
                text: text.clone().into_owned(),
                at: self.at(key.span().start),
            };
            Some((key, self.node(value, depth + 1)?))
        };
        Value::Table(table.iter().filter_map(entry).collect())
    }

    fn list(&mut self, members: &DeArray<'_>, depth: usize) -> Value {
        let members = members.iter();
        Value::List(
            members
                .filter_map(|member| self.node(member, depth + 1))
                .collect(),
        )
    }

    /// None where it stands too deep.
    fn node(&mut self, value: &Spanned<DeValue<'_>>, depth: usize) -> Option<Node> {
        let at = self.at(value.span().start);
        if depth > DEPTH {
            let cause = format!("nested deeper than {DEPTH} levels");
            self.problems.push(Problem::new(at, cause));
            return None;
        }
        let value = match value.get_ref() {
            DeValue::Table(table) => self.table(table, depth),
            DeValue::Array(members) => self.list(members, depth),
            value => Value::Scalar(scalar(value)),
        };
        Some(Node { at, value })
    }
}

fn scalar(value: &DeValue<'_>) -> Scalar {
    let (text, written) = match value {
        DeValue::String(text) => (text.clone().into_owned(), Written::Text),
        DeValue::Integer(number) => (number.to_string(), Written::Other("a number")),
        DeValue::Float(number) => (number.to_string(), Written::Other("a number")),
        DeValue::Boolean(flag) => (flag.to_string(), Written::Other("true or false")),
        DeValue::Datetime(time) => (time.to_string(), Written::Other("a date")),
        DeValue::Array(_) | DeValue::Table(_) => (String::new(), Written::Other("a list")),
    };
    Scalar { text, written }
}
