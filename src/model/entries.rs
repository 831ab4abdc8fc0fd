//! The register of a plan: how an entry comes to be, how it changes, which one a word names, and
//! what an entry is about.

use serde_json::Value;

use super::apply::{entity, patched};
use super::edit::patch::Mismatch;
use super::edit::{Change, Edit, shape};
use super::id;
use super::refer::{PREFIX, ReferError};
use super::register::{Entry, EntryKind, Label};
use super::validity::invalid;
use super::{EntryId, Plan, Refusal, Slug, TaskRow, limits};

/// What a word of [`Entry::concerns`] names.
#[derive(Debug, Clone, Copy)]
pub enum Concern<'a> {
    /// A phase.
    Phase(&'a Slug),
    /// A task.
    Task(&'a TaskRow),
    /// A requirement, by its label.
    Requirement(&'a str),
    /// Something that is not there, or not any more.
    Nothing(&'a str),
}

impl Plan {
    pub(super) fn apply_to_entry(&mut self, id: EntryId, edit: &Edit) -> Result<(), Refusal> {
        self.must_be_active()?;
        match &edit.change {
            Change::Add { value, .. } => self.add_entry(value),
            Change::Remove { .. } => invalid(format!(
                "entry {} of the register is resolved, never removed",
                self.entry_name(id)
            )),
            _ => self.change_entry(id, edit),
        }
    }

    fn add_entry(&mut self, value: &Value) -> Result<(), Refusal> {
        let mut entry: Entry = entity(value)?;
        if self.register.iter().any(|other| other.id == entry.id) {
            let cause = Mismatch::Exists(format!("entry {}", entry.id));
            return Err(Refusal::Conflict {
                what: "add".to_owned(),
                cause,
            });
        }
        if self.register.len() >= limits::ENTRIES {
            let (plan, limit) = (&self.id, limits::ENTRIES);
            return invalid(format!(
                "the register of plan {plan} has {limit} entries, the most it may have"
            ));
        }
        entry.label.number = entry.label.number.max(self.next_in_register(entry.kind)?);
        entry.check()?;
        self.touched.register.insert(entry.id);
        self.register.push(entry);
        Ok(())
    }

    fn change_entry(&mut self, id: EntryId, edit: &Edit) -> Result<(), Refusal> {
        let conflict = |what: String, cause| Refusal::Conflict { what, cause };
        let name = self.entry_name(id);
        let Some(place) = self.register.iter().position(|entry| entry.id == id) else {
            let cause = Mismatch::Gone("it".to_owned());
            return Err(conflict(format!("entry {id}"), cause));
        };
        let old = &self.register[place];
        let new: Entry = patched(&shape::ENTRY, old, edit)
            .map_err(|cause| conflict(name, cause))
            .and_then(|value| entity(&value))?;
        new.check()?;
        check_change(old, &new)?;
        self.register[place] = new;
        self.touched.register.insert(id);
        Ok(())
    }

    /// The number of the next new entry of a kind.
    fn next_in_register(&self, kind: EntryKind) -> Result<u32, Refusal> {
        let of_kind = self.register.iter().filter(|entry| entry.kind == kind);
        let present = of_kind.map(|entry| entry.label.number).max();
        let highest = present.max(self.reserved_label).unwrap_or(0);
        match highest.checked_add(1) {
            Some(number) => Ok(number),
            None => invalid(format!("plan {} has no label left for a {kind}", self.id)),
        }
    }

    /// The entry of that id.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.register.iter().find(|entry| entry.id == id)
    }

    /// What people call an entry: its label, or its id where another has the same label.
    pub fn entry_name(&self, id: EntryId) -> String {
        let Some(entry) = self.entry(id) else {
            return id.to_string();
        };
        let same = |other: &&Entry| other.label == entry.label;
        match self.register.iter().filter(same).count() {
            1 => entry.label.to_string(),
            _ => id.to_string(),
        }
    }

    /// What a word of [`Entry::concerns`] names.
    pub fn concern<'a>(&'a self, word: &'a str) -> Concern<'a> {
        let mut phases = self.header.phases.iter();
        if let Some(phase) = phases.find(|phase| phase.id.as_str() == word) {
            return Concern::Phase(&phase.id);
        }
        let task = word.parse().ok().and_then(|id| self.tasks.get(&id));
        match task {
            Some(task) => Concern::Task(task),
            None if is_requirement(word) => Concern::Requirement(word),
            None => Concern::Nothing(word),
        }
    }

    /// Whether an entry is about a phase: it names the phase or one of its tasks, or what is
    /// neither phase nor task, since nobody can tell how far that reaches; or it names nothing,
    /// and is about the whole plan.
    pub fn concerns_phase(&self, entry: &Entry, phase: &Slug) -> bool {
        let is_about = |word: &String| match self.concern(word) {
            Concern::Phase(named) => named == phase,
            Concern::Task(task) => task.phase.as_ref() == Some(phase),
            Concern::Requirement(_) | Concern::Nothing(_) => true,
        };
        entry.concerns.is_empty() || entry.concerns.iter().any(is_about)
    }

    /// The files of the register that cannot be read.
    pub fn broken_entries(&self) -> impl Iterator<Item = &super::Broken> {
        self.broken_in("registers")
    }
}

/// Whether a word has the form of a requirement's label: `FR-1`, `NFR-1`, `BR-1`.
pub fn is_requirement(word: &str) -> bool {
    word.split_once('-').is_some_and(|(letters, digits)| {
        matches!(letters, "FR" | "NFR" | "BR")
            && !digits.is_empty()
            && digits.bytes().all(|c| c.is_ascii_digit())
    })
}

/// What of an entry never changes: its names, its kind, and that it blocks while it is open.
///
/// # Errors
/// [`Refusal::Invalid`].
pub fn check_change(old: &Entry, new: &Entry) -> Result<(), Refusal> {
    let label = old.label;
    if (old.id, old.kind, label) != (new.id, new.kind, new.label) {
        return invalid(format!("id, kind and label of {label} never change"));
    }
    if old.blocking && !new.blocking && new.is_open() {
        return invalid(format!("{label} is blocking until it is resolved"));
    }
    Ok(())
}

/// The entry that a word names: its label, its label and the start of its id (`Q-1-k3v`), or four
/// or more characters of its id.
///
/// # Errors
/// [`ReferError`] where none, or more than one, has that name.
pub fn named<'a>(plan: &'a Plan, word: &str) -> Result<&'a Entry, ReferError> {
    let found: Vec<&Entry> = plan
        .register
        .iter()
        .filter(|entry| answers_to(entry, word))
        .collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(ReferError::Unknown {
            kind: "register entry",
            word: word.to_owned(),
            plan: plan.id.clone(),
            similar: Vec::new(),
        }),
        several => Err(ReferError::Several {
            kinds: "register entries",
            word: word.to_owned(),
            names: several
                .iter()
                .map(|entry| format!("{} \"{}\"", entry.id, entry.title()))
                .collect(),
        }),
    }
}

fn answers_to(entry: &Entry, word: &str) -> bool {
    let starts = |prefix: &str| id::is_id_prefix(prefix) && entry.id.as_str().starts_with(prefix);
    let is_label = |word: &str| word.parse::<Label>() == Ok(entry.label);
    is_label(word)
        || word.len() >= PREFIX && starts(word)
        || word
            .rsplit_once('-')
            .is_some_and(|(label, prefix)| is_label(label) && starts(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Header, Phase, Task, Time};

    fn entry(id: &str, kind: EntryKind, concerns: &[&str]) -> Entry {
        let id = format!("{id:0<10}").parse().unwrap();
        let mut entry = Entry::new(id, kind, "Is it so?\n\nAt length.");
        entry.concerns = concerns.iter().map(|&word| word.to_owned()).collect();
        entry
    }

    fn plan(entries: &[Entry]) -> Plan {
        let mut plan = Plan::new("plan".parse().unwrap(), Header::default());
        for id in ["one", "two"] {
            let phase = Phase::new(id.parse().unwrap(), id);
            plan.header.phases.push(phase);
        }
        for (id, phase) in [("t1", Some("one")), ("t2", None)] {
            let mut task = Task::new(format!("{id:0<10}").parse().unwrap(), id);
            task.phase = phase.map(|id| id.parse().unwrap());
            plan.apply(&Edit::add_task(&task)).unwrap();
        }
        for entry in entries {
            plan.apply(&Edit::add_entry(entry)).unwrap();
        }
        plan
    }

    fn change(plan: &mut Plan, new: &Entry) -> Result<(), Refusal> {
        let old = plan.entry(new.id).unwrap().clone();
        let mut edits = Edit::between_entries(&old, new).into_iter();
        edits.try_for_each(|edit| plan.apply(&edit))
    }

    #[test]
    fn labels_are_counted_by_kind() {
        use EntryKind::{Question, Risk};
        let plan = plan(&[
            entry("a", Question, &[]),
            entry("b", Risk, &[]),
            entry("c", Question, &[]),
        ]);
        let labels: Vec<String> = plan.register.iter().map(|e| e.label.to_string()).collect();
        assert_eq!(labels, ["Q-1", "R-1", "Q-2"]);
    }

    #[test]
    fn a_label_in_a_file_that_cannot_be_read_is_not_given_again() {
        let mut plan = plan(&[entry("a", EntryKind::Question, &[])]);
        plan.reserved_label = Some(4);
        plan.apply(&Edit::add_entry(&entry("b", EntryKind::Question, &[])))
            .unwrap();
        assert_eq!(plan.register[1].label.number, 5);
    }

    #[test]
    fn an_entry_is_resolved_and_never_removed() {
        let question = entry("a", EntryKind::Question, &["one"]);
        let mut plan = plan(std::slice::from_ref(&question));
        let stored = plan.register[0].clone();
        let remove = Edit::add_entry(&stored).inverse();
        assert!(matches!(plan.apply(&remove), Err(Refusal::Invalid(_))));
        let done = stored
            .clone()
            .resolved("Yes", "Ada <a@b.c>".to_owned(), None, Time(9));
        change(&mut plan, &done).unwrap();
        assert!(!plan.register[0].is_open());
        let undo: Vec<Edit> = Edit::between_entries(&stored, &done)
            .iter()
            .map(Edit::inverse)
            .collect();
        undo.iter().for_each(|edit| plan.apply(edit).unwrap());
        assert_eq!(plan.register, [stored]);
    }

    #[test]
    fn names_stay_and_what_blocks_blocks_until_it_is_resolved() {
        let blocking = Entry {
            blocking: true,
            ..entry("a", EntryKind::Question, &[])
        };
        let mut plan = plan(&[blocking]);
        let stored = plan.register[0].clone();
        let mut other_label = stored.clone();
        other_label.label.number = 2;
        let freed = Entry {
            blocking: false,
            ..stored.clone()
        };
        let other_kind = Entry {
            kind: EntryKind::Risk,
            ..stored.clone()
        };
        for wrong in [&other_label, &freed, &other_kind] {
            assert!(change(&mut plan, wrong).is_err(), "{wrong:?}");
        }
        let owned = Entry {
            owner: Some("Ada".to_owned()),
            ..stored
        };
        change(&mut plan, &owned).unwrap();
        assert_eq!(plan.register[0].owner.as_deref(), Some("Ada"));
    }

    #[test]
    fn two_resolutions_are_a_conflict() {
        let mut plan = plan(&[entry("a", EntryKind::Question, &[])]);
        let stored = plan.register[0].clone();
        let by =
            |text: &str, who: &str| stored.clone().resolved(text, who.to_owned(), None, Time(1));
        let late = Edit::between_entries(&stored, &by("No", "Bob"));
        change(&mut plan, &by("Yes", "Ada")).unwrap();
        let lost = late.iter().try_for_each(|edit| plan.apply(edit));
        assert!(matches!(lost, Err(Refusal::Conflict { .. })), "{lost:?}");
    }

    #[test]
    fn an_entry_answers_to_its_names() {
        let mut plan = plan(&[entry("abcd", EntryKind::Question, &[])]);
        for word in ["Q-1", "q-1", "Q-1-abc", "abcd", "abcd000000"] {
            assert!(named(&plan, word).is_ok(), "{word}");
        }
        for word in ["Q-2", "A-1", "abc", "Q-1-x", "1"] {
            assert!(
                matches!(named(&plan, word), Err(ReferError::Unknown { .. })),
                "{word}"
            );
        }
        let mut twin = entry("abce", EntryKind::Question, &[]);
        twin.label.number = 1;
        plan.register.push(twin);
        assert!(matches!(
            named(&plan, "Q-1"),
            Err(ReferError::Several { .. })
        ));
        assert!(named(&plan, "Q-1-abce").is_ok());
        assert_eq!(plan.entry_name(plan.register[0].id), "abcd000000");
    }

    #[test]
    fn what_an_entry_is_about() {
        let about = |words: &[&str]| {
            let plan = plan(&[entry("a", EntryKind::Question, words)]);
            let is_about =
                |phase: &str| plan.concerns_phase(&plan.register[0], &phase.parse().unwrap());
            (is_about("one"), is_about("two"))
        };
        assert_eq!(about(&[]), (true, true));
        assert_eq!(about(&["two"]), (false, true));
        assert_eq!(about(&["t100000000"]), (true, false));
        assert_eq!(about(&["t200000000"]), (false, false));
        assert_eq!(about(&["two", "t100000000"]), (true, true));
        assert_eq!(about(&["FR-3"]), (true, true));
        assert_eq!(about(&["gone"]), (true, true));
    }
}
