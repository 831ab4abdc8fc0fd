//! The tables in statements of SQL: what follows `FROM`, `JOIN`, `INTO`, `UPDATE`, `TABLE`,
//! `REFERENCES` and their like, without sub-queries, functions and the names that `WITH` gives.

use std::collections::BTreeSet;

use super::Table;
use super::keywords::ends_tables;
use super::name::Name;
use super::tokens::{Kind, Token};

/// Words that may stand between a word such as `TABLE` and the table.
const BETWEEN: [&str; 7] = [
    "IF",
    "NOT",
    "EXISTS",
    "ONLY",
    "LATERAL",
    "TABLE",
    "CONCURRENTLY",
];

/// Functions in whose arguments `FROM` is no list of tables.
const WITH_FROM: [&str; 5] = ["EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION"];

/// Words behind which `UPDATE` begins no statement.
const NO_UPDATE: [&str; 9] = [
    "FOR", "ON", "DO", "KEY", "BEFORE", "AFTER", "OR", "OF", "GRANT",
];

/// The tables that tokens name.
pub(super) fn tables(tokens: &[Token<'_>]) -> Vec<Table> {
    let ends = tokens.iter().enumerate();
    let ends = ends.filter(|(_, token)| token.is_sign(b';'));
    let mut start = 0;
    let mut found = Vec::new();
    for end in ends.map(|(at, _)| at).chain([tokens.len()]) {
        found.append(&mut Statement::of(&tokens[start..end]).read());
        start = (end + 1).min(tokens.len());
    }
    found
}

/// What is known inside one pair of brackets.
#[derive(Default)]
struct Level {
    /// A list of tables is being read, which a comma goes on with.
    in_list: bool,
    /// The brackets are a function's in which `FROM` means something else.
    other_from: bool,
}

/// One statement, as far as it is read.
struct Statement<'a, 't> {
    tokens: &'a [Token<'t>],
    /// The names that `WITH` gives, in small letters.
    given: BTreeSet<String>,
    levels: Vec<Level>,
    /// Whether a word was seen with which `FROM` names tables.
    is_query: bool,
    found: Vec<Table>,
}

impl<'a, 't> Statement<'a, 't> {
    fn of(tokens: &'a [Token<'t>]) -> Self {
        let given = tokens.windows(3).filter(|three| {
            three[1].is("AS")
                && (three[2].is_sign(b'(') || three[2].is_any(&["NOT", "MATERIALIZED"]))
        });
        let has_with = tokens.iter().any(|token| token.is("WITH"));
        let given = given
            .filter(|_| has_with)
            .filter_map(|three| match three[0].kind {
                Kind::Word(name) | Kind::Quoted(name) => Some(name.to_lowercase()),
                _ => None,
            });
        let mut given: BTreeSet<String> = given.collect();
        if has_with {
            given.extend(with_columns(tokens));
        }
        Self {
            tokens,
            given,
            levels: vec![Level::default()],
            is_query: false,
            found: Vec::new(),
        }
    }

    fn read(mut self) -> Vec<Table> {
        let mut at = 0;
        while at < self.tokens.len() {
            at = self.step(at).max(at + 1);
        }
        self.found
    }

    /// Reads what stands at a place; where to go on.
    fn step(&mut self, at: usize) -> usize {
        let token = &self.tokens[at];
        match token.kind {
            Kind::Sign(b'(') => self.open(at),
            Kind::Sign(b')') if self.levels.len() > 1 => {
                self.levels.pop();
                at + 1
            }
            Kind::Sign(b',') if self.level().in_list => self.listed(at + 1),
            Kind::Word(word) => self.word(at, word),
            _ => at + 1,
        }
    }

    fn level(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            self.levels.push(Level::default());
        }
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    fn open(&mut self, at: usize) -> usize {
        let before = at.checked_sub(1).map(|before| &self.tokens[before]);
        let other_from = before.is_some_and(|before| before.is_any(&WITH_FROM));
        self.levels.push(Level {
            in_list: false,
            other_from,
        });
        at + 1
    }

    fn before(&self, at: usize) -> Option<&Token<'t>> {
        self.tokens.get(at.checked_sub(1)?)
    }

    fn is_behind(&self, at: usize, words: &[&str]) -> bool {
        self.before(at).is_some_and(|before| before.is_any(words))
    }

    fn word(&mut self, at: usize, word: &str) -> usize {
        // The column of a table is no word of the language.
        if self.before(at).is_some_and(|before| before.is_sign(b'.')) {
            return at + 1;
        }
        if ends_tables(word) {
            self.level().in_list = false;
        }
        match word.to_ascii_uppercase().as_str() {
            "SELECT" | "DELETE" | "MERGE" | "DESCRIBE" => self.is_query = true,
            // The query language of Hibernate begins with it.
            "FROM" if at == 0 || self.is_from(at) => return self.list(at + 1),
            "JOIN" => return self.list(at + 1),
            "INTO"
                if self.is_behind(
                    at,
                    &[
                        "INSERT",
                        "REPLACE",
                        "MERGE",
                        "IGNORE",
                        "OVERWRITE",
                        "UPSERT",
                    ],
                ) =>
            {
                self.is_query = true;
                return self.one(at + 1);
            }
            "INSERT" => return self.without_into(at + 1),
            "UPDATE" if !self.is_behind(at, &NO_UPDATE) => {
                self.is_query = true;
                return self.list(at + 1);
            }
            "TABLE" | "VIEW" | "TRUNCATE" | "REFERENCES" => return self.several(at + 1),
            "COLUMN" if self.is_behind(at, &["ON"]) => return self.column(at + 1),
            "USING" if self.starts("MERGE") || self.starts("DELETE") => return self.list(at + 1),
            "ON" if self.names_behind_on(at) => return self.one(at + 1),
            "TO" if self.is_behind(at, &["RENAME"]) && self.starts("ALTER") => {
                return self.one(at + 1);
            }
            "COPY" | "LOCK" | "VACUUM" | "ANALYZE" if at == 0 => return self.one(at + 1),
            _ => {}
        }
        at + 1
    }

    fn starts(&self, word: &str) -> bool {
        self.tokens.first().is_some_and(|first| first.is(word))
    }

    fn is_from(&mut self, at: usize) -> bool {
        let is_distinct = self.is_behind(at, &["DISTINCT"])
            && at
                .checked_sub(2)
                .is_some_and(|at| self.tokens[at].is_any(&["IS", "NOT"]));
        self.is_query && !is_distinct && !self.level().other_from
    }

    /// `INSERT users VALUES (1)`, of MySQL and SQL Server.
    fn without_into(&mut self, at: usize) -> usize {
        const BEFORE: [&str; 4] = ["IGNORE", "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED"];
        const BEHIND: [&str; 5] = ["VALUES", "VALUE", "SELECT", "SET", "DEFAULT"];
        let skipped = self.tokens[at..].iter();
        let skipped = skipped.take_while(|token| token.is_any(&BEFORE)).count();
        let name = Name::read(self.tokens, at + skipped, usize::MAX);
        let behind = self.tokens.get(name.end);
        let inserts = behind.is_some_and(|next| next.is_any(&BEHIND) || next.is_sign(b'('));
        if name.end == at + skipped || !inserts {
            return at;
        }
        self.push(&name);
        self.is_query = true;
        name.end
    }

    /// `CREATE INDEX … ON users`, `CREATE TRIGGER … ON users`, `GRANT … ON users TO …`.
    fn names_behind_on(&self, at: usize) -> bool {
        let has = |words: &[&str]| self.tokens[..at].iter().any(|token| token.is_any(words));
        let creates = self.starts("CREATE") && has(&["INDEX", "TRIGGER", "POLICY", "RULE"]);
        let drops = self.starts("DROP") && has(&["INDEX", "TRIGGER", "POLICY", "RULE"]);
        let grants = self.starts("GRANT") || self.starts("REVOKE");
        let seen = self.tokens[..at].iter().any(|token| token.is("ON"));
        (creates || drops || grants) && !seen
    }

    /// A table, behind which a comma goes on with the next.
    fn list(&mut self, at: usize) -> usize {
        self.level().in_list = true;
        self.listed(at)
    }

    fn listed(&mut self, at: usize) -> usize {
        let opens = |token: &&Token<'_>| token.is_sign(b'(');
        let mut at = at;
        while let Some(token) = self.tokens.get(at).filter(opens) {
            self.levels.push(Level {
                in_list: true,
                other_from: false,
            });
            at += usize::from(token.is_sign(b'('));
        }
        self.name(at, true)
    }

    /// A table that no list goes on behind.
    fn one(&mut self, at: usize) -> usize {
        self.name(at, false)
    }

    /// `DROP TABLE a, b`.
    fn several(&mut self, at: usize) -> usize {
        let mut at = self.name(at, false);
        let is_comma = |token: &Token<'_>| token.is_sign(b',');
        while self.starts("DROP") || self.starts("TRUNCATE") {
            if !self.tokens.get(at).is_some_and(is_comma) {
                break;
            }
            at = self.name(at + 1, false);
        }
        at
    }

    /// `COMMENT ON COLUMN users.name`.
    fn column(&mut self, at: usize) -> usize {
        let dots = self.tokens[at..]
            .iter()
            .take(6)
            .filter(|token| token.is_sign(b'.'));
        let parts = dots.count();
        let whole = Name::read(self.tokens, at, parts.saturating_sub(1));
        self.push(&whole);
        whole.end
    }

    fn name(&mut self, at: usize, may_be_function: bool) -> usize {
        let skipped = self.tokens[at.min(self.tokens.len())..].iter();
        let skipped = skipped.take_while(|token| token.is_any(&BETWEEN)).count();
        let name = Name::read(self.tokens, at + skipped, usize::MAX);
        let called = self
            .tokens
            .get(name.end)
            .is_some_and(|next| next.is_sign(b'('));
        if !(called && may_be_function) {
            self.push(&name);
        }
        name.end
    }

    fn push(&mut self, name: &Name<'t>) {
        let Some((text, range)) = &name.last else {
            return;
        };
        let is_given = name.schema.is_none() && self.given.contains(&text.to_lowercase());
        if !is_given && !text.is_empty() {
            self.found.push(Table {
                name: (*text).to_owned(),
                schema: name.schema.map(str::to_owned),
                range: range.clone(),
            });
        }
    }
}

/// The names before a list of columns that `WITH` gives: `WITH a (x, y) AS (…)`.
fn with_columns(tokens: &[Token<'_>]) -> Vec<String> {
    let mut names = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.is_sign(b'(') {
            open.push(at);
        } else if token.is_sign(b')') {
            let start = open.pop().and_then(|open| open.checked_sub(1));
            let is_as = tokens.get(at + 1).is_some_and(|next| next.is("AS"));
            let name = start
                .filter(|_| is_as)
                .and_then(|start| tokens[start].word());
            names.extend(name.map(str::to_lowercase));
        }
    }
    names
}
