//! Running the `git` program in this repository.

use std::env;
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use super::{Error, Repo, Result};

/// The oldest Git that we use the program of.
const OLDEST: (u32, u32) = (2, 38);

/// What names a repository in the environment. We name it ourselves.
const CLEARED: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_PREFIX",
    "GIT_GRAFT_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_INDEX_FILE",
];

impl Repo {
    /// `git` with `args`, ready to run in this repository: from the top of the
    /// work tree or, where there is none, from the Git folder.
    ///
    /// It sees the index that this process was told to use, the quarantine of a
    /// push and what `git -c` set, but no replaced objects; it starts no
    /// monitor of files, and it takes no lock that it can do without. It may
    /// ask for a password on the terminal.
    pub fn program<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        self.programs().command(args)
    }

    /// What starts `git` in this repository, for use in any thread.
    pub(super) fn programs(&self) -> Programs {
        let index = self.environment.names_index;
        Programs {
            git_dir: self.git_dir().to_owned(),
            work_tree: self.work_tree().map(Path::to_owned),
            index: index.then(|| self.git.index_path()),
        }
    }

    /// The version of the `git` program.
    ///
    /// # Errors
    /// [`Error::GitMissing`]; [`Error::Git`] if it says none.
    pub fn git_version(&self) -> Result<(u32, u32)> {
        if let Some(version) = self.program_version.get() {
            return Ok(*version);
        }
        let output = run(plain_git().arg("version"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = parse_version(&text).ok_or_else(|| Error::Git {
            command: "version".to_owned(),
            message: format!("cannot understand \"{}\"", text.trim()),
        })?;
        Ok(*self.program_version.get_or_init(|| version))
    }

    /// Refuses a `git` program that is older than what we rely on.
    ///
    /// # Errors
    /// [`Error::GitTooOld`], and those of [`Repo::git_version`].
    pub fn require_git(&self) -> Result<()> {
        let found = self.git_version()?;
        if found < OLDEST {
            let needed = OLDEST;
            return Err(Error::GitTooOld { found, needed });
        }
        Ok(())
    }
}

/// Starts the `git` program in one repository.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    git_dir: PathBuf,
    work_tree: Option<PathBuf>,
    /// The index, where the environment named it.
    index: Option<PathBuf>,
}

impl Programs {
    /// See [`Repo::program`].
    pub(super) fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = plain_git();
        clear_repository(&mut command);
        command.arg("--git-dir").arg(&self.git_dir);
        if let Some(work_tree) = &self.work_tree {
            command.arg("--work-tree").arg(work_tree);
        }
        let present = self.work_tree.as_ref().filter(|folder| folder.is_dir());
        if let Some(index) = &self.index {
            command.env("GIT_INDEX_FILE", index);
        }
        command
            .args(["-c", "core.fsmonitor=false"])
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .current_dir(present.unwrap_or(&self.git_dir))
            .args(args);
        command
    }
}

/// The `git` program, not yet told what to do: from a folder of `PATH` that is named in full. A
/// relative one leads into whatever folder one is in, and what lies there may have been fetched.
pub(super) fn plain_git() -> Command {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    let program = FOUND.get_or_init(|| {
        let name = Path::new("git").with_extension(env::consts::EXE_EXTENSION);
        let folders = env::var_os("PATH").unwrap_or_default();
        let mut places = env::split_paths(&folders)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(&name));
        let usual = || Path::new("/usr/bin").join(&name);
        places.find(|place| place.is_file()).unwrap_or_else(usual)
    });
    Command::new(program)
}

/// Lets `git` find the repository by its folder alone.
pub(super) fn clear_repository(command: &mut Command) {
    for variable in CLEARED {
        command.env_remove(variable);
    }
}

/// Runs a command to its end, without input, with English messages.
pub(super) fn run(command: &mut Command) -> Result<Output> {
    let missing = |source| Error::GitMissing { source };
    command
        .env("LANGUAGE", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(missing)
}

/// Starts a command as [`run`] does, and does not wait for it.
pub(super) fn start(command: &mut Command) -> Result<Child> {
    let missing = |source| Error::GitMissing { source };
    command
        .env("LANGUAGE", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(missing)
}

/// Like [`run`], with `input` on standard input.
pub(super) fn run_with_input(command: &mut Command, input: &[u8]) -> Result<Output> {
    let missing = |source| Error::GitMissing { source };
    let mut child = command
        .env("LANGUAGE", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(missing)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that stops reading says why itself.
        let _ = stdin.write_all(input);
    }
    child.wait_with_output().map_err(missing)
}

/// Like [`run`]; past `until` the program is ended.
///
/// # Errors
/// Also [`Error::OutOfTime`].
pub(super) fn run_until(command: &mut Command, until: Option<Instant>) -> Result<Output> {
    let Some(until) = until else {
        return run(command);
    };
    let mut child = start(command)?;
    let (sender, ended) = mpsc::channel();
    let stdout = read_apart(child.stdout.take(), sender.clone());
    let stderr = read_apart(child.stderr.take(), sender);
    for _ in 0..2 {
        let left = until.saturating_duration_since(Instant::now());
        if ended.recv_timeout(left).is_err() {
            // Already ended, if it cannot be.
            let _ = child.kill();
            let _ = child.wait();
            return Err(Error::OutOfTime);
        }
    }
    let status = child
        .wait()
        .map_err(|source| Error::GitMissing { source })?;
    Ok(Output {
        status,
        stdout: stdout.join().unwrap_or_default(),
        stderr: stderr.join().unwrap_or_default(),
    })
}

/// Reads in a thread of its own, and tells when it is through.
fn read_apart(
    pipe: Option<impl Read + Send + 'static>,
    through: mpsc::Sender<()>,
) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What cannot be read is missing where it is looked at.
            let _ = pipe.read_to_end(&mut bytes);
        }
        let _ = through.send(());
        bytes
    })
}

/// What a person should see of Git's messages: all but its warnings, since a
/// transport explains itself before Git gives up, and hints follow.
pub(super) fn usable_message(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines = text.lines().map(str::trim_end);
    let lines: Vec<_> = lines.filter(|line| !line.starts_with("warning:")).collect();
    let message = lines.join("\n");
    let message = message.trim();
    let message = message.strip_prefix("fatal: ").unwrap_or(message);
    if message.is_empty() {
        return "it gave no reason".to_owned();
    }
    message.to_owned()
}

/// `git version 2.47.3` and what vendors make of it.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let version = text.trim().strip_prefix("git version ")?;
    let mut numbers = version.split('.');
    let major = numbers.next()?.parse().ok()?;
    let minor = numbers.next()?.parse().ok()?;
    Some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_versions_are_understood() {
        for text in [
            "git version 2.38.1",
            "git version 2.38.windows.1\n",
            "git version 2.38.0 (Apple Git-1)",
        ] {
            assert_eq!(parse_version(text), Some((2, 38)), "{text}");
        }
        assert_eq!(parse_version("hub version 2"), None);
    }

    #[test]
    fn a_message_is_what_git_says_without_warnings() {
        let stderr = b"warning: hm\nfatal: no such thing\nhint: try another\n";
        assert_eq!(usable_message(stderr), "no such thing\nhint: try another");
        let stderr = b"ssh: no such host\nfatal: Could not read\n\n";
        assert_eq!(
            usable_message(stderr),
            "ssh: no such host\nfatal: Could not read"
        );
        assert_eq!(usable_message(b""), "it gave no reason");
    }
}
