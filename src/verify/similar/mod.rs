//! Code that resembles what a task needs, so that new code follows what exists.
//!
//! A tour:
//!
//! * `sift`: every file is read, and told by its words whether it is worth a closer look.
//! * `look`: the best of them are parsed; `item`: what pieces they have; `handlers`: routes.
//! * `rank`: how like each piece is to what is wanted, by `words` of names, by what it is made
//!   of (`features`), and by what speaks against copying it (`quality`).
//! * `files`: what is looked through.
//! * `alike`: pieces that are nearly the same are told once.

mod alike;
mod features;
mod files;
mod handlers;
mod item;
mod look;
mod quality;
mod rank;
mod sift;
mod target;
mod words;

use std::fmt;

pub use files::Files;
pub use item::ItemKind;
pub use target::Target;

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// A route with this method, and perhaps a path.
    Route {
        /// In capitals; none for any.
        method: Option<String>,
        /// Such as `/users/:id`.
        path: Option<String>,
    },
    /// A function or a method of this name.
    Function(String),
    /// A component of this name.
    Component(String),
    /// What is at a line of a file.
    Like {
        /// From the top of the tree.
        path: String,
        /// From 1.
        line: usize,
    },
}

impl Query {
    /// A route, as it is written: `POST`, `/users` or `POST /users`.
    pub fn route(text: &str) -> Self {
        let (first, rest) = match text.trim().split_once(char::is_whitespace) {
            Some((first, rest)) => (first, Some(rest.trim())),
            None => (text.trim(), None),
        };
        match first.starts_with('/') {
            true => Self::Route {
                method: None,
                path: Some(first.to_owned()),
            },
            false => Self::Route {
                method: Some(first.to_ascii_uppercase()),
                path: rest.map(str::to_owned),
            },
        }
    }
}

/// Reads the file at a position of the list; none where there is nothing to read, or too much.
pub type Reader<'a> = Box<dyn FnMut(usize) -> Option<String> + Send + 'a>;

/// Where to look, and for what.
pub struct Search<'a> {
    /// The paths of all files, from the top of the tree.
    pub paths: &'a [String],
    /// Begins to read them, for a thread.
    pub open: &'a dyn Fn() -> Reader<'a>,
    /// What is wanted.
    pub query: Query,
}

/// A piece of code that resembles what is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// What it is.
    pub kind: ItemKind,
    /// Its name; of a route, `METHOD /path`.
    pub name: String,
    /// The class or the type that it belongs to.
    pub of: Option<String>,
    /// What stands before its body, on one line.
    pub signature: String,
    /// Where it is.
    pub place: Place,
    /// How like it is, from 0 to 1.
    pub score: f64,
    /// The words or names that it shares with what is wanted, those that tell most first.
    pub shared: Vec<String>,
    /// Others that are nearly the same.
    pub others: Vec<Place>,
}

/// Lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From the top of the tree.
    pub path: String,
    /// The first line, from 1.
    pub line: usize,
    /// The last one.
    pub end_line: usize,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The pieces, the most alike first.
    pub found: Vec<Similar>,
    /// How many files there are in a language with a grammar.
    pub files: usize,
    /// How many of them hold words of what is wanted.
    pub candidates: usize,
    /// How many of those were parsed: the most likely ones.
    pub parsed: usize,
}

/// Why nothing can be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// There is no such file, or none that can be read.
    NoFile(String),
    /// No grammar of its language is built in.
    NoGrammar(String),
    /// There is no function and no class at the line.
    NothingThere(String, usize),
    /// The name has no letters.
    NoWords(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFile(path) => write!(f, "there is no file {path} to read"),
            Self::NoGrammar(path) => write!(f, "no grammar for {path} is built in"),
            Self::NothingThere(path, line) => {
                write!(f, "there is no function, class or route at {path}:{line}")
            }
            Self::NoWords(name) => write!(f, "'{name}' has no letter to look for"),
        }
    }
}

impl std::error::Error for Error {}

impl Search<'_> {
    /// Looks through all files.
    ///
    /// # Errors
    /// Where what is wanted cannot be looked for.
    pub fn run(&self) -> Result<Answer, Error> {
        let target = Target::of(&self.query, self.paths, &mut (self.open)())?;
        let sifted = sift::run(self, &target);
        let looked = look::run(self, &target, &sifted);
        let found = alike::collapse(rank::rank(&target, &sifted, looked, self.paths));
        Ok(Answer {
            found,
            files: sifted.files,
            candidates: sifted.candidates,
            parsed: sifted.best.len(),
        })
    }
}
