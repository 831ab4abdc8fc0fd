//! From what was found in files to where rules are broken.

mod expected;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use globset::Candidate;

use crate::git::TreeFile;
use crate::model::spec::PatternKind;
use crate::verify::compiled::{Rule, paths, told};
use crate::verify::fold::Folded;
use crate::verify::glob::Paths;
use crate::verify::inspect::{Found, Hit, State};
use crate::verify::notes::notes;
use crate::verify::pattern::Pattern;
use crate::verify::report::{Kind, More, Place, Report, Violation};
use crate::verify::wanted::{Sought, Wanted};

/// The report of a search.
pub fn judge(wanted: &Wanted<'_>, files: &[TreeFile], folded: Folded) -> Report {
    let Folded { mut found, more } = folded;
    // There may be many: they are moved, not copied.
    let hits = found
        .iter_mut()
        .map(|found| std::mem::take(&mut found.hits));
    let hits: Vec<Vec<Hit>> = hits.collect();
    let mut case = Case::new(wanted, files, &found);
    case.hits(hits);
    case.not_looked_for();
    for at in 0..wanted.rules.len() {
        case.by_path(at);
        case.unchecked(at);
        case.expected(at);
    }
    let mut violations = case.violations;
    // What is about no place comes first; within a rule, by place.
    violations.sort_by_key(|(order, _)| *order);
    let more = more.into_iter().enumerate().filter(|(_, count)| *count > 0);
    let more = more.map(|(at, count)| More {
        spec: wanted.rules[at].0,
        rule: wanted.rules[at].1,
        count,
    });
    Report {
        more: more.collect(),
        notes: notes(wanted, files, &found),
        files: files.len(),
        violations: violations
            .into_iter()
            .map(|(_, violation)| violation)
            .collect(),
    }
}

/// Where a violation comes: by rule, by file, by place in it.
type Order = (usize, Option<(usize, u32, u32)>);

struct Case<'c> {
    wanted: &'c Wanted<'c>,
    files: &'c [TreeFile],
    found: &'c [Found],
    candidates: Vec<Candidate<'c>>,
    /// For each rule, the positions of the patterns that it expects in files.
    expected: Vec<Vec<u32>>,
    /// The patterns that must be somewhere and are.
    present: BTreeSet<u32>,
    /// The files of each scope that was asked for.
    in_scope: BTreeMap<usize, Rc<[usize]>>,
    violations: Vec<(Order, Violation)>,
}

impl<'c> Case<'c> {
    fn new(wanted: &'c Wanted<'c>, files: &'c [TreeFile], found: &'c [Found]) -> Self {
        let candidates = files.iter().map(|file| Candidate::from_bytes(&file.path));
        let mut expected = vec![Vec::new(); wanted.rules.len()];
        for (sought, position) in wanted.patterns.iter().zip(0..) {
            if sought.is_expected {
                expected[sought.rule].push(position);
            }
        }
        Self {
            expected,
            candidates: candidates.collect(),
            present: found
                .iter()
                .flat_map(|found| found.present.iter().copied())
                .collect(),
            in_scope: BTreeMap::new(),
            wanted,
            files,
            found,
            violations: Vec::new(),
        }
    }

    fn rule(&self, at: usize) -> &'c Rule {
        self.wanted.rules[at].2
    }

    fn add(
        &mut self,
        at: usize,
        kind: Kind,
        (pattern, term): (Option<PatternKind>, String),
        place: Option<(usize, Place)>,
    ) {
        let (spec, number, rule) = self.wanted.rules[at];
        let order = place
            .as_ref()
            .map(|(file, place)| (*file, place.line, place.column));
        let violation = Violation {
            spec,
            rule: number,
            id: rule.id.clone(),
            severity: rule.severity,
            kind,
            pattern,
            term,
            place: place.map(|(_, place)| place),
        };
        self.violations.push(((at, order), violation));
    }

    fn path(&self, file: usize) -> String {
        String::from_utf8_lossy(&self.files[file].path).into_owned()
    }

    fn whole(&self, file: usize) -> Option<(usize, Place)> {
        Some((file, Place::file(self.path(file))))
    }

    /// The files that a rule is about.
    fn in_scope(&mut self, at: usize) -> Rc<[usize]> {
        let scope = self.wanted.scope_of[at];
        let (scopes, candidates) = (&self.wanted.scopes, &self.candidates);
        let all = || (0..candidates.len()).filter(|file| scopes[scope].holds(&candidates[*file]));
        let known = self.in_scope.entry(scope);
        known.or_insert_with(|| all().collect()).clone()
    }

    /// What must not be in files and is.
    fn hits(&mut self, hits: Vec<Vec<Hit>>) {
        for (file, hits) in hits.into_iter().enumerate() {
            for hit in hits {
                if let Some(sought) = self.wanted.patterns.get(hit.pattern as usize) {
                    let place = Place::new(self.path(file), hit.spot);
                    let pattern = one(sought.pattern);
                    self.add(sought.rule, Kind::Match, pattern, Some((file, place)));
                }
            }
        }
    }

    /// What could not be looked for in files.
    fn not_looked_for(&mut self) {
        for (file, found) in self.found.iter().enumerate() {
            for at in &found.unchecked {
                if let Some(sought) = self.wanted.patterns.get(*at as usize)
                    && self.matters(sought)
                {
                    let place = self.whole(file);
                    self.add(sought.rule, Kind::Unchecked, one(sought.pattern), place);
                }
            }
        }
    }

    /// Whether a pattern that could not be looked for in a file may break its rule.
    fn matters(&mut self, sought: &Sought<'_>) -> bool {
        let each_file = self.rule(sought.rule).each_file;
        !sought.is_expected || each_file || !self.missing(sought.rule).is_empty()
    }

    /// Files that must not be there.
    fn by_path(&mut self, at: usize) {
        let rule = self.rule(at);
        let named = rule
            .matches
            .iter()
            .filter_map(|pattern| Some((pattern, paths(pattern)?)));
        let named: Vec<_> = named.collect();
        if named.is_empty() {
            return;
        }
        for file in self.in_scope(at).iter().copied() {
            let holds = |named: &&(&Pattern, &Paths)| named.1.holds(&self.candidates[file]);
            if let Some((pattern, _)) = named.iter().find(holds) {
                let place = self.whole(file);
                self.add(at, Kind::Match, one(pattern), place);
            }
        }
    }

    /// Files that could not be searched. Where nothing is forbidden, and what is expected is found
    /// elsewhere, they do not matter.
    fn unchecked(&mut self, at: usize) {
        let rule = self.rule(at);
        let is_failed = |file: &usize| {
            let state = &self.found[*file].state;
            matches!(
                state,
                State::TooLarge(_) | State::Unreadable(_) | State::Late
            )
        };
        let is_about = |patterns: &[Pattern]| patterns.iter().any(Pattern::is_about_content);
        let asked = is_about(&rule.matches) || is_about(&rule.expects);
        if !asked || !(0..self.found.len()).any(|file| is_failed(&file)) {
            return;
        }
        if !is_about(&rule.matches) && !rule.each_file && self.missing(at).is_empty() {
            return;
        }
        let scope = self.in_scope(at);
        let failed: Vec<usize> = scope
            .iter()
            .copied()
            .filter(|file| is_failed(file))
            .collect();
        let (pattern, term) = told(if is_about(&rule.matches) {
            &rule.matches
        } else {
            &rule.expects
        });
        let is_late = |file: &usize| self.found[*file].state == State::Late;
        if failed.iter().any(is_late) {
            self.add(at, Kind::Unchecked, (pattern, term.clone()), None);
        }
        for file in failed {
            if !matches!(self.found[file].state, State::Late) {
                let place = self.whole(file);
                self.add(at, Kind::Unchecked, (pattern, term.clone()), place);
            }
        }
    }
}

fn one(pattern: &Pattern) -> (Option<PatternKind>, String) {
    (Some(pattern.kind), pattern.text.clone())
}
