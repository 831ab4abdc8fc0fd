//! What a rule expects: anywhere in its scope, or in each file of it.

use std::rc::Rc;

use super::{Case, one};
use crate::model::spec::PatternKind;
use crate::verify::compiled::{paths, told};
use crate::verify::inspect::State;
use crate::verify::pattern::Pattern;
use crate::verify::report::Kind;

impl Case<'_> {
    /// What must be there and is not.
    pub(super) fn expected(&mut self, at: usize) {
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
        let scope = self.in_scope(at);
        let texts = scope.iter().copied();
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
    pub(super) fn missing(&mut self, at: usize) -> Vec<(Option<PatternKind>, String)> {
        let by_path = self.rule(at).expects.iter().any(|one| paths(one).is_some());
        let scope = if by_path {
            self.in_scope(at)
        } else {
            Rc::default()
        };
        self.missing_of(at, |position, pattern| match position {
            Some(position) => self.present.contains(&position),
            None => scope.iter().any(|file| self.has(*file, None, pattern)),
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
        let mut positions = self.expected[at].iter().copied();
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

    fn has(&self, file: usize, position: Option<u32>, pattern: &Pattern) -> bool {
        match (position, paths(pattern)) {
            (Some(position), _) => self.found[file].present.contains(&position),
            (None, Some(paths)) => paths.holds(&self.candidates[file]),
            (None, None) => false,
        }
    }
}
