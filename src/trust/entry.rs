//! What is kept of a look that was trusted, so that the next one can tell what has changed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Command, Look};
use crate::model::Time;

/// A digest that is trusted, with what was looked at. That is for people: the digest alone counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The digest; it names the file.
    #[serde(skip)]
    pub hash: String,
    /// The gate, as `phase/gate`.
    #[serde(default)]
    pub gate: String,
    /// When.
    #[serde(default)]
    pub when: Option<Time>,
    /// The digest of the gate's definition.
    #[serde(default)]
    pub definition: String,
    /// The command's words.
    #[serde(default)]
    pub run: Option<Vec<String>>,
    /// The command's text for a shell.
    #[serde(default)]
    pub shell: Option<String>,
    /// The folder that it runs in.
    #[serde(default)]
    pub cwd: String,
    /// The environment variables that it needs.
    #[serde(default)]
    pub env: Vec<String>,
    /// The files that it names, each with its object.
    #[serde(default)]
    pub scripts: Vec<(String, Option<String>)>,
}

impl Entry {
    /// What is kept of a look.
    pub(super) fn of(look: &Look, now: Time) -> Self {
        let (run, shell) = match &look.command {
            Command::Argv(words) => (Some(words.clone()), None),
            Command::Shell(text) => (None, Some(text.clone())),
        };
        let scripts = look.scripts.iter();
        Self {
            hash: look.hash(),
            gate: look.gate.clone(),
            when: Some(now),
            definition: look.definition.clone(),
            run,
            shell,
            cwd: look.cwd.clone(),
            env: look.env.clone(),
            scripts: scripts
                .map(|script| (script.path.clone(), script.oid.map(|oid| oid.to_string())))
                .collect(),
        }
    }

    /// A digest of which nothing else is known.
    pub(super) fn bare(hash: &str) -> Self {
        Self {
            hash: hash.to_owned(),
            gate: String::new(),
            when: None,
            definition: String::new(),
            run: None,
            shell: None,
            cwd: String::new(),
            env: Vec::new(),
            scripts: Vec::new(),
        }
    }

    /// What a gate has now that it had not when this was trusted, in words.
    pub fn changes(&self, look: &Look) -> Vec<String> {
        let now = Self::of(look, Time(0));
        let mut changes = Vec::new();
        if (&self.run, &self.shell) != (&now.run, &now.shell) {
            changes.push("the command".to_owned());
        }
        if self.cwd != now.cwd {
            changes.push("the folder that it runs in".to_owned());
        }
        if self.env != now.env {
            changes.push("the environment variables".to_owned());
        }
        let all: BTreeSet<_> = self.scripts.iter().chain(&now.scripts).collect();
        let is_new = |script: &&&(String, Option<String>)| {
            !self.scripts.contains(script) || !now.scripts.contains(script)
        };
        let paths: BTreeSet<_> = all.iter().filter(is_new).map(|(path, _)| path).collect();
        changes.extend(paths.into_iter().map(|path| format!("the file {path}")));
        if changes.is_empty() && self.definition != now.definition {
            changes.push("the rest of the gate's definition".to_owned());
        }
        changes
    }
}
