//! Deleting refs: by the `git` program, since a ref may be packed.

use std::time::Duration;

use super::program::{run_with_input, usable_message};
use super::{Error, Oid, Repo, Result};

/// Others may hold a ref's lock for a moment.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(20);

impl Repo {
    /// Deletes the refs with these full names, all or none: each only if it still points to the
    /// object given. One that is gone already is no error.
    ///
    /// # Errors
    /// [`Error::Git`] where one has moved or cannot be deleted; [`Error::GitMissing`],
    /// [`Error::GitTooOld`].
    pub fn delete_refs(&self, refs: &[(String, Oid)]) -> Result<()> {
        for _ in 0..TRIES {
            if self.delete_those_left(refs).is_ok() {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        self.delete_those_left(refs)
    }

    /// What somebody else has deleted meanwhile is as it should be.
    fn delete_those_left(&self, refs: &[(String, Oid)]) -> Result<()> {
        let mut left = Vec::new();
        for (name, oid) in refs {
            if self.reference(name)?.is_some() {
                left.push((name, oid));
            }
        }
        if left.is_empty() {
            return Ok(());
        }
        self.require_git()?;
        let lines = left
            .iter()
            .map(|(name, oid)| format!("delete {name}\0{oid}\0"));
        let input: String = lines.collect();
        // No hook of the user's has a say in refs that are ours.
        let mut command = self.program(["-c", "core.hooksPath=/dev/null", "update-ref"]);
        command.args(["--no-deref", "-z", "--stdin"]);
        let output = run_with_input(&mut command, input.as_bytes())?;
        match output.status.success() {
            true => Ok(()),
            false => Err(Error::Git {
                command: "update-ref".to_owned(),
                message: usable_message(&output.stderr),
            }),
        }
    }
}
