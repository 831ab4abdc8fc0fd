//! What came of a command, and what that means for its gate.

use std::time::Duration;

use super::Captured;
use crate::model::record::Outcome;

/// Exit codes by which a shell says that a program could not be run, or found.
const NOT_RUN: [i32; 2] = [126, 127];

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with an exit code.
    Exited(i32),
    /// By a signal that was not ours.
    Signalled(i32),
    /// By us: it took too long.
    TimedOut,
    /// By us: the person wanted it to.
    Interrupted,
    /// It could not be started, and why.
    NotStarted(String),
}

impl Ended {
    /// What that means; none where the person ended it, which means nothing.
    pub fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Exited(0) => Some(Outcome::Pass),
            Self::Exited(code) if !NOT_RUN.contains(code) => Some(Outcome::Fail),
            Self::Interrupted => None,
            _ => Some(Outcome::Error),
        }
    }

    /// The exit code, where there is one.
    pub fn exit_code(&self) -> Option<i32> {
        match self {
            Self::Exited(code) => Some(*code),
            _ => None,
        }
    }

    /// The signal that ended it, where one did.
    pub fn signal(&self) -> Option<i32> {
        match self {
            Self::Signalled(signal) => Some(*signal),
            _ => None,
        }
    }

    /// In words, behind a gate's name.
    pub fn words(&self) -> String {
        match self {
            Self::Exited(0) => "passed".to_owned(),
            Self::Exited(code) if NOT_RUN.contains(code) => {
                format!("could not be run (exit code {code})")
            }
            Self::Exited(code) => format!("failed with exit code {code}"),
            Self::Signalled(signal) => format!("was ended by signal {signal}"),
            Self::TimedOut => "took too long and was ended".to_owned(),
            Self::Interrupted => "was interrupted".to_owned(),
            Self::NotStarted(why) => format!("could not be started: {why}"),
        }
    }
}

/// A command that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// How it ended.
    pub ended: Ended,
    /// How long it took.
    pub duration: Duration,
    /// What it printed.
    pub output: Captured,
}

/// The system that commands run on here, such as `linux-x86_64`.
pub fn platform() -> String {
    format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_run_is_neither_red_nor_green() {
        for (ended, outcome) in [
            (Ended::Exited(0), Some(Outcome::Pass)),
            (Ended::Exited(1), Some(Outcome::Fail)),
            (Ended::Exited(125), Some(Outcome::Fail)),
            (Ended::Exited(126), Some(Outcome::Error)),
            (Ended::Exited(127), Some(Outcome::Error)),
            (Ended::Exited(128), Some(Outcome::Fail)),
            (Ended::Signalled(9), Some(Outcome::Error)),
            (Ended::TimedOut, Some(Outcome::Error)),
            (Ended::NotStarted(String::new()), Some(Outcome::Error)),
            (Ended::Interrupted, None),
        ] {
            assert_eq!(ended.outcome(), outcome, "{ended:?}");
        }
    }
}
