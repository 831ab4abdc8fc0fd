//! From the words that people type to ids.
//!
//! A task answers to its number (`4`), to its number and the start of its id (`4-k3v`) where two
//! share the number, to four or more characters of its id, and to its key. A word of digits only
//! is always a number.

use super::id::{self, Slug};
use super::{Plan, TaskId, TaskRow};

/// The shortest prefix of an id that names a task.
pub const PREFIX: usize = 4;

/// Why a word names no single thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferError {
    /// Nothing has that name.
    #[error("there is no {kind} '{word}' in plan {plan}")]
    Unknown {
        /// What kind of thing was looked for.
        kind: &'static str,
        /// The word.
        word: String,
        /// Where it was looked for.
        plan: Slug,
        /// Names that are like it.
        similar: Vec<String>,
    },
    /// Several things have that name.
    #[error("'{word}' names {} tasks: {}", names.len(), names.join(", "))]
    Ambiguous {
        /// The word.
        word: String,
        /// A name for each, that is its own.
        names: Vec<String>,
    },
    /// Several things that are no tasks have that name or number.
    #[error("'{word}' names {} {kinds}: {}", names.len(), names.join(", "))]
    Several {
        /// What they are.
        kinds: &'static str,
        /// The word.
        word: String,
        /// The id and name of each.
        names: Vec<String>,
    },
}

/// The plan and the rest of a word such as `auth-migration/4`.
pub fn split(word: &str) -> (Option<&str>, &str) {
    match word.split_once('/') {
        Some((plan, rest)) => (Some(plan), rest),
        None => (None, word),
    }
}

/// The task that a word names.
///
/// # Errors
/// [`ReferError`] where no task, or more than one, has that name.
pub fn task(plan: &Plan, word: &str) -> Result<TaskId, ReferError> {
    let found = candidates(plan, word);
    match found.as_slice() {
        [one] => Ok(one.id),
        [] => Err(ReferError::Unknown {
            kind: "task",
            word: word.to_owned(),
            plan: plan.id.clone(),
            similar: titles_like(plan, word),
        }),
        several => Err(ReferError::Ambiguous {
            word: word.to_owned(),
            names: several
                .iter()
                .map(|task| format!("{} \"{}\"", plan.name_of(task.id), task.title))
                .collect(),
        }),
    }
}

fn candidates<'a>(plan: &'a Plan, word: &str) -> Vec<&'a TaskRow> {
    let matching = |test: &dyn Fn(&TaskRow) -> bool| -> Vec<&'a TaskRow> {
        plan.tasks.values().filter(|task| test(task)).collect()
    };
    if word.bytes().all(|c| c.is_ascii_digit()) {
        return match word.parse::<u32>() {
            Ok(number) => plan
                .with_number(number)
                .filter_map(|id| plan.tasks.get(&id))
                .collect(),
            Err(_) => Vec::new(),
        };
    }
    let by_key = matching(&|task| task.more().key.as_deref() == Some(word));
    if !by_key.is_empty() {
        return by_key;
    }
    if let Some((number, prefix)) = word.split_once('-')
        && let Ok(number) = number.parse::<u32>()
        && id::is_id_prefix(prefix)
    {
        return matching(&|task| task.number == number && task.id.as_str().starts_with(prefix));
    }
    if word.len() >= PREFIX && id::is_id_prefix(word) {
        return matching(&|task| task.id.as_str().starts_with(word));
    }
    Vec::new()
}

/// Up to three tasks whose title holds the word.
fn titles_like(plan: &Plan, word: &str) -> Vec<String> {
    let word = word.to_lowercase();
    let is_like = |task: &&TaskRow| word.len() >= 3 && task.title.to_lowercase().contains(&word);
    let name = |task: &TaskRow| format!("{} \"{}\"", plan.name_of(task.id), task.title);
    plan.tasks
        .values()
        .filter(is_like)
        .take(3)
        .map(name)
        .collect()
}

/// The phase that a word names.
///
/// # Errors
/// [`ReferError::Unknown`] with the phases that are like it.
pub fn phase(plan: &Plan, word: &str) -> Result<Slug, ReferError> {
    let names = || plan.header.phases.iter().map(|phase| phase.id.as_str());
    match plan
        .header
        .phases
        .iter()
        .find(|phase| phase.id.as_str() == word)
    {
        Some(phase) => Ok(phase.id.clone()),
        None => Err(ReferError::Unknown {
            kind: "phase",
            word: word.to_owned(),
            plan: plan.id.clone(),
            similar: similar(word, names()),
        }),
    }
}

/// The names that are like a word, the likest first; at most three.
pub fn similar<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let likeness = |name: &str| {
        let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), name.chars().collect());
        similar::capture_diff_slices(similar::Algorithm::Myers, &a, &b)
            .iter()
            .filter_map(|op| match op {
                similar::DiffOp::Equal { len, .. } => Some(*len),
                _ => None,
            })
            .sum::<usize>()
            * 2
            * 100
            / (a.len() + b.len()).max(1)
    };
    let mut scored: Vec<(usize, &str)> = names
        .map(|name| (likeness(name), name))
        .filter(|(score, _)| *score >= 60)
        .collect();
    scored.sort_by_key(|(score, name)| (std::cmp::Reverse(*score), *name));
    scored
        .into_iter()
        .take(3)
        .map(|(_, name)| name.to_owned())
        .collect()
}
