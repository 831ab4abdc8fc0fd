//! Man pages and completions in the user's folders.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::super::super::context::variable;
use super::super::super::error::{Error, Result};
use super::super::super::manual;
use super::super::completions::Shell;

/// The files of this machine, and where they are.
pub(super) struct Machine {
    /// The folder of most of them.
    pub(super) data: PathBuf,
    /// Each with its text.
    pub(super) files: Vec<(PathBuf, String)>,
}

impl Machine {
    /// What belongs on this machine; writes nothing.
    ///
    /// # Errors
    /// Where it is not known where the user's files are.
    pub(super) fn of_user() -> Result<Self> {
        let data = folder("XDG_DATA_HOME", ".local/share")?;
        let config = folder("XDG_CONFIG_HOME", ".config")?;
        let man = data.join("man/man1");
        let pages = manual::pages().into_iter();
        let mut files: Vec<(PathBuf, String)> =
            pages.map(|page| (man.join(page.name), page.text)).collect();
        let shells = [
            (
                data.join("bash-completion/completions/git-plan"),
                Shell::Bash,
            ),
            (data.join("zsh/site-functions/_git-plan"), Shell::Zsh),
            (config.join("fish/conf.d/git-plan.fish"), Shell::Fish),
        ];
        let scripts = shells.map(|(path, shell)| (path, shell.script().to_owned()));
        files.extend(scripts);
        Ok(Self { data, files })
    }

    /// Writes them.
    ///
    /// # Errors
    /// Where one cannot be written.
    pub(super) fn write(&self) -> Result<()> {
        let mut files = self.files.iter();
        files.try_for_each(|(path, text)| write(path, text))
    }

    /// Those that are there as they were written, and those that somebody changed, or another
    /// version wrote.
    pub(super) fn present(&self) -> (Vec<&Path>, Vec<&Path>) {
        let (mut same, mut other) = (Vec::new(), Vec::new());
        for (path, text) in self.files.iter().filter(|(path, _)| path.is_file()) {
            let is_same = fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes());
            if is_same { &mut same } else { &mut other }.push(path.as_path());
        }
        (same, other)
    }

    /// What is left to the person.
    pub(super) fn advice(&self) -> Vec<String> {
        let mut advice = Vec::new();
        if variable("PATH").is_some_and(|path| {
            std::env::split_paths(&path).all(|dir| !dir.join("git-plan").is_file())
        }) {
            advice
                .push("git-plan is not on your PATH: Git finds 'git plan' only there.".to_owned());
        }
        let man = self.data.join("man");
        if !finds_man(&man) {
            advice.push(format!(
                "Add to your shell's start-up file: export MANPATH=\"{}:$MANPATH\"",
                man.display()
            ));
        }
        let zsh = self.data.join("zsh/site-functions");
        advice.push(format!(
            "For the Z shell, before compinit: fpath=({} $fpath)",
            zsh.display()
        ));
        advice
    }
}

/// Removes a file; one that is gone already is.
pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::environment(format!(
            "could not remove {}: {error}",
            path.display()
        ))),
        _ => Ok(()),
    }
}

fn folder(name: &str, fallback: &str) -> Result<PathBuf> {
    let set = variable(name)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    set.or_else(|| Some(PathBuf::from(variable("HOME")?).join(fallback)))
        .ok_or_else(|| Error::environment(format!("neither {name} nor HOME is set")))
}

fn write(path: &Path, text: &str) -> Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| Error::environment(format!("could not write {}: {error}", path.display())))
}

/// Whether `man` looks into that folder; where there is no `manpath` to ask, it is assumed.
fn finds_man(folder: &Path) -> bool {
    match std::process::Command::new("manpath").arg("-q").output() {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            std::env::split_paths(text.trim()).any(|path| path == folder)
        }
        _ => true,
    }
}
