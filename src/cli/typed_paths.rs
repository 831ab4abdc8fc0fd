//! Paths as people type them: from the folder that they are in.

use super::context::Context;
use crate::git::Repo;

/// Where in the working tree the current folder is.
pub struct TypedPaths {
    below: String,
}

impl TypedPaths {
    /// In the current folder; at the top, where that is in no working tree.
    pub fn new(cx: &Context, repo: &Repo) -> Self {
        let top = repo.work_tree().and_then(|top| top.canonicalize().ok());
        let here = cx.cwd.canonicalize().ok();
        let below = here.zip(top).and_then(|(here, top)| {
            let below = here.strip_prefix(top).ok()?;
            Some(below.to_string_lossy().into_owned())
        });
        Self {
            below: below.unwrap_or_default(),
        }
    }

    /// The path from the top of the tree.
    pub fn from_top(&self, word: &str) -> String {
        let mut parts: Vec<&str> = self.below.split('/').collect();
        for part in word.split('/') {
            match part {
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        parts.retain(|part| !matches!(*part, "" | "."));
        parts.join("/")
    }
}
