//! From what was found in files to where rules are broken.

use globset::Candidate;

use super::compiled::{Rule, paths, told};
use super::fold::Folded;
use super::glob::Paths;
use super::inspect::{Found, State};
use super::notes::notes;
use super::pattern::Pattern;
use super::report::{Kind, More, Place, Report, Violation};
use super::wanted::Wanted;
use crate::git::TreeFile;
use crate::model::spec::PatternKind;

/// The report of a search.
pub fn judge(wanted: &Wanted<'_>, files: &[TreeFile], folded: Folded) -> Report {
    let Folded { found, more } = folded;
    let mut case = Case::new(wanted, files, &found);
    case.by_content();
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
        notes: notes(files, &found),
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
    violations: Vec<(Order, Violation)>,
}

impl<'c> Case<'c> {
    fn new(wanted: &'c Wanted<'c>, files: &'c [TreeFile], found: &'c [Found]) -> Self {
        let candidates = files.iter().map(|file| Candidate::from_bytes(&file.path));
        Self {
            candidates: candidates.collect(),
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
    fn in_scope(&self, at: usize) -> Vec<usize> {
        let scope = &self.rule(at).scope;
        let files = 0..self.files.len();
        files
            .filter(|file| scope.holds(&self.candidates[*file]))
            .collect()
    }

    /// Hits in files, and what could not be looked for in them.
    fn by_content(&mut self) {
        for (file, found) in self.found.iter().enumerate() {
            for hit in &found.hits {
                let Some(sought) = self.wanted.patterns.get(hit.pattern as usize) else {
                    continue;
                };
                let place = Place::new(self.path(file), hit.spot.clone());
                self.add(
                    sought.rule,
                    Kind::Match,
                    one(sought.pattern),
                    Some((file, place)),
                );
            }
            for at in &found.unchecked {
                if let Some(sought) = self.wanted.patterns.get(*at as usize) {
                    let place = self.whole(file);
                    self.add(sought.rule, Kind::Unchecked, one(sought.pattern), place);
                }
            }
        }
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
        for file in self.in_scope(at) {
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
        let failed: Vec<usize> = self
            .in_scope(at)
            .into_iter()
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

    /// What must be there and is not.
    fn expected(&mut self, at: usize) {
        let rule = self.rule(at);
        if rule.expects.is_empty() {
            return;
        }
        if !rule.each_file {
            for missing in self.missing(at) {
                self.add(at, Kind::Missing, missing, None);
            }
            return;
        }
        let texts = self.in_scope(at).into_iter();
        let texts: Vec<usize> = texts
            .filter(|file| self.found[*file].state == State::Text)
            .collect();
        if texts.is_empty() {
            self.add(at, Kind::Missing, told(&rule.expects), None);
        }
        for file in texts {
            let missing =
                self.missing_of(at, |position, pattern| self.has(file, position, pattern));
            let place = self.whole(file);
            match missing.as_slice() {
                [] => {}
                [one] => self.add(at, Kind::Missing, one.clone(), place),
                several => {
                    let same = several.iter().all(|(kind, _)| *kind == several[0].0);
                    let terms: Vec<&str> = several.iter().map(|(_, term)| term.as_str()).collect();
                    let kind = several[0].0.filter(|_| same);
                    let told = (kind, terms.join(", "));
                    self.add(at, Kind::Missing, told, place);
                }
            }
        }
    }

    /// What a rule expects anywhere in its scope, and is nowhere there.
    fn missing(&self, at: usize) -> Vec<(Option<PatternKind>, String)> {
        let scope = self.in_scope(at);
        self.missing_of(at, |position, pattern| {
            scope.iter().any(|file| self.has(*file, position, pattern))
        })
    }

    /// Of what is expected, that which is not there: each pattern, or all of them together where
    /// one is enough.
    fn missing_of(
        &self,
        at: usize,
        has: impl Fn(Option<u32>, &Pattern) -> bool,
    ) -> Vec<(Option<PatternKind>, String)> {
        let rule = self.rule(at);
        let mut positions = self.positions(at);
        let missing: Vec<&Pattern> = rule
            .expects
            .iter()
            .filter(|pattern| {
                let position = pattern
                    .is_about_content()
                    .then(|| positions.next())
                    .flatten();
                !has(position, pattern)
            })
            .collect();
        match rule.all {
            true => missing.into_iter().map(one).collect(),
            false if missing.len() < rule.expects.len() => Vec::new(),
            false => vec![told(&rule.expects)],
        }
    }

    /// The positions of the patterns that a rule expects in files.
    fn positions(&self, at: usize) -> impl Iterator<Item = u32> {
        let all = self.wanted.patterns.iter().zip(0..);
        let expected = all.filter(move |(sought, _)| sought.rule == at && sought.is_expected);
        expected.map(|(_, position)| position)
    }

    fn has(&self, file: usize, position: Option<u32>, pattern: &Pattern) -> bool {
        match (position, paths(pattern)) {
            (Some(position), _) => self.found[file].present.contains(&position),
            (None, Some(paths)) => paths.holds(&self.candidates[file]),
            (None, None) => false,
        }
    }
}

fn one(pattern: &Pattern) -> (Option<PatternKind>, String) {
    (Some(pattern.kind), pattern.text.clone())
}
