//! `git plan setup`: man pages and completions into the user's folders.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::context::{Context, variable};
use super::super::error::{Error, Result};
use super::super::manual;
use super::super::verbs::Run;
use super::completions::Shell;
use crate::render::view::SetupView;

/// Install man pages and completions for this user
///
/// Afterwards `git plan --help` shows the manual, and `git plan <TAB>` completes. Only files of
/// git plan's own name are written, below your home folder.
#[derive(Debug, clap::Args)]
pub struct Setup {}

impl Run for Setup {
    fn run(&self, cx: &Context) -> Result<()> {
        let data = folder("XDG_DATA_HOME", ".local/share")?;
        let config = folder("XDG_CONFIG_HOME", ".config")?;
        let man = data.join("man/man1");
        let mut files: Vec<(PathBuf, String)> = manual::pages()
            .into_iter()
            .map(|page| (man.join(page.name), page.text))
            .collect();
        files.push((
            data.join("bash-completion/completions/git-plan"),
            Shell::Bash.script().to_owned(),
        ));
        files.push((
            data.join("zsh/site-functions/_git-plan"),
            Shell::Zsh.script().to_owned(),
        ));
        files.push((
            config.join("fish/conf.d/git-plan.fish"),
            Shell::Fish.script().to_owned(),
        ));
        if !cx.globals.dry_run {
            files
                .iter()
                .try_for_each(|(path, text)| write(path, text))?;
        }
        let view = SetupView {
            written: files
                .iter()
                .map(|(path, _)| path.display().to_string())
                .collect(),
            advice: advice(&data),
        };
        cx.print("setup", &view, || {
            let verb = if cx.globals.dry_run {
                "would write"
            } else {
                "wrote"
            };
            let mut text = format!(
                "{verb} {} files below {}\n",
                view.written.len(),
                data.display()
            );
            view.advice
                .iter()
                .for_each(|line| text.push_str(&format!("{line}\n")));
            text
        })
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

fn advice(data: &Path) -> Vec<String> {
    let mut advice = Vec::new();
    if variable("PATH")
        .is_some_and(|path| std::env::split_paths(&path).all(|dir| !dir.join("git-plan").is_file()))
    {
        advice.push("git-plan is not on your PATH: Git finds 'git plan' only there.".to_owned());
    }
    let man = data.join("man");
    if !finds_man(&man) {
        advice.push(format!(
            "Add to your shell's start-up file: export MANPATH=\"{}:$MANPATH\"",
            man.display()
        ));
    }
    let zsh = data.join("zsh/site-functions");
    advice.push(format!(
        "For the Z shell, before compinit: fpath=({} $fpath)",
        zsh.display()
    ));
    advice
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
