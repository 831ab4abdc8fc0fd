//! The checkpoints of a plan: how one comes to be, how one goes, which one a word names.

use serde_json::Value;

use super::apply::entity;
use super::edit::patch::Mismatch;
use super::edit::{Change, Edit};
use super::id;
use super::refer::{PREFIX, ReferError, similar};
use super::validity::invalid;
use super::{Checkpoint, CheckpointId, CheckpointRow, Plan, Refusal, Slug};

impl Plan {
    pub(super) fn apply_to_checkpoint(
        &mut self,
        id: CheckpointId,
        edit: &Edit,
    ) -> Result<(), Refusal> {
        self.must_be_active()?;
        match &edit.change {
            Change::Add { value, .. } => self.add_checkpoint(value, edit.restores),
            Change::Remove { .. } => self.remove_checkpoint(id),
            _ => invalid("a checkpoint never changes".to_owned()),
        }
    }

    fn add_checkpoint(&mut self, value: &Value, restores: bool) -> Result<(), Refusal> {
        let mut checkpoint: Checkpoint = entity(value)?;
        require_none(&self.checkpoints, |other| {
            other.id == checkpoint.id || (!restores && other.name == checkpoint.name)
        })?;
        if !restores {
            checkpoint.sequence = checkpoint.sequence.max(self.next_sequence()?);
        }
        checkpoint.check()?;
        self.check_place_of(&checkpoint)?;
        let changed = &mut self.touched.checkpoints;
        changed.insert(checkpoint.id, Some(checkpoint.clone()));
        self.checkpoints.push(checkpoint.into_row());
        Ok(())
    }

    /// Whether the phase and the task that a checkpoint names are there.
    fn check_place_of(&self, checkpoint: &Checkpoint) -> Result<(), Refusal> {
        let unknown = |kind, name: String| Refusal::Unknown {
            kind,
            name,
            plan: self.id.clone(),
        };
        if let Some(phase) = checkpoint.phase.as_ref()
            && self.phase(phase).is_none()
        {
            return Err(unknown("phase", phase.to_string()));
        }
        match checkpoint.task {
            Some(task) if !self.tasks.contains_key(&task) => Err(unknown("task", task.to_string())),
            _ => Ok(()),
        }
    }

    fn remove_checkpoint(&mut self, id: CheckpointId) -> Result<(), Refusal> {
        let place = self
            .checkpoints
            .iter()
            .position(|row| row.checkpoint.id == id);
        let Some(place) = place else {
            return Err(Refusal::Conflict {
                what: format!("checkpoint {id}"),
                cause: Mismatch::Gone("it".to_owned()),
            });
        };
        let sequence = self.checkpoints.remove(place).checkpoint.sequence;
        if sequence > self.highest_sequence() {
            self.header.last_checkpoint = Some(sequence);
            self.touched.header = true;
        }
        self.touched.checkpoints.insert(id, None);
        Ok(())
    }

    /// The highest sequence ever given to a checkpoint on the plan ref.
    pub fn highest_sequence(&self) -> u32 {
        let present = self.checkpoints.iter().map(|row| row.checkpoint.sequence);
        present.max().max(self.header.last_checkpoint).unwrap_or(0)
    }

    fn next_sequence(&self) -> Result<u32, Refusal> {
        match self.highest_sequence().checked_add(1) {
            Some(sequence) => Ok(sequence),
            None => invalid(format!("plan {} has no sequence left", self.id)),
        }
    }
}

/// Refuses a name that one of the checkpoints has.
///
/// # Errors
/// [`Refusal::CheckpointExists`].
pub fn require_free(rows: &[CheckpointRow], name: &str) -> Result<(), Refusal> {
    require_none(rows, |other| other.name == name)
}

fn require_none(
    rows: &[CheckpointRow],
    is_twin: impl Fn(&Checkpoint) -> bool,
) -> Result<(), Refusal> {
    let mut others = rows.iter().map(|row| &row.checkpoint);
    match others.find(|other| is_twin(other)) {
        Some(other) => Err(Refusal::CheckpointExists {
            name: other.name.clone(),
            sequence: other.sequence,
        }),
        None => Ok(()),
    }
}

/// The checkpoint that a word names: its name, its number, its number and the start of its id
/// (`4-k3v`), or four or more characters of its id.
///
/// # Errors
/// [`ReferError`] where none, or more than one, has that name.
pub fn named<'a>(
    plan: &Slug,
    rows: &'a [CheckpointRow],
    word: &str,
) -> Result<&'a CheckpointRow, ReferError> {
    let found = candidates(rows, word);
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(ReferError::Unknown {
            kind: "checkpoint",
            word: word.to_owned(),
            plan: plan.clone(),
            similar: similar(word, rows.iter().map(|row| row.checkpoint.name.as_str())),
        }),
        several => Err(ReferError::Several {
            kinds: "checkpoints",
            word: word.to_owned(),
            names: several
                .iter()
                .map(|row| {
                    let Checkpoint { id, name, .. } = &row.checkpoint;
                    format!("{id} \"{name}\"")
                })
                .collect(),
        }),
    }
}

fn candidates<'a>(rows: &'a [CheckpointRow], word: &str) -> Vec<&'a CheckpointRow> {
    let matching = |test: &dyn Fn(&Checkpoint) -> bool| -> Vec<&'a CheckpointRow> {
        rows.iter().filter(|row| test(&row.checkpoint)).collect()
    };
    if word.bytes().all(|c| c.is_ascii_digit()) {
        return match word.parse::<u32>() {
            Ok(sequence) => matching(&|checkpoint| checkpoint.sequence == sequence),
            Err(_) => Vec::new(),
        };
    }
    let by_name = matching(&|checkpoint| checkpoint.name == word);
    if !by_name.is_empty() {
        return by_name;
    }
    let starts = |checkpoint: &Checkpoint, prefix: &str| checkpoint.id.as_str().starts_with(prefix);
    if let Some((sequence, prefix)) = word.split_once('-')
        && let Ok(sequence) = sequence.parse::<u32>()
        && id::is_id_prefix(prefix)
    {
        return matching(&|checkpoint| {
            checkpoint.sequence == sequence && starts(checkpoint, prefix)
        });
    }
    if word.len() >= PREFIX && id::is_id_prefix(word) {
        return matching(&|checkpoint| starts(checkpoint, word));
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Header, Time};

    fn checkpoint(id: &str, name: &str) -> Checkpoint {
        let oid = "0".repeat(40);
        let value = serde_json::json!({
            "id": format!("{id:0<10}"), "sequence": 0, "name": name, "tree": oid,
            "snapshot": oid, "patch": oid, "who": "Ada <ada@example.org>", "when": Time(0),
        });
        serde_json::from_value(value).unwrap()
    }

    fn plan(checkpoints: &[Checkpoint]) -> Plan {
        let mut plan = Plan::new("plan".parse().unwrap(), Header::default());
        for checkpoint in checkpoints {
            plan.apply(&Edit::add_checkpoint(checkpoint)).unwrap();
        }
        plan
    }

    fn name<'a>(plan: &'a Plan, word: &str) -> Result<&'a str, ReferError> {
        named(&plan.id, &plan.checkpoints, word).map(|row| row.checkpoint.name.as_str())
    }

    #[test]
    fn a_checkpoint_answers_to_its_names() {
        let plan = plan(&[checkpoint("abcd", "first"), checkpoint("abce", "2nd try")]);
        for word in ["2nd try", "2", "2-abce", "abce0"] {
            assert_eq!(name(&plan, word).unwrap(), "2nd try", "{word}");
        }
        let unknown = name(&plan, "frist").unwrap_err();
        assert!(matches!(unknown, ReferError::Unknown { similar, .. } if similar == ["first"]));
    }

    #[test]
    fn a_name_that_two_clones_gave_is_ambiguous_and_names_both_ids() {
        let mut plan = plan(&[checkpoint("abcd", "first")]);
        let mut twin = plan.checkpoints[0].clone();
        twin.checkpoint.id = "abce000000".parse().unwrap();
        plan.checkpoints.push(twin);
        for word in ["first", "1"] {
            let message = name(&plan, word).unwrap_err().to_string();
            assert!(
                message.contains("abcd000000") && message.contains("abce000000"),
                "{message}"
            );
        }
        assert!(name(&plan, "1-abce").is_ok());
    }

    #[test]
    fn a_sequence_is_never_given_twice() {
        let mut plan = plan(&[checkpoint("a", "a"), checkpoint("b", "b")]);
        let gone = Edit::add_checkpoint(&checkpoint("b", "b")).inverse();
        plan.apply(&gone).unwrap();
        plan.apply(&Edit::add_checkpoint(&checkpoint("c", "b")))
            .unwrap();
        let sequences = plan.checkpoints.iter().map(|row| row.checkpoint.sequence);
        assert_eq!(sequences.collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn a_name_is_given_once() {
        let mut plan = plan(&[checkpoint("a", "same")]);
        let again = plan.apply(&Edit::add_checkpoint(&checkpoint("b", "same")));
        assert!(matches!(again, Err(Refusal::CheckpointExists { .. })));
    }
}
