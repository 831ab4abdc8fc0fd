//! The first look at every file: by its words, whether it is worth parsing.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use regex::Regex;

use super::target::Target;
use super::words::{self, Weights};
use super::{Query, Reader, Search, quality};
use crate::model::spec::Language;

/// So many files are parsed, the best ones.
const BEST: usize = 300;

/// What the first look tells.
#[derive(Debug, Default)]
pub(super) struct Sifted {
    /// The positions of files to parse, the best first.
    pub best: Vec<usize>,
    /// How much the words tell, by how many files have them.
    pub weights: Weights,
    /// How many files there are in a language with a grammar.
    pub files: usize,
    /// How many have some of the words.
    pub candidates: usize,
}

/// What one file tells.
struct Seen {
    file: usize,
    /// Its likeness as far as words tell, from 0 to 1; for code, still to be weighed.
    score: f64,
    /// Which of the needles it has.
    has: Vec<usize>,
}

/// Looks at all files.
pub(super) fn run(search: &Search<'_>, target: &Target) -> Sifted {
    let fits =
        |path: &String| Language::of_path(path).is_some_and(|language| target.may_be_in(language));
    let files: Vec<usize> = (0..search.paths.len())
        .filter(|at| fits(&search.paths[*at]))
        .collect();
    let Some(sieve) = Sieve::of(target) else {
        return Sifted {
            files: files.len(),
            ..Sifted::default()
        };
    };
    let seen = all(search, &files, &sieve, target);
    let mut counts = vec![0; target.needles.len()];
    for one in &seen {
        one.has.iter().for_each(|needle| counts[*needle] += 1);
    }
    let counted = target.needles.iter().cloned().zip(counts);
    let weights = Weights::new(counted, files.len());
    let best = best(&seen, target, &weights, search.paths);
    Sifted {
        candidates: best.len(),
        best: best.into_iter().take(BEST).collect(),
        weights,
        files: files.len(),
    }
}

/// The files that have something, the best first.
fn best(seen: &[Seen], target: &Target, weights: &Weights, paths: &[String]) -> Vec<usize> {
    let total: f64 = target.needles.iter().map(|needle| weights.of(needle)).sum();
    let weigh = |one: &Seen| {
        let by_names = || {
            let has = one.has.iter().map(|at| weights.of(&target.needles[*at]));
            has.sum::<f64>() / total.max(1e-9)
        };
        let score = match target.code {
            Some(_) => by_names(),
            None => one.score,
        };
        score * quality::of_path(&paths[one.file], is_about_tests(target))
    };
    let mut scored: Vec<(f64, usize)> = seen.iter().map(|one| (weigh(one), one.file)).collect();
    scored.retain(|(score, _)| *score > 0.0);
    scored.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then_with(|| paths[a.1].cmp(&paths[b.1]))
    });
    scored.into_iter().map(|(_, file)| file).collect()
}

/// Whether tests are wanted.
pub(super) fn is_about_tests(target: &Target) -> bool {
    let by_path = match &target.query {
        Query::Like { path, .. } => quality::is_test(&path.to_ascii_lowercase()),
        _ => false,
    };
    by_path || target.words.first().is_some_and(|word| word == "test")
}

fn all(search: &Search<'_>, files: &[usize], sieve: &Sieve, target: &Target) -> Vec<Seen> {
    let next = AtomicUsize::new(0);
    let seen = Mutex::new(Vec::new());
    let paths = search.paths;
    on_all_cores(search, &|mut read| {
        let mut own = Vec::new();
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let text = read(*file);
            let text = text.filter(|text| !quality::is_minified(text));
            own.extend(text.and_then(|text| sieve.look(*file, &paths[*file], &text, target)));
        }
        if let Ok(mut seen) = seen.lock() {
            seen.append(&mut own);
        }
    });
    let mut seen = seen.into_inner().unwrap_or_default();
    seen.sort_by_key(|one| one.file);
    seen
}

/// Does the same on each core, each with a reader of its own.
pub(super) fn on_all_cores(search: &Search<'_>, work: &(dyn Fn(Reader<'_>) + Sync)) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 1..cores {
            let reader = (search.open)();
            scope.spawn(move || work(reader));
        }
        work((search.open)());
    });
}

/// What files are held to.
enum Sieve {
    /// Whole names, with their places among the needles.
    Names(HashMap<String, usize>),
    /// Parts of names.
    Words(AhoCorasick),
    /// A call, a decorator or an annotation that is named for a method.
    Route(Regex),
}

impl Sieve {
    fn of(target: &Target) -> Option<Self> {
        if let Query::Route { method, .. } = &target.query {
            let method = method.as_deref().map(regex::escape);
            let method =
                method.unwrap_or_else(|| "get|post|put|patch|delete|route|path".to_owned());
            let pattern = format!(
                r#"(?i)[.@\["'\s({{](?:http\.Method|axum::)?(?:{method})(?:_?mapping|func)?["']?(?:\s*[(<,\]\s])"#
            );
            return Regex::new(&pattern).ok().map(Self::Route);
        }
        if target.code.is_some() {
            let names = target.needles.iter().cloned().zip(0..);
            return Some(Self::Names(names.collect()));
        }
        let mut builder = AhoCorasickBuilder::new();
        builder.ascii_case_insensitive(true);
        builder.build(&target.needles).ok().map(Self::Words)
    }

    fn look(&self, file: usize, path: &str, text: &str, target: &Target) -> Option<Seen> {
        match self {
            Self::Route(pattern) => {
                let hits = pattern.find_iter(text).take(8).count();
                let is_router = ["oute", "apping", "andle", "app.", "web::"]
                    .iter()
                    .any(|word| text.contains(word));
                let words = target
                    .words
                    .iter()
                    .filter(|word| text.contains(word.as_str()))
                    .count();
                let score = hits as f64 / 8.0 + f64::from(u8::from(is_router)) + words as f64;
                (hits > 0).then_some(Seen {
                    file,
                    score,
                    has: Vec::new(),
                })
            }
            Self::Names(wanted) => names(wanted, file, text),
            Self::Words(needles) => {
                let mut seen = by_name(needles, file, text, target);
                if matches!(target.query, Query::Component(_)) {
                    let is_page =
                        path.ends_with('x') || text.contains("/>") || text.contains("Component");
                    seen.score += 0.05;
                    return is_page.then_some(seen);
                }
                (seen.score > 0.0).then_some(seen)
            }
        }
    }
}

/// Which of the names a file has as whole words.
fn names(wanted: &HashMap<String, usize>, file: usize, text: &str) -> Option<Seen> {
    let mut has = vec![false; wanted.len()];
    for name in text.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
        if let Some(at) = wanted.get(name) {
            has[*at] = true;
        }
    }
    let has: Vec<usize> = (0..has.len()).filter(|at| has[*at]).collect();
    (!has.is_empty()).then_some(Seen {
        file,
        score: 0.0,
        has,
    })
}

/// The likeness of the name in a text that is most like what is wanted.
fn by_name(needles: &AhoCorasick, file: usize, text: &str, target: &Target) -> Seen {
    let even = Weights::default();
    let (mut known, mut has) = (HashSet::new(), vec![false; target.needles.len()]);
    let mut score: f64 = 0.0;
    for hit in needles.find_overlapping_iter(text) {
        has[hit.pattern().as_usize()] = true;
        let Some(name) = name_around(text, hit.start()) else {
            continue;
        };
        if !known.insert(name) {
            continue;
        }
        let words = words::split(name);
        score = score.max(words::likeness(&target.words, &words, &even));
    }
    let has = (0..has.len()).filter(|at| has[*at]).collect();
    Seen { file, score, has }
}

/// The name that a place is in.
fn name_around(text: &str, at: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let before = bytes[..at]
        .iter()
        .rev()
        .take(80)
        .take_while(|byte| is_name(byte))
        .count();
    let behind = bytes[at..]
        .iter()
        .take(80)
        .take_while(|byte| is_name(byte))
        .count();
    text.get(at - before..at + behind)
}
