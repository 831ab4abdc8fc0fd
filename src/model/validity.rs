//! What is well-formed by itself: texts within their limits, names that are there, no circles.
//!
//! Files are held to it when they are read, edits when they are applied.

use std::collections::BTreeSet;

use super::{Header, Phase, Refusal, Slug, Task, limits, phase};

/// Whether a text fits on one line and into `limits::TITLE`.
///
/// # Errors
/// [`Refusal::Invalid`] naming `what` and the limit.
pub fn check_line(what: &str, text: &str) -> Result<(), Refusal> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        invalid(format!("the {what} is empty"))
    } else if text.contains(['\n', '\r', '\0']) {
        invalid(format!("the {what} is more than one line"))
    } else if length > limits::TITLE {
        invalid(format!(
            "the {what} has {length} characters; the limit is {}",
            limits::TITLE
        ))
    } else {
        Ok(())
    }
}

/// Whether a text fits into `limits::TEXT`.
///
/// # Errors
/// [`Refusal::Invalid`] naming `what` and the limit.
pub fn check_text(what: &str, text: &str) -> Result<(), Refusal> {
    if text.len() > limits::TEXT {
        return invalid(format!(
            "the {what} has {} bytes; the limit is {}",
            text.len(),
            limits::TEXT
        ));
    }
    if text.contains('\0') {
        return invalid(format!("the {what} has a NUL character"));
    }
    Ok(())
}

fn check_members(what: &str, length: usize) -> Result<(), Refusal> {
    if length > limits::MEMBERS {
        return invalid(format!("{length} {what}; the limit is {}", limits::MEMBERS));
    }
    Ok(())
}

/// Whether a task is valid by itself, whatever its plan.
///
/// # Errors
/// [`Refusal::Invalid`] naming the key and the limit.
pub fn check_task_alone(task: &Task) -> Result<(), Refusal> {
    check_line("title", &task.title)?;
    if task.number == 0 {
        return invalid("the number of a task is 1 or more".to_owned());
    }
    for (what, text) in [
        ("stream", &task.stream),
        ("assignee", &task.assignee),
        ("estimate", &task.estimate),
        ("key", &task.key),
    ] {
        text.as_ref()
            .map_or(Ok(()), |text| check_line(what, text))?;
    }
    for (what, text) in [
        ("description", &task.description),
        ("reason", &task.reason),
        ("report", &task.report),
    ] {
        text.as_ref()
            .map_or(Ok(()), |text| check_text(what, text))?;
    }
    for (what, words) in [("label", &task.labels), ("reference", &task.refs)] {
        check_members(what, words.len())?;
        words.iter().try_for_each(|word| check_line(what, word))?;
    }
    check_members("specifications", task.specs.len())?;
    check_members("dependencies", task.depends_on.len())?;
    check_members("items", task.items.len())?;
    check_members("notes", task.notes.len())?;
    task.items
        .iter()
        .try_for_each(|item| check_line("item", &item.text))?;
    task.notes
        .iter()
        .try_for_each(|note| check_text("note", &note.text))?;
    unique("item", task.items.iter().map(|item| item.id))?;
    unique("note", task.notes.iter().map(|note| note.id))
}

fn unique<T: Ord + ToString>(what: &str, ids: impl Iterator<Item = T>) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if seen.contains(&id) {
            return invalid(format!("two {what}s have the id {}", id.to_string()));
        }
        seen.insert(id);
    }
    Ok(())
}

/// Whether a header is well-formed: its texts, globs and names, not what they refer to.
///
/// # Errors
/// [`Refusal::Invalid`] naming the key and the limit.
pub fn check_header_alone(header: &Header) -> Result<(), Refusal> {
    check_line("title", &header.title)?;
    header
        .key
        .as_ref()
        .map_or(Ok(()), |key| check_line("key", key))?;
    header
        .goal
        .as_ref()
        .map_or(Ok(()), |goal| check_text("goal", goal))?;
    header
        .reason
        .as_ref()
        .map_or(Ok(()), |reason| check_text("reason", reason))?;
    for (what, globs) in [
        ("branch glob", &header.branches),
        ("protect glob", &header.protect),
    ] {
        check_members(what, globs.len())?;
        globs.iter().try_for_each(|glob| check_line(what, glob))?;
        for glob in globs {
            if let Err(error) = globset::Glob::new(glob) {
                return invalid(format!("the {what} '{glob}' is not a glob: {error}"));
            }
        }
    }
    check_members("phases", header.phases.len())?;
    unique("phase", header.phases.iter().map(|phase| &phase.id))?;
    header.phases.iter().try_for_each(check_phase)
}

/// Whether a glob that somebody types can match the name of a ref at all.
///
/// # Errors
/// [`Refusal::Invalid`] naming the glob.
pub fn check_ref_glob(glob: &str) -> Result<(), Refusal> {
    let is_in_no_ref = |c: char| c.is_whitespace() || c.is_control() || "~^:\\".contains(c);
    match glob.is_empty() || glob.contains(is_in_no_ref) {
        true => invalid(format!("no ref can be called as the glob '{glob}' says")),
        false => Ok(()),
    }
}

fn check_phase(phase: &Phase) -> Result<(), Refusal> {
    check_line("title", &phase.title)?;
    phase
        .objective
        .as_ref()
        .map_or(Ok(()), |text| check_text("objective", text))?;
    check_members("gates", phase.gates.len())?;
    unique("gate", phase.gates.iter().map(|gate| &gate.id))?;
    match phase.gates.iter().find(|gate| gate.id.as_str() == "tasks") {
        Some(_) => invalid(format!(
            "phase {} has a gate named 'tasks' already: every phase has",
            phase.id
        )),
        None => Ok(()),
    }
}

/// Whether the phases of a header refer to each other, and in no circle.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Circle`].
pub fn check_header_references(plan: &Slug, header: &Header) -> Result<(), Refusal> {
    let named = header
        .phases
        .iter()
        .flat_map(|phase| phase.after.iter().flatten());
    for id in named {
        if header.phase(id).is_none() {
            return Err(Refusal::Unknown {
                kind: "phase",
                name: id.to_string(),
                plan: plan.clone(),
            });
        }
    }
    match phase::cycle(header) {
        Some(mut circle) => {
            circle.extend(circle.first().cloned());
            let circle = circle.iter().map(ToString::to_string).collect();
            Err(Refusal::Circle {
                kind: "phases",
                circle,
            })
        }
        None => Ok(()),
    }
}

/// A refusal in words.
pub(super) fn invalid<T>(text: String) -> Result<T, Refusal> {
    Err(Refusal::Invalid(text))
}
