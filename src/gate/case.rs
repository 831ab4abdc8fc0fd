//! One gate before its judge: its definition, the code, and the records that count for it.

use std::collections::BTreeSet;

use super::{Answer, Code, Signer, subject};
use crate::model::record::{self, RecordKind};
use crate::model::{Gate, Person, Phase, Plan, Policy, Record};

/// What a judge of one kind works with.
pub struct Case<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The gate's phase.
    pub phase: &'a Phase,
    /// The gate.
    pub gate: &'a Gate,
    /// The code.
    pub code: &'a dyn Code,
    /// What the plan lets enforcement do, and who may sign.
    pub policy: &'a Policy,
}

impl<'a> Case<'a> {
    /// `phase/gate`.
    pub fn address(&self) -> String {
        format!("{}/{}", self.phase.id, self.gate.id)
    }

    /// The digest that evidence has to be about.
    ///
    /// # Errors
    /// Where the code cannot be read.
    pub fn subject(&self) -> Answer<String> {
        subject::subject(&self.plan.id, &self.phase.id, self.gate, self.code)
    }

    /// The records of a kind about this gate that decide: not revoked, not superseded by another
    /// about the same. Where the gate asks for signatures, only signed records decide anything.
    ///
    /// # Errors
    /// Where signatures cannot be verified.
    pub fn deciding(
        &self,
        kind: &RecordKind,
        about: impl Fn(&Record) -> bool,
    ) -> Answer<Vec<&'a Record>> {
        if !self.gate.signed {
            return Ok(self.standing(kind, about));
        }
        let mut signed = BTreeSet::new();
        for record in self
            .plan
            .records
            .iter()
            .filter(|record| self.concerns(record))
        {
            if self.signature(record)?.is_ok() {
                signed.insert(record.id);
            }
        }
        let is_signed = |record: &Record| signed.contains(&record.id);
        let counts = |record: &Record| record.kind == *kind && is_signed(record) && about(record);
        Ok(record::deciding_by(&self.plan.records, counts, is_signed))
    }

    /// As [`Case::deciding`], signed or not.
    pub fn standing(&self, kind: &RecordKind, about: impl Fn(&Record) -> bool) -> Vec<&'a Record> {
        let picked =
            |record: &Record| record.kind == *kind && self.concerns(record) && about(record);
        record::deciding(&self.plan.records, picked)
    }

    fn concerns(&self, record: &Record) -> bool {
        record.phase.as_ref() == Some(&self.phase.id) && record.gate.as_ref() == Some(&self.gate.id)
    }

    /// Whether the one who a record names has signed it; else why not.
    ///
    /// # Errors
    /// Where signatures cannot be verified.
    pub fn signature(&self, record: &Record) -> Answer<Result<(), String>> {
        let who = Person::of(&record.who);
        Ok(match self.code.signer(record, &self.policy.signers)? {
            Signer::Good(principal) if principal.to_lowercase() == who.email() => Ok(()),
            Signer::Good(principal) => Err(format!(
                "{} is named, but {principal} has signed",
                record.who
            )),
            Signer::Nobody => Err("it is not signed".to_owned()),
            Signer::Bad(why) => Err(why),
        })
    }

    /// ` (unsigned)`, where signatures are not asked for.
    pub fn unsigned(&self) -> &'static str {
        match self.gate.signed {
            true => " (signed)",
            false => " (unsigned)",
        }
    }

    /// The people among these who did not make the code.
    ///
    /// # Errors
    /// Where the commit cannot be read.
    pub fn others<'r>(&self, records: Vec<&'r Record>) -> Answer<Vec<&'r Record>> {
        let authors = self.code.authors()?;
        let is_other = |record: &&Record| {
            let who = Person::of(&record.who);
            !authors.iter().any(|author| author.may_be(&who))
        };
        Ok(records.into_iter().filter(is_other).collect())
    }

    /// What differs between the code of a record and this one, in words: the definition, or the
    /// first paths.
    ///
    /// # Errors
    /// Where the code cannot be read.
    pub fn since(&self, record: &Record) -> Answer<String> {
        let Some(tree) = &record.tree else {
            return Ok("other code".to_owned());
        };
        let Some(changed) = self.code.changed_since(tree)? else {
            return Ok("code that is not here any more".to_owned());
        };
        let paths = subject::concerning(self.gate, self.code, changed)?;
        Ok(match paths.as_slice() {
            [] => "another definition of the gate".to_owned(),
            [one] => format!("{one} has changed since"),
            [one, two] => format!("{one} and {two} have changed since"),
            [one, two, rest @ ..] => {
                format!(
                    "{one}, {two} and {} more paths have changed since",
                    rest.len()
                )
            }
        })
    }
}
