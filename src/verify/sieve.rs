//! All needles of all patterns, looked for in a file at once: most files hold none of them, and
//! are done.

use aho_corasick::packed::{self, Searcher};
use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};

use super::needle::Needle;

/// These are the same as `k` and as `s` to an expression that takes letters in either case: a file
/// that holds one is looked at whole.
const FOREIGN: [&str; 2] = ["\u{212a}", "\u{17f}"];

/// Finds the patterns that a file may hold.
#[derive(Debug)]
pub struct Sieve {
    /// Each once; the longest first.
    needles: Vec<Vec<u8>>,
    /// The patterns that each needle stands for; of those that stand for all, none.
    patterns: Vec<Vec<usize>>,
    /// For each needle, the shorter ones that are part of it.
    within: Vec<Vec<usize>>,
    /// The patterns without a needle.
    always: Vec<usize>,
    /// How many patterns there are.
    count: usize,
    finder: Finder,
}

#[derive(Debug)]
enum Finder {
    /// There are no needles.
    Nothing,
    /// A few, many at a time.
    Few(Box<Searcher>),
    /// Any number.
    Many(Box<AhoCorasick>),
}

/// What is used again for each file.
#[derive(Debug, Default)]
pub struct Sifted {
    lower: Vec<u8>,
    found: Vec<bool>,
    /// Whether each pattern may be in the file.
    pub may: Vec<bool>,
}

impl Sieve {
    /// One for these patterns.
    ///
    /// # Errors
    /// If there is too much to look for.
    pub fn new<'a>(all: impl Iterator<Item = &'a Needle>) -> Result<Self, String> {
        let (mut by_needle, mut always, mut count) =
            (Vec::<(Vec<u8>, usize)>::new(), Vec::new(), 0);
        for needle in all {
            match &needle.0 {
                Some(any) => {
                    by_needle.extend(any.iter().map(|text| (text.clone().into_bytes(), count)));
                }
                None => always.push(count),
            }
            count += 1;
        }
        let (needles, patterns) = grouped(by_needle);
        Ok(Self {
            finder: Finder::new(&needles)?,
            within: within(&needles),
            needles,
            patterns,
            always,
            count,
        })
    }

    /// Whether any pattern may be in these bytes; which, stands in `sifted` then.
    pub fn look(&self, bytes: &[u8], sifted: &mut Sifted) -> bool {
        let Sifted { lower, found, may } = sifted;
        lower.clear();
        lower.extend(bytes.iter().map(u8::to_ascii_lowercase));
        found.clear();
        found.resize(self.needles.len(), false);
        let any = self.finder.look(lower, &self.needles, &self.within, found);
        may.clear();
        may.resize(self.count, false);
        if !any && self.always.is_empty() {
            return false;
        }
        self.always.iter().for_each(|pattern| may[*pattern] = true);
        for (needle, _) in found.iter().enumerate().filter(|(_, found)| **found) {
            match self.patterns[needle].as_slice() {
                [] => may.fill(true),
                patterns => patterns.iter().for_each(|pattern| may[*pattern] = true),
            }
        }
        true
    }
}

/// Each needle once, with its patterns; the longest first.
fn grouped(mut by_needle: Vec<(Vec<u8>, usize)>) -> (Vec<Vec<u8>>, Vec<Vec<usize>>) {
    by_needle.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    let (mut needles, mut patterns) = (Vec::<Vec<u8>>::new(), Vec::<Vec<usize>>::new());
    for (needle, pattern) in by_needle {
        match (needles.last(), patterns.last_mut()) {
            (Some(last), Some(patterns)) if *last == needle => patterns.push(pattern),
            _ => {
                needles.push(needle);
                patterns.push(vec![pattern]);
            }
        }
    }
    if !needles.is_empty() {
        for foreign in FOREIGN {
            needles.push(foreign.as_bytes().to_vec());
            patterns.push(Vec::new());
        }
    }
    (needles, patterns)
}

/// Few enough for looking through all pairs.
const FEW: usize = 64;

fn within(needles: &[Vec<u8>]) -> Vec<Vec<usize>> {
    if needles.len() > FEW {
        return Vec::new();
    }
    let is_in = |short: &[u8], long: &[u8]| long.windows(short.len()).any(|part| part == short);
    let shorter = |(at, long): (usize, &Vec<u8>)| {
        let others = needles.iter().enumerate().skip(at + 1);
        let inside = others.filter(|(_, short)| is_in(short, long));
        inside.map(|(at, _)| at).collect()
    };
    needles.iter().enumerate().map(shorter).collect()
}

/// Bytes of needles that may be looked for in the quickest way.
const QUICK: usize = 16 * 1024;

impl Finder {
    fn new(needles: &[Vec<u8>]) -> Result<Self, String> {
        if needles.is_empty() {
            return Ok(Self::Nothing);
        }
        if needles.len() <= FEW {
            let mut config = packed::Config::new();
            config.match_kind(packed::MatchKind::LeftmostLongest);
            let searcher = config.builder().extend(needles).build();
            if let Some(searcher) = searcher {
                return Ok(Self::Few(Box::new(searcher)));
            }
        }
        // The quickest kind takes some memory for each byte.
        let is_small = needles.iter().map(Vec::len).sum::<usize>() < QUICK;
        let built = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .start_kind(StartKind::Unanchored)
            .kind(is_small.then_some(AhoCorasickKind::DFA))
            .build(needles);
        built
            .map(|found| Self::Many(Box::new(found)))
            .map_err(|error| error.to_string())
    }

    /// Says which needles are there; false if none is.
    fn look(
        &self,
        text: &[u8],
        needles: &[Vec<u8>],
        within: &[Vec<usize>],
        found: &mut [bool],
    ) -> bool {
        match self {
            Self::Nothing => false,
            Self::Few(searcher) => few(searcher, text, needles.len(), within, found),
            Self::Many(automaton) => many(automaton, text, found),
        }
    }
}

fn few(
    searcher: &Searcher,
    text: &[u8],
    count: usize,
    within: &[Vec<usize>],
    found: &mut [bool],
) -> bool {
    let (mut from, mut missing) = (0, count);
    while missing > 0
        && let Some(one) = searcher.find_in(text, (from..text.len()).into())
    {
        let at = one.pattern().as_usize();
        // Of those that begin here, it is the longest: the others are part of it.
        if !found[at] {
            for at in within[at].iter().copied().chain([at]) {
                missing -= usize::from(!std::mem::replace(&mut found[at], true));
            }
        }
        from = one.start() + 1;
    }
    missing < count
}

fn many(automaton: &AhoCorasick, text: &[u8], found: &mut [bool]) -> bool {
    let input = Input::new(text).anchored(Anchored::No);
    let mut any = false;
    for one in automaton.find_overlapping_iter(input) {
        found[one.pattern().as_usize()] = true;
        any = true;
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sifted(needles: &[&str], text: &str) -> Option<Vec<usize>> {
        let needles: Vec<Needle> = needles
            .iter()
            .map(|needle| Needle((!needle.is_empty()).then(|| vec![(*needle).to_owned()])))
            .collect();
        let sieve = Sieve::new(needles.iter()).unwrap();
        let mut sifted = Sifted::default();
        sieve.look(text.as_bytes(), &mut sifted).then(|| {
            let may = sifted.may.iter().enumerate().filter(|(_, may)| **may);
            may.map(|(at, _)| at).collect()
        })
    }

    #[test]
    fn needles_that_overlap_are_all_found() {
        let needles = ["auth0", "auth0client", "tclient", "0c", "client"];
        assert_eq!(sifted(&needles, "an AUTH0CLIENT"), Some(vec![0, 1, 3, 4]));
        assert_eq!(sifted(&needles, "auth0cli tclient"), Some(vec![0, 2, 3, 4]));
        assert_eq!(sifted(&needles, "nothing"), None);
    }

    #[test]
    fn what_has_no_needle_may_be_anywhere() {
        assert_eq!(sifted(&["", "ab"], "x"), Some(vec![0]));
        assert_eq!(sifted(&["", "ab"], "xab"), Some(vec![0, 1]));
        assert_eq!(sifted(&["user", "x1"], "u\u{17f}er"), Some(vec![0, 1]));
    }

    #[test]
    fn many_needles_are_found_as_few_are() {
        let needles: Vec<String> = (0..500).map(|n| format!("needle{n}x")).collect();
        let needles: Vec<&str> = needles.iter().map(String::as_str).collect();
        assert_eq!(
            sifted(&needles, "needle7x needle77xneedle499x"),
            Some(vec![7, 77, 499])
        );
    }
}
