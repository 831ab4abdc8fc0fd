//! `git plan completions`: the script that a shell needs.

use super::super::context::Context;
use super::super::error::Result;
use super::super::verbs::Run;
use crate::render::view::TextView;

/// Print the completion script of a shell
///
/// `git plan setup` puts it where the shell finds it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan completions bash >~/.local/share/bash-completion/completions/git-plan
  git plan completions fish >~/.config/fish/conf.d/git-plan.fish")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// A shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    /// GNU Bash, with Git's own completion
    Bash,
    /// The Z shell
    Zsh,
    /// The friendly interactive shell
    Fish,
}

impl Shell {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Bash, Self::Zsh, Self::Fish];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
        }
    }

    /// Its script.
    pub fn script(self) -> &'static str {
        match self {
            Self::Bash => include_str!("../completions/git-plan.bash"),
            Self::Zsh => include_str!("../completions/git-plan.zsh"),
            Self::Fish => include_str!("../completions/git-plan.fish"),
        }
    }
}

impl Run for Completions {
    fn run(&self, cx: &Context) -> Result<()> {
        let view = TextView {
            name: self.shell.name().to_owned(),
            text: self.shell.script().to_owned(),
        };
        cx.print("text", &view, || view.text.clone())
    }
}
