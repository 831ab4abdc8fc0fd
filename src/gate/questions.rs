//! `questions`: no open blocking question and no unconfirmed assumption is about the phase.
//!
//! It is judged by the plan as it stands now, like `tasks` and `checkpoint`: it is bound to no code.

use super::{Case, State, Verdict};
use crate::model::{Entry, EntryKind, Phase, Plan};

pub(super) fn judge(case: &Case<'_>) -> Verdict {
    let plan = case.plan;
    if let Some(file) = plan.broken_entries().next() {
        let reason = format!("{} cannot be read", file.path);
        return Verdict::new(State::Error, reason).fix(&["doctor"]);
    }
    let mut open: Vec<&Entry> = in_the_way(plan, case.phase).collect();
    open.sort_by_key(|entry| (entry.label, entry.id));
    let Some(first) = open.first() else {
        let reason = "no blocking question is open, every assumption is confirmed";
        return Verdict::new(State::Ok, reason);
    };
    let name = plan.entry_name(first.id);
    let what = match first.kind {
        EntryKind::Assumption => "is not confirmed",
        _ => "is open",
    };
    let rest = match open.len() - 1 {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let reason = format!("{} {name} {what}: {}{rest}", first.kind, first.title());
    Verdict::new(State::Unmet, reason).fix(&["register", "resolve", &name, "…"])
}

/// The entries that keep a phase from being closed: open, about the phase, and a blocking question
/// or an assumption. An assumption that is about nothing in particular is in nobody's way, unless
/// it is said to block.
fn in_the_way<'a>(plan: &'a Plan, phase: &'a Phase) -> impl Iterator<Item = &'a Entry> {
    let is_asked = |entry: &Entry| match entry.kind {
        EntryKind::Assumption => entry.blocking || !entry.concerns.is_empty(),
        kind => entry.blocking && kind.can_block(),
    };
    plan.register.iter().filter(move |entry| {
        entry.is_open() && is_asked(entry) && plan.concerns_phase(entry, &phase.id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::{self, QUESTIONS};
    use crate::gate::{Answer, Code, Signer};
    use crate::model::{Broken, Gate, Header, Person, Plan, Policy, Record, Slug, Time};

    /// Code that nobody looks at: the kind is bound to none.
    struct NoCode;

    impl Code for NoCode {
        fn commit(&self) -> Option<&str> {
            None
        }
        fn tree(&self) -> &str {
            ""
        }
        fn entry(&self, _: &str) -> Answer<Option<String>> {
            Err("not asked for".to_owned())
        }
        fn changed_since(&self, _: &str) -> Answer<Option<Vec<String>>> {
            Err("not asked for".to_owned())
        }
        fn authors(&self) -> Answer<Vec<Person>> {
            Err("not asked for".to_owned())
        }
        fn signer(&self, _: &Record, _: &[String]) -> Answer<Signer> {
            Err("not asked for".to_owned())
        }
        fn verify(&self, _: &Plan, _: &[Slug]) -> Answer<crate::verify::Report> {
            Err("not asked for".to_owned())
        }
        fn now(&self) -> Time {
            Time(0)
        }
    }

    fn plan(entries: &[(EntryKind, bool, &[&str])]) -> Plan {
        let mut plan = Plan::new("plan".parse().unwrap(), Header::default());
        for id in ["one", "two"] {
            let mut phase = Phase::new(id.parse().unwrap(), id);
            let gate = Gate::new("asked".parse().unwrap(), QUESTIONS);
            phase.gates.push(gate);
            plan.header.phases.push(phase);
        }
        for (number, (kind, blocking, concerns)) in (1..).zip(entries) {
            let id = format!("{number:010}").parse().unwrap();
            let mut entry = Entry::new(id, *kind, "What of it?\nAt length.");
            entry.label.number = number;
            entry.blocking = *blocking;
            entry.concerns = concerns.iter().map(|&word| word.to_owned()).collect();
            plan.register.push(entry);
        }
        plan
    }

    fn judged(plan: &Plan, phase: usize) -> gate::Judgement {
        let phase = &plan.header.phases[phase];
        gate::judge_under(plan, phase, &phase.gates[0], &NoCode, &Policy::default())
    }

    fn states(entries: &[(EntryKind, bool, &[&str])]) -> (State, State) {
        let plan = plan(entries);
        (judged(&plan, 0).state, judged(&plan, 1).state)
    }

    use EntryKind::{Assumption, Decision, Discrepancy, Hypothesis, Question, Risk};
    use State::{Ok, Unmet};

    #[test]
    fn what_is_in_the_way_of_which_phase() {
        assert_eq!(states(&[]), (Ok, Ok));
        assert_eq!(states(&[(Question, false, &["one"])]), (Ok, Ok));
        assert_eq!(states(&[(Question, true, &["one"])]), (Unmet, Ok));
        assert_eq!(states(&[(Question, true, &[])]), (Unmet, Unmet));
        assert_eq!(states(&[(Assumption, false, &["two"])]), (Ok, Unmet));
        assert_eq!(states(&[(Assumption, false, &["FR-1"])]), (Unmet, Unmet));
        assert_eq!(states(&[(Assumption, false, &[])]), (Ok, Ok));
        assert_eq!(states(&[(Assumption, true, &[])]), (Unmet, Unmet));
        for kind in [Risk, Decision, Discrepancy, Hypothesis] {
            assert_eq!(states(&[(kind, true, &["one"])]), (Ok, Ok), "{kind}");
        }
    }

    #[test]
    fn a_resolution_clears_the_way_and_the_next_one_is_named() {
        let mut plan = plan(&[(Question, true, &[]), (Assumption, false, &["one"])]);
        let first = judged(&plan, 0);
        assert_eq!(
            first.reason,
            "question Q-1 is open: What of it?; and 1 more"
        );
        assert_eq!(first.fix.unwrap(), ["register", "resolve", "Q-1", "…"]);
        let ada = || "Ada <ada@example.org>".to_owned();
        plan.register[0] = plan.register[0]
            .clone()
            .resolved("So", ada(), None, Time(1));
        let second = judged(&plan, 0);
        assert_eq!(
            second.reason,
            "assumption A-2 is not confirmed: What of it?"
        );
        plan.register[1] = plan.register[1]
            .clone()
            .resolved("So", ada(), None, Time(1));
        assert_eq!(judged(&plan, 0).state, Ok);
    }

    #[test]
    fn a_file_that_cannot_be_read_might_hold_a_question() {
        let mut plan = plan(&[]);
        plan.broken.push(Broken {
            path: ".plans/plan/registers/k3v9x0a2b1.toml".to_owned(),
            line: Some(1),
            cause: "not TOML".to_owned(),
        });
        let judgement = judged(&plan, 0);
        assert_eq!(judgement.state, State::Error);
        assert_eq!(judgement.fix.unwrap(), ["doctor"]);
    }
}
