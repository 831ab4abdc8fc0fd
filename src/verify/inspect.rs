//! One file: which patterns are in it, and where.

use std::ops::Range;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::lines::{Lines, Spot};
use super::sieve::Sifted;
use super::subject::{Asked, Subject};
use super::text;
use super::wanted::Wanted;

/// So many places of a pattern are kept of one file.
pub const MOST: usize = 10_000;

/// What came of looking at a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Found {
    /// What kind of file it is.
    pub state: State,
    /// Where what must not be there is; by place.
    pub hits: Vec<Hit>,
    /// What must be there and is: positions of patterns.
    pub present: Vec<u32>,
    /// What could not be looked for: positions of patterns.
    pub unchecked: Vec<u32>,
    /// Whether something was found as plain words for lack of a grammar.
    pub plain: bool,
    /// Whether it was parsed, and does not parse as a whole.
    pub errors: bool,
    /// Whether its grammar ran out of time.
    pub out_of_time: bool,
    /// Whether more places were found than are kept.
    pub too_many: bool,
}

/// What a file is to a search.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum State {
    /// No rule is about its content.
    #[default]
    NotAsked,
    /// A text, which was searched.
    Text,
    /// Something without a text: a link, a submodule, a picture.
    NoText,
    /// Larger than can be searched: so many bytes.
    TooLarge(u64),
    /// It cannot be read, and why.
    Unreadable(String),
    /// Time ran out before it.
    Late,
}

/// A place where a pattern is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The position of the pattern.
    pub pattern: u32,
    /// Where.
    pub spot: Spot,
}

impl Found {
    /// A file of which nothing else is to be said.
    pub fn plainly(state: State) -> Self {
        Self {
            state,
            ..Self::default()
        }
    }

    /// Whether it would be found again the same, however busy the machine is.
    pub fn is_certain(&self) -> bool {
        matches!(self.state, State::Text | State::NoText)
            && !self.out_of_time
            && self.unchecked.is_empty()
    }
}

/// Looks at the bytes of the file at `path`.
pub fn inspect(
    wanted: &Wanted<'_>,
    path: &[u8],
    bytes: &[u8],
    sifted: &mut Sifted,
    until: Option<Instant>,
) -> Found {
    if !text::is_searched(path, bytes) {
        return Found::plainly(State::NoText);
    }
    let nothing = Found::plainly(State::Text);
    let mut may = |bytes: &[u8]| {
        let by_content = wanted.sieve.look(bytes, sifted);
        wanted.by_path(path, &mut sifted.may) || by_content
    };
    let text = match text::marked(bytes) {
        None if !may(bytes) => return nothing,
        None => text::decode(bytes),
        Some(_) => {
            let text = text::decode(bytes);
            if !may(text.as_bytes()) {
                return nothing;
            }
            text
        }
    };
    let asked = wanted.in_scope(path, &sifted.may, bytes);
    if asked.is_empty() {
        return nothing;
    }
    let path = String::from_utf8_lossy(path);
    let mut subject = Subject::new(&path, &text, until);
    let mut found = nothing;
    let mut hits = Vec::new();
    for at in asked {
        look(wanted, at, &mut subject, &mut found, &mut hits);
    }
    found.errors = subject.has_errors();
    found.out_of_time = subject.is_out_of_time();
    found.hits = places(wanted, &text, hits);
    found
}

fn look(
    wanted: &Wanted<'_>,
    at: usize,
    subject: &mut Subject<'_>,
    found: &mut Found,
    hits: &mut Vec<(Range<usize>, usize)>,
) {
    let sought = &wanted.patterns[at];
    let number = u32::try_from(at).unwrap_or(u32::MAX);
    // One is enough of what must be there.
    let most = if sought.is_expected { 1 } else { MOST };
    match subject.find(sought.pattern, most) {
        Asked::Unchecked => found.unchecked.push(number),
        Asked::Found { ranges, plain } => {
            found.plain |= plain && !ranges.is_empty();
            if !sought.is_expected {
                found.too_many |= ranges.len() >= MOST;
                hits.extend(ranges.into_iter().map(|range| (range, at)));
            } else if !ranges.is_empty() {
                found.present.push(number);
            }
        }
    }
}

/// The places of the hits in their order; where a rule has two patterns for the same, one of them.
fn places(wanted: &Wanted<'_>, text: &str, mut hits: Vec<(Range<usize>, usize)>) -> Vec<Hit> {
    let rule = |at: usize| wanted.patterns[at].rule;
    hits.sort_by_key(|(range, at)| (range.start, range.end, rule(*at), *at));
    hits.dedup_by(|(a, b), (c, d)| a == c && rule(*b) == rule(*d));
    let mut lines = Lines::new(text);
    let hit = |(range, at): (Range<usize>, usize)| Hit {
        pattern: u32::try_from(at).unwrap_or(u32::MAX),
        spot: lines.place(&range),
    };
    hits.into_iter().map(hit).collect()
}
