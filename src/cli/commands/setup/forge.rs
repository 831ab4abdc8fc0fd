//! What a forge takes to judge and show plans: the files of `hooks/ci/`, and where each belongs.

use clap::ValueEnum;

/// A forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Forge {
    /// GitHub
    Github,
    /// GitLab
    Gitlab,
}

/// A file for a forge.
pub(super) struct ForgeFile {
    /// What it is called here.
    pub(super) name: &'static str,
    /// Where it belongs on a branch.
    pub(super) path: &'static str,
    /// Whether it is about changes of the plans, and so is stored beside them.
    pub(super) is_of_plans: bool,
    /// What it does.
    pub(super) does: &'static str,
    /// Its text.
    pub(super) text: &'static str,
}

const GITHUB: [ForgeFile; 6] = [
    ForgeFile {
        name: "plan-ref",
        path: ".github/workflows/git-plan-plan-ref.yml",
        is_of_plans: true,
        does: "judges a pull request of the plan branch",
        text: include_str!("../../../../hooks/ci/github-plan-ref.yml"),
    },
    ForgeFile {
        name: "plan-review",
        path: ".github/workflows/git-plan-plan-review.yml",
        is_of_plans: true,
        does: "tells it what it changes, in a comment",
        text: include_str!("../../../../hooks/ci/github-plan-review.yml"),
    },
    ForgeFile {
        name: "check",
        path: ".github/workflows/git-plan-check.yml",
        is_of_plans: false,
        does: "judges a pull request of code",
        text: include_str!("../../../../hooks/ci/github-check.yml"),
    },
    ForgeFile {
        name: "review",
        path: ".github/workflows/git-plan-review.yml",
        is_of_plans: false,
        does: "tells it what the plans say of it, in a comment",
        text: include_str!("../../../../hooks/ci/github-review.yml"),
    },
    ForgeFile {
        name: "run",
        path: ".github/workflows/git-plan-run.yml",
        is_of_plans: false,
        does: "runs the commands of gates",
        text: include_str!("../../../../hooks/ci/github-run.yml"),
    },
    ForgeFile {
        name: "record",
        path: ".github/workflows/git-plan-record.yml",
        is_of_plans: false,
        does: "records what came of them",
        text: include_str!("../../../../hooks/ci/github-record.yml"),
    },
];

const GITLAB: [ForgeFile; 2] = [
    ForgeFile {
        name: "check",
        path: ".gitlab-ci.yml",
        is_of_plans: true,
        does: "judges merge requests, of code and of the plan branch",
        text: include_str!("../../../../hooks/ci/gitlab.yml"),
    },
    // It is given a token: never where a merge request can change it.
    ForgeFile {
        name: "review",
        path: "git-plan-review.yml",
        is_of_plans: false,
        does: "tells them what the plans say of them, in a note",
        text: include_str!("../../../../hooks/ci/gitlab-review.yml"),
    },
];

impl Forge {
    /// Its files.
    pub(super) fn files(self) -> &'static [ForgeFile] {
        match self {
            Self::Github => &GITHUB,
            Self::Gitlab => &GITLAB,
        }
    }

    /// The word on the command line.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
        }
    }
}
