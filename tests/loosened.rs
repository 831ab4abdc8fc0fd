//! What is not told as weaker asks for no less: rules against small trees of code, by brute force.

use std::collections::BTreeSet;

use git_plan::review::loosened::less;
use git_plan::review::meaning::{Asked, Wanted};
use proptest::prelude::*;

const FILES: [&str; 3] = ["a", "b", "c"];
const PATTERNS: [&str; 3] = ["p", "q", "r"];

/// How a pattern is found in a file.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
enum Found {
    Not,
    InAnotherCase,
    Exactly,
}

/// For each file, whether it is there, and how each pattern is found in it.
type World = [Option<[Found; 3]>; 3];

fn in_scope(asked: &Asked, world: &World) -> Vec<[Found; 3]> {
    let is_in = |file: &str| {
        let included = asked.include.is_empty() || asked.include.contains(file);
        included && !asked.exclude.contains(file)
    };
    let files = FILES.iter().zip(world);
    let files = files.filter(|(file, _)| is_in(file));
    files.filter_map(|(_, file)| *file).collect()
}

fn found(wanted: &Wanted, file: &[Found; 3]) -> Vec<bool> {
    let least = match wanted.case {
        true => Found::Exactly,
        false => Found::InAnotherCase,
    };
    let at = |pattern: &&str| wanted.patterns.contains(*pattern);
    let all = PATTERNS.iter().zip(file);
    let all = all.filter(|(pattern, _)| at(pattern));
    all.map(|(_, found)| *found >= least).collect()
}

/// Whether the code breaks a rule.
fn is_broken(asked: &Asked, world: &World) -> bool {
    let files = in_scope(asked, world);
    let has = |file: &[Found; 3]| found(&asked.matches, file).contains(&true);
    if files.iter().any(has) {
        return true;
    }
    if asked.expect.is_empty() {
        return false;
    }
    let is_met = |found: &[bool]| match asked.all {
        true => found.iter().all(|one| *one),
        false => found.contains(&true),
    };
    if asked.each_file {
        let meets = |file: &[Found; 3]| is_met(&found(&asked.expect, file));
        return files.is_empty() || !files.iter().all(meets);
    }
    let of_files = files.iter().map(|file| found(&asked.expect, file));
    let nothing = vec![false; asked.expect.patterns.len()];
    let together = of_files.fold(nothing, |one, other| {
        one.iter().zip(other).map(|(a, b)| *a || b).collect()
    });
    !is_met(&together)
}

fn subset(of: [&'static str; 3]) -> impl Strategy<Value = BTreeSet<String>> {
    prop::collection::btree_set(
        prop::sample::select(of.to_vec()).prop_map(str::to_owned),
        0..3,
    )
}

fn wanted() -> impl Strategy<Value = Wanted> {
    (any::<bool>(), subset(PATTERNS)).prop_map(|(case, patterns)| Wanted {
        case: case && !patterns.is_empty(),
        patterns,
    })
}

fn asked() -> impl Strategy<Value = Asked> {
    let flags = (any::<bool>(), any::<bool>());
    let scope = (subset(FILES), subset(FILES));
    (wanted(), wanted(), flags, scope).prop_map(|(matches, expect, flags, scope)| Asked {
        all: flags.0 && !expect.is_empty(),
        each_file: flags.1 && !expect.is_empty(),
        matches,
        expect,
        include: scope.0,
        exclude: scope.1,
    })
}

/// A rule, and one that differs from it in little.
fn two() -> impl Strategy<Value = (Asked, Asked)> {
    (asked(), asked(), prop::collection::vec(any::<bool>(), 6)).prop_map(|(one, other, keep)| {
        let mut near = one.clone();
        let mut keep = keep.into_iter();
        let mut takes = || keep.next() == Some(true);
        if takes() {
            near.matches = other.matches;
        }
        if takes() {
            near.expect = other.expect;
        }
        if takes() {
            near.all = other.all;
        }
        if takes() {
            near.each_file = other.each_file;
        }
        if takes() {
            near.include = other.include;
        }
        if takes() {
            near.exclude = other.exclude;
        }
        (one, near)
    })
}

fn world() -> impl Strategy<Value = World> {
    let found = prop::sample::select(vec![Found::Not, Found::InAnotherCase, Found::Exactly]);
    let file = prop::option::weighted(0.8, [found.clone(), found.clone(), found]);
    [file.clone(), file.clone(), file]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn what_broke_a_rule_breaks_it_still_unless_it_is_told((old, new) in two(), world in world()) {
        // A scope without a file is a mistake, and mending it is none.
        let is_mistaken = old.each_file && in_scope(&old, &world).is_empty();
        if !is_mistaken && less(&old, &new).is_none() {
            prop_assert!(!is_broken(&old, &world) || is_broken(&new, &world));
        }
    }
}
