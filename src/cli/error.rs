//! Errors as people and scripts meet them: a message, hints, an exit code.

use crate::checkpoint::take;
use crate::format::version::VersionError;
use crate::git;
use crate::hook;
use crate::model::Refusal;
use crate::model::id::NameError;
use crate::model::refer::ReferError;
use crate::render::quote;
use crate::run;
use crate::store;
use crate::trust;

/// The result of a command.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of error; it picks the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The answer is no: a gate is unmet, a rule forbids it.
    No,
    /// The command line is wrong.
    Usage,
    /// Bad or missing data: an unknown id, an invalid file.
    Data,
    /// A person has to do it.
    Person,
    /// Others changed the same thing.
    Conflict,
    /// Git, the file system, the network.
    Environment,
    /// The person wanted it to end.
    Interrupted,
}

impl Kind {
    /// The exit code of the process.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::No => 1,
            Self::Usage => 2,
            Self::Data => 3,
            Self::Person => 4,
            Self::Conflict => 5,
            Self::Environment => 6,
            Self::Interrupted => 130,
        }
    }

    /// The word in `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Usage => "usage",
            Self::Data => "data",
            Self::Person => "person",
            Self::Conflict => "conflict",
            Self::Environment => "environment",
            Self::Interrupted => "interrupted",
        }
    }
}

/// An error with what to do next.
#[derive(Debug)]
pub struct Error {
    /// What kind.
    pub kind: Kind,
    /// What was attempted and why it failed.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
    /// Whether standard output has the answer already: then `--json` adds no error to it.
    pub answered: bool,
}

impl Error {
    /// An error without a hint.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
            answered: false,
        }
    }

    /// The command line is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Bad or missing data.
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(Kind::Data, message)
    }

    /// Git, the file system, the network.
    pub fn environment(message: impl Into<String>) -> Self {
        Self::new(Kind::Environment, message)
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Says that the answer, of which this is the exit code, is printed.
    #[must_use]
    pub fn answered(mut self) -> Self {
        self.answered = true;
        self
    }

    /// Says what was attempted.
    #[must_use]
    pub fn context(mut self, attempt: &str) -> Self {
        self.message = format!("{attempt}: {}", self.message);
        self
    }

    /// Names what could have been meant, where something could.
    #[must_use]
    pub fn similar(self, similar: &[String]) -> Self {
        match similar {
            [] => self,
            names => {
                let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
                self.hint(format!("did you mean {}?", names.join(" or ")))
            }
        }
    }
}

/// An error and its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

const USUAL_REF: &str = "git config plan.ref refs/heads/git-plan   is the usual one";

impl From<git::Error> for Error {
    fn from(error: git::Error) -> Self {
        let message = match error {
            // The causes say the same once more, in words for programmers.
            git::Error::NotARepository { .. } | git::Error::Revision { .. } => error.to_string(),
            _ => chain(&error),
        };
        let plain = Self::environment(message);
        match &error {
            git::Error::Revision { .. } => Self {
                kind: Kind::Data,
                ..plain
            },
            // Only plan.ref brings a name from outside.
            git::Error::RefName { .. } => plain.hint(USUAL_REF),
            git::Error::NotARepository { .. } => plain.hint("git init   makes one here"),
            git::Error::RefConflict { existing, .. } => {
                let existing = quote::word(existing).into_owned();
                plain.hint(format!(
                    "rename {existing}, or keep the plans elsewhere: git config plan.ref refs/heads/NAME"
                ))
            }
            git::Error::NoIdentity { .. } => plain
                .hint("git config --global user.name \"Your Name\"")
                .hint("git config --global user.email you@example.com"),
            git::Error::SymbolicRef { .. } => {
                plain.hint("keep the plans elsewhere: git config plan.ref refs/heads/NAME")
            }
            _ => plain,
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        use store::Error as E;
        match error {
            E::Git(error) => error.into(),
            E::Refused(refusal) => refusal.into(),
            E::Version { ref source, .. } => {
                let plain = Self::data(error.to_string());
                match source {
                    VersionError::TooNew { found } => plain
                        .hint(format!("git plan {}.0 or later reads them", found.major))
                        .hint("cargo install git-plan   brings the latest"),
                    VersionError::Broken(_) => plain,
                }
            }
            E::NoPlans { ref remote, .. } => {
                let plain = Self::data(error.to_string());
                let plain = match remote {
                    Some(remote) => plain.hint(format!(
                        "git plan init   asks {remote} whether it has plans, and brings them"
                    )),
                    None => plain,
                };
                plain.hint("git plan init \"TITLE\"   makes the first plan")
            }
            E::BadRef { .. } => Self::new(Kind::Environment, error.to_string()).hint(USUAL_REF),
            E::NotAPlanRef { .. } => Self::new(Kind::Environment, error.to_string())
                .hint("keep the plans elsewhere: git config plan.ref refs/heads/NAME"),
            E::UnknownPlan { ref similar, .. } => Self::data(error.to_string())
                .similar(similar)
                .hint("git plan list --all   shows the plans"),
            E::PlanExists(ref id) => Self::data(error.to_string())
                .hint(format!("git plan use {id}   makes it the current one"))
                .hint("--id NAME   gives the new one another name"),
            E::Broken { .. } => {
                Self::data(error.to_string()).hint("git plan doctor   lists all that is broken")
            }
            E::CheckedOut {
                ref worktree,
                unborn,
                ..
            } => {
                let path = worktree.display().to_string();
                let path = quote::word(&path);
                Self::environment(error.to_string()).hint(if unborn {
                    format!("git -C {path} switch -c NAME   begins with another branch there")
                } else {
                    format!("git -C {path} switch --detach   leaves the branch there")
                })
            }
            E::LostRace { .. } | E::AnotherFile(_) => Self::new(Kind::Conflict, error.to_string()),
            E::NoOperation(_) => {
                Self::data(error.to_string()).hint("git plan log   lists the operations")
            }
            E::Random(_) => Self::environment(error.to_string()),
            _ => Self::data(error.to_string()),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        let kind = match refusal {
            Refusal::Conflict { .. } => Kind::Conflict,
            Refusal::PhaseLocked { .. }
            | Refusal::OpenDependencies { .. }
            | Refusal::Unproven { .. }
            | Refusal::PhaseClosed { .. }
            | Refusal::WipLimit { .. } => Kind::No,
            Refusal::NeedsReason { .. } => Kind::Usage,
            _ => Kind::Data,
        };
        let plain = Self::new(kind, message);
        match refusal {
            Refusal::PhaseLocked { before, .. } => {
                let first = before.first().map(ToString::to_string).unwrap_or_default();
                plain.hint(format!(
                    "git plan close-phase {first}   closes it, once its gates hold"
                ))
            }
            Refusal::Unreadable { .. } => plain.hint("git plan doctor   lists all that is broken"),
            Refusal::OpenDependencies { on, .. } => {
                let first = on.first().cloned().unwrap_or_default();
                plain.hint(format!("git plan done {first}   completes it"))
            }
            Refusal::Unproven { word, .. } => plain.hint(format!(
                "git plan verify-task {word} --update   verifies it, and completes it where nothing is \
                 violated"
            )),
            Refusal::PhaseClosed { phase, .. } => plain.hint(format!(
                "git plan reopen-phase {phase} --reason TEXT   opens it again"
            )),
            Refusal::WipLimit { tasks, .. } => {
                let first = tasks.first().cloned().unwrap_or_default();
                plain.hint(format!("git plan done {first}   makes room"))
            }
            Refusal::NeedsReason { .. } => plain.hint("--reason TEXT   says why"),
            Refusal::Archived(plan) => plain.hint(format!(
                "git plan update-plan {plan} --status active --reason TEXT   opens it again"
            )),
            Refusal::CheckpointExists { .. } => plain
                .hint("git plan checkpoints   lists the names that are taken")
                .hint("another name, such as the same with a date, is free"),
            Refusal::Conflict { .. } => plain
                .hint("somebody else changed it meanwhile; look again, then repeat the command"),
            Refusal::Unknown {
                kind: "task", plan, ..
            } => plain.hint(format!("git plan -p {plan} tasks   lists its tasks")),
            Refusal::Unknown { plan, .. } => {
                plain.hint(format!("git plan show {plan}   shows its phases"))
            }
            _ => plain,
        }
    }
}

impl From<ReferError> for Error {
    fn from(error: ReferError) -> Self {
        let plain = Self::data(error.to_string());
        match error {
            ReferError::Unknown {
                kind: "task",
                plan,
                similar,
                ..
            } => plain
                .similar(&similar)
                .hint(format!("git plan -p {plan} tasks   lists its tasks")),
            ReferError::Unknown {
                kind: "checkpoint",
                plan,
                similar,
                ..
            } => plain.similar(&similar).hint(format!(
                "git plan -p {plan} checkpoints   lists its checkpoints"
            )),
            ReferError::Unknown {
                kind: "register entry",
                plan,
                ..
            } => plain.hint(format!(
                "git plan -p {plan} register list   lists the register"
            )),
            ReferError::Several { .. } => plain.hint("each answers to its id"),
            ReferError::Unknown { plan, similar, .. } => plain
                .similar(&similar)
                .hint(format!("git plan show {plan}   shows its phases")),
            ReferError::Ambiguous { .. } => plain
                .hint("each answers to the longer name")
                .hint("git plan doctor --fix --yes   gives the younger one a new number"),
        }
    }
}

impl From<take::Error> for Error {
    fn from(error: take::Error) -> Self {
        use take::Error as E;
        let plain = Self::data(error.to_string());
        match error {
            E::NoWorkTree => Self::environment(error.to_string())
                .hint("checkpoints are taken where files are checked out: in a worktree"),
            E::Home(_) => plain.hint("checkpoints are for the repository of one project"),
            E::TooLarge { .. } => plain
                .hint("a line in .gitignore keeps a file out that Git does not track")
                .hint("git config plan.checkpointMaxFile 100m   raises the limit")
                .hint("--skip-large   leaves them out; the record says so"),
            E::Secrets { .. } => plain
                .hint("a line in .gitignore keeps a file out that Git does not track")
                .hint("--include-secrets   takes them in all the same; the record says so"),
            E::PatchTooLarge(_) => {
                plain.hint("git config plan.checkpointMaxPatch 256m   raises the limit")
            }
            E::Git(error) => error.into(),
        }
    }
}

impl From<trust::Error> for Error {
    fn from(error: trust::Error) -> Self {
        use trust::Error as E;
        let plain = Self::environment(error.to_string());
        match error {
            E::Git(error) => error.into(),
            E::NoPlans => {
                Self::data(error.to_string()).hint("git plan init \"TITLE\"   makes the first plan")
            }
            E::CutOff => plain.hint("git fetch --unshallow   brings it"),
            _ => plain,
        }
    }
}

impl From<run::Error> for Error {
    fn from(error: run::Error) -> Self {
        use run::Error as E;
        match error {
            E::Git(error) => error.into(),
            E::NoCommand | E::Folder(_) | E::Outside(_) | E::Absolute(_) => {
                Self::data(error.to_string())
            }
            _ => Self::environment(error.to_string()),
        }
    }
}

impl From<NameError> for Error {
    fn from(error: NameError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<hook::Error> for Error {
    fn from(error: hook::Error) -> Self {
        match error {
            hook::Error::Git(error) => error.into(),
            hook::Error::Store(error) => error.into(),
            other => Self::environment(other.to_string()),
        }
    }
}
