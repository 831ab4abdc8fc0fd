//! YAML as a tree: one document of lists, tables and scalars, and nothing that refers or makes.
//!
//! What a scalar without quotes is depends on what is asked for, not on its look: `404`, `1.0` and
//! `yes` are the texts that somebody wrote where a text is wanted.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};

use super::hint;
use super::node::{DEPTH, Key, Node, Scalar, Value, Written};
use crate::model::spec::{At, Problem};

/// The tree of a text, as far as it can be read, and what is wrong with the text.
pub fn read(text: &str) -> (Node, Vec<Problem>) {
    let mut builder = Builder::default();
    if let Some(at) = tab(text) {
        builder.refuse(at, "a tab: what YAML says is indented with blanks");
    }
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let goes_on = match next {
            Ok((event, span)) => builder.take(event, span),
            Err(error) => builder.stop(place(error.marker()), error.info()),
        };
        if !goes_on {
            break;
        }
    }
    builder.end()
}

/// Where the first line that says something begins with a tab: a parser may take it for nothing.
fn tab(text: &str) -> Option<At> {
    let says = |line: &str| !line.trim().is_empty() && !line.trim().starts_with('#');
    let (number, line) = (1..).zip(text.lines()).find(|(_, line)| says(line))?;
    let blanks = &line[..line.len() - line.trim_start().len()];
    let column = u32::try_from(blanks.find('\t')?).ok()?;
    Some(At {
        line: number,
        column: column + 1,
    })
}

fn place(marker: &Marker) -> At {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    At {
        line: number(marker.line().max(1)),
        column: number(marker.col().saturating_add(1)),
    }
}

/// A list or a table that is not at its end.
enum Open {
    List(At, Vec<Node>),
    Table(At, OpenTable),
}

#[derive(Default)]
struct OpenTable {
    entries: Vec<(Key, Node)>,
    /// The lines of the keys that were there.
    seen: HashMap<String, u32>,
    key: Option<Waiting>,
}

/// What the next value belongs to.
enum Waiting {
    Key(Key),
    /// A key that is none: its value is passed over.
    Nobody,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    top: Option<Node>,
    documents: usize,
    problems: Vec<Problem>,
}

impl Builder {
    /// Whether there is more to come.
    fn take(&mut self, event: Event<'_>, span: Span) -> bool {
        let at = place(&span.start);
        match event {
            Event::DocumentStart(_) => return self.start_document(at),
            Event::Alias(_) => {
                self.refuse(at, "an alias: a specification says what it means in place");
                self.add(at, nothing());
            }
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = self.check(at, anchor, tag.as_deref());
                let scalar = scalar(text.into_owned(), style, is_text);
                self.add(at, Value::Scalar(scalar));
            }
            Event::SequenceStart(anchor, tag) => {
                self.check(at, anchor, tag.as_deref());
                return self.open(at, Open::List(at, Vec::new()));
            }
            Event::MappingStart(anchor, tag) => {
                self.check(at, anchor, tag.as_deref());
                return self.open(at, Open::Table(at, OpenTable::default()));
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            _ => {}
        }
        true
    }

    fn start_document(&mut self, at: At) -> bool {
        self.documents += 1;
        self.documents == 1 || self.stop(at, "a second document: a specification is one")
    }

    fn open(&mut self, at: At, open: Open) -> bool {
        if self.open.len() >= DEPTH {
            return self.stop(at, &format!("nested deeper than {DEPTH} levels"));
        }
        self.open.push(open);
        true
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Open::List(at, members)) => self.add(at, Value::List(members)),
            Some(Open::Table(at, table)) => self.add(at, Value::Table(table.entries)),
            None => {}
        }
    }

    /// Puts a value where the next one belongs.
    fn add(&mut self, at: At, value: Value) {
        let node = Node { at, value };
        match self.open.last_mut() {
            None => self.top = Some(node),
            Some(Open::List(_, members)) => members.push(node),
            Some(Open::Table(_, table)) => match table.key.take() {
                Some(Waiting::Key(key)) => table.entries.push((key, node)),
                Some(Waiting::Nobody) => {}
                None => {
                    let (waiting, problem) = key(&mut table.seen, node);
                    table.key = Some(waiting);
                    self.problems.extend(problem);
                }
            },
        }
    }

    /// Refuses what a node may not have; returns whether a tag makes it a text.
    fn check(&mut self, at: At, anchor: usize, tag: Option<&Tag>) -> bool {
        if anchor > 0 {
            self.refuse(at, "an anchor: a specification says what it means in place");
        }
        let Some(tag) = tag else { return false };
        let known = ["str", "int", "float", "bool", "null", "seq", "map"];
        let is_core = tag.is_yaml_core_schema();
        if !is_core || !known.contains(&tag.suffix.as_str()) {
            let handle = if is_core { "!!" } else { &tag.handle };
            let suffix = hint::shown(&tag.suffix);
            let cause = format!("the tag {handle}{suffix} is not one of YAML's own");
            self.refuse(at, &cause);
        }
        tag.suffix == "str"
    }

    fn refuse(&mut self, at: At, cause: &str) {
        self.problems.push(Problem::new(at, cause));
    }

    /// Refuses what cannot be gone on from.
    fn stop(&mut self, at: At, cause: &str) -> bool {
        self.refuse(at, cause);
        false
    }

    fn end(mut self) -> (Node, Vec<Problem>) {
        while !self.open.is_empty() {
            self.close();
        }
        let nowhere = || Node {
            at: At { line: 1, column: 1 },
            value: nothing(),
        };
        (self.top.unwrap_or_else(nowhere), self.problems)
    }
}

fn nothing() -> Value {
    Value::Scalar(scalar(String::new(), ScalarStyle::Plain, false))
}

fn scalar(text: String, style: ScalarStyle, is_text: bool) -> Scalar {
    let written = match style {
        ScalarStyle::Plain if !is_text => Written::Plain,
        _ => Written::Text,
    };
    Scalar { text, written }
}

/// The key that a node is, and what is wrong with it.
fn key(seen: &mut HashMap<String, u32>, node: Node) -> (Waiting, Option<Problem>) {
    let refused = |cause: String| (Waiting::Nobody, Some(Problem::new(node.at, cause)));
    let Value::Scalar(Scalar { text, written }) = node.value else {
        return refused("a key is a text".to_owned());
    };
    if text == "<<" && written == Written::Plain {
        return refused("a merge key: a specification says what it means in place".to_owned());
    }
    if let Some(line) = seen.get(&text) {
        let shown = hint::shown(&text);
        return refused(format!(
            "the key '{shown}' is there already, in line {line}"
        ));
    }
    seen.insert(text.clone(), node.at.line);
    (Waiting::Key(Key { text, at: node.at }), None)
}
