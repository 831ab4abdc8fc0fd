//! Deleting refs: by the `git` program, since a ref may be packed.

use super::program::{run_with_input, usable_message};
use super::{Error, Oid, Repo, Result};

impl Repo {
    /// Deletes the refs with these full names, all or none: each only if it still points to the
    /// object given.
    ///
    /// # Errors
    /// [`Error::Git`] where one has moved or cannot be deleted; [`Error::GitMissing`],
    /// [`Error::GitTooOld`].
    pub fn delete_refs(&self, refs: &[(String, Oid)]) -> Result<()> {
        if refs.is_empty() {
            return Ok(());
        }
        self.require_git()?;
        let lines = refs
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
