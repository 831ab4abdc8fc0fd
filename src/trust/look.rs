//! What a gate would run, in full, and the digest of it that a person trusts.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::{Error, Result};
use crate::gate::scripts;
use crate::git::{Oid, Repo};
use crate::model::{Gate, phase};

/// Files larger than this cannot belong to what is trusted.
const LARGEST: u64 = 256 * 1024 * 1024;

/// A command as its gate has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Words, run without a shell.
    Argv(Vec<String>),
    /// A text for `sh -c`.
    Shell(String),
}

/// A file of the repository that a command names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its path from the top.
    pub path: String,
    /// Its object as it is on disk now; none where it is not there.
    pub oid: Option<Oid>,
}

/// Exactly what would run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The plan ref's root commit.
    pub root: Oid,
    /// The gate, as `phase/gate`.
    pub gate: String,
    /// The digest of its whole definition.
    pub definition: String,
    /// The command.
    pub command: Command,
    /// The folder it runs in, from the top; empty for the top.
    pub cwd: String,
    /// The environment variables that it needs, by name.
    pub env: Vec<String>,
    /// The files of the repository that it names, by path.
    pub scripts: Vec<Script>,
}

impl Command {
    fn of(gate: &Gate) -> Option<Self> {
        match (&gate.run, &gate.shell) {
            (Some(words), None) => Some(Self::Argv(words.clone())),
            (None, Some(text)) => Some(Self::Shell(text.clone())),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<String> {
        match self {
            Self::Argv(words) => {
                let count = format!("run {}", words.len());
                std::iter::once(count)
                    .chain(words.iter().cloned())
                    .collect()
            }
            Self::Shell(text) => vec!["shell".to_owned(), text.clone()],
        }
    }
}

/// The digest of what a gate runs, for the records of its runs.
pub fn command_digest(gate: &Gate) -> String {
    let mut fields = vec!["git-plan command 1".to_owned()];
    fields.extend(Command::of(gate).iter().flat_map(Command::fields));
    fields.push(gate.cwd.clone().unwrap_or_default());
    digest(&fields)
}

/// One digest of several texts; each counts for itself.
fn digest(fields: &[String]) -> String {
    let mut hash = Sha256::new();
    for field in fields {
        hash.update(format!("{}\n", field.len()));
        hash.update(field);
    }
    phase::hex(&hash.finalize())
}

impl Look {
    /// Looks at what a gate with a command would run with these files; none for other kinds.
    ///
    /// # Errors
    /// Where a file that it names cannot be read.
    pub fn at(
        repo: &Repo,
        root: Oid,
        folder: &Path,
        phase_id: &str,
        gate: &Gate,
    ) -> Result<Option<Self>> {
        let Some(command) = Command::of(gate) else {
            return Ok(None);
        };
        Ok(Some(Self {
            root,
            gate: format!("{phase_id}/{}", gate.id),
            definition: phase::definition_digest(gate),
            command,
            cwd: gate.cwd.clone().unwrap_or_default(),
            env: gate.env.clone().unwrap_or_default(),
            scripts: scripts_here(repo, folder, gate)?,
        }))
    }

    /// The digest that is trusted: another one as soon as any byte of this differs.
    pub fn hash(&self) -> String {
        let digest = digest(&self.fields());
        digest.trim_start_matches("sha256:").to_owned()
    }

    fn fields(&self) -> Vec<String> {
        let mut fields = vec![
            "git-plan trust 1".to_owned(),
            self.root.to_string(),
            self.definition.clone(),
        ];
        fields.extend(self.command.fields());
        fields.push(self.cwd.clone());
        fields.push(format!("env {}", self.env.len()));
        fields.extend(self.env.iter().cloned());
        for script in &self.scripts {
            let oid = script.oid.map(|oid| oid.to_string());
            fields.extend([script.path.clone(), oid.unwrap_or_default()]);
        }
        fields
    }
}

/// The scripts that are there among the files that a command names; its program in any case.
fn scripts_here(repo: &Repo, folder: &Path, gate: &Gate) -> Result<Vec<Script>> {
    let program = scripts::program(gate);
    let mut found = Vec::new();
    for (path, is_run) in scripts::named_paths(gate) {
        if !is_run && !may_be_executed(&folder.join(&path)) {
            continue;
        }
        let oid = oid_of(repo, folder, &path)?;
        if oid.is_some() || program.as_ref() == Some(&path) {
            found.push(Script { path, oid });
        }
    }
    Ok(found)
}

fn may_be_executed(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(file).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// The object that a file is on disk, byte for byte; none where there is no plain file. A symbolic
/// link counts for what it leads to, since that is what runs.
fn oid_of(repo: &Repo, folder: &Path, path: &str) -> Result<Option<Oid>> {
    let file = folder.join(path);
    let size = match fs::metadata(&file) {
        Ok(data) if data.is_file() => data.len(),
        Ok(_) => return Ok(None),
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(Error::io("look at", &file)(error)),
    };
    if size > LARGEST {
        return Err(Error::TooLarge {
            path: path.to_owned(),
            size,
        });
    }
    let content = fs::read(&file).map_err(Error::io("read", &file))?;
    Ok(Some(repo.blob_id(&content)?))
}

fn is_absent(error: &std::io::Error) -> bool {
    // A word that is no path, such as one that is too long, is no file either.
    matches!(
        error.kind(),
        ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::InvalidInput
            | ErrorKind::InvalidFilename
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look() -> Look {
        let oid = Oid::from_hex(&[b'1'; 40]).unwrap();
        Look {
            root: oid,
            gate: "a/b".to_owned(),
            definition: "sha256:0".to_owned(),
            command: Command::Argv(vec!["make".to_owned(), "test".to_owned()]),
            cwd: String::new(),
            env: vec!["CI".to_owned()],
            scripts: vec![Script {
                path: "ci/x".to_owned(),
                oid: Some(oid),
            }],
        }
    }

    #[test]
    fn the_hash_changes_with_every_byte_that_matters() {
        let other = Oid::from_hex(&[b'2'; 40]).unwrap();
        let argv = |words: &[&str]| Command::Argv(words.iter().map(|&w| w.to_owned()).collect());
        let script = |path: &str, oid| {
            let path = path.to_owned();
            vec![Script { path, oid }]
        };
        let same_oid = look().scripts[0].oid;
        let changed = [
            look(),
            Look {
                root: other,
                ..look()
            },
            Look {
                definition: "sha256:1".to_owned(),
                ..look()
            },
            Look {
                command: argv(&["make", "test", ""]),
                ..look()
            },
            Look {
                command: argv(&["make test"]),
                ..look()
            },
            Look {
                command: argv(&["make", "Test"]),
                ..look()
            },
            Look {
                command: Command::Shell("make test".to_owned()),
                ..look()
            },
            Look {
                command: Command::Shell("make  test".to_owned()),
                ..look()
            },
            Look {
                cwd: "sub".to_owned(),
                ..look()
            },
            Look {
                env: Vec::new(),
                ..look()
            },
            Look {
                env: vec!["CI".to_owned(), "A".to_owned()],
                ..look()
            },
            Look {
                scripts: Vec::new(),
                ..look()
            },
            Look {
                scripts: script("ci/y", same_oid),
                ..look()
            },
            Look {
                scripts: script("ci/x", Some(other)),
                ..look()
            },
            Look {
                scripts: script("ci/x", None),
                ..look()
            },
        ];
        let hashes: std::collections::BTreeSet<String> = changed.iter().map(Look::hash).collect();
        assert_eq!(hashes.len(), changed.len());
        assert_eq!(look().hash(), look().hash());
        assert_eq!(look().hash().len(), 64);
    }
}
