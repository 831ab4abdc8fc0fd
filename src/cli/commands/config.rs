//! `git plan config`: what can be configured, and what is.

use super::super::context::Context;
use super::super::error::{Error, Result};
use super::super::verbs::Run;
use crate::git::Repo;
use crate::render::table::{Cell, Table};
use crate::render::view::ConfigView;

/// A key of Git's configuration that this program reads.
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Its value where nobody set it.
    pub default: &'static str,
    /// What it does.
    pub about: &'static str,
}

/// Every key, by name.
pub const KEYS: [Key; 20] = [
    Key {
        name: "plan.ref",
        default: crate::store::DEFAULT_REF,
        about: "The ref that holds the plans: a branch by its short name, or any ref outside refs/plans/.",
    },
    Key {
        name: "plan.remote",
        default: "the only remote, else origin",
        about: "The remote that shares the plans.",
    },
    Key {
        name: "plan.checkpoints",
        default: "shared",
        about: "Whether checkpoints are shared or private where --private is not given.",
    },
    Key {
        name: "plan.checkpointMaxFile",
        default: "10m",
        about: "The most bytes of a file in a checkpoint; k, m and g multiply.",
    },
    Key {
        name: "plan.checkpointMaxPatch",
        default: "64m",
        about: "The most bytes of a checkpoint's patch.",
    },
    Key {
        name: "plan.privateMaxCount",
        default: "200",
        about: "How many private checkpoints of a plan are kept; the oldest go first.",
    },
    Key {
        name: "plan.privateMaxDays",
        default: "30",
        about: "How many days a private checkpoint is kept.",
    },
    Key {
        name: "plan.sign",
        default: "false",
        about: "Signs every outcome, approval and waiver, as Git signs commits here. Read from your own configuration only.",
    },
    Key {
        name: "plan.signers",
        default: "policy.signers of the plan",
        about: "A file (absolute) of those whose signatures count on this machine: allowed signers of SSH, or lines \
                'E-MAIL openpgp FINGERPRINT'. Read from your own configuration, or a bare repository's.",
    },
    Key {
        name: "plan.unattended",
        default: "false",
        about: "Lets acts that take a person pass without a terminal. Read from your own configuration only, \
                never from the repository's. It stops accidents, not malice.",
    },
    Key {
        name: "plan.floor.protect",
        default: "none",
        about: "Where pushes are judged: a glob of refs that are protected whatever plans say. May be given several times.",
    },
    Key {
        name: "plan.floor.land",
        default: "ordered",
        about: "The loosest policy.land that counts, whatever plans say: ordered, closed.",
    },
    Key {
        name: "plan.floor.unlinked",
        default: "off",
        about: "The loosest policy.unlinked that counts: off, warn, block.",
    },
    Key {
        name: "plan.floor.weakening",
        default: "record",
        about: "The loosest policy.weakening that counts: record, approve.",
    },
    Key {
        name: "plan.floor.waive",
        default: "anyone",
        about: "The loosest policy.waive that counts: anyone, other, signers.",
    },
    Key {
        name: "plan.floor.reviewed",
        default: "false",
        about: "Lets weakenings come to the plan ref by a review only, whatever policy.reviewed says.",
    },
    Key {
        name: "plan.reviewedWhere",
        default: "none",
        about: "On a server: NAME=VALUE of an environment variable by which the forge tells its hooks that it merges \
                a reviewed change itself. May be given several times.",
    },
    Key {
        name: "plan.required",
        default: "false",
        about: "Lets protected refs take nothing while there is no plan.",
    },
    Key {
        name: "plan.protectable",
        default: "all",
        about: "A glob of the refs that plans may protect. May be given several times.",
    },
    Key {
        name: "plan.allowRewrite",
        default: "none",
        about: "The id of the one commit that the plan ref may be rewritten to, to take away what leaked.",
    },
];

/// Show what can be configured, and what is
///
/// Values are set with git config.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan config
  git config plan.ref refs/heads/plans")]
pub struct Config {
    /// Only this key
    pub key: Option<String>,
}

impl Run for Config {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let is_wanted = |key: &&Key| {
            self.key
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(key.name))
        };
        let views: Vec<ConfigView> = KEYS
            .iter()
            .filter(is_wanted)
            .map(|key| view(&repo, key))
            .collect();
        if views.is_empty() {
            let names = KEYS.map(|key| key.name).join(", ");
            return Err(Error::data(format!(
                "there is no key '{}'",
                self.key.as_deref().unwrap_or_default()
            ))
            .hint(format!("there are: {names}")));
        }
        let canvas = cx.canvas(Some(&repo));
        cx.print_list("config", &views, || {
            let mut table = Table::new(&["Key", "Value", "From", "What it does"]);
            for view in &views {
                table.row([
                    Cell::from(view.key.as_str()),
                    Cell::from(view.value.as_deref().unwrap_or_default()),
                    Cell::from(&*view.origin),
                    Cell::from(view.about.as_str()),
                ]);
            }
            table.render(canvas)
        })
    }
}

fn view(repo: &Repo, key: &Key) -> ConfigView {
    let entries = repo.config_section("plan");
    let set = entries
        .iter()
        .rev()
        .find(|entry| entry.key.eq_ignore_ascii_case(key.name));
    ConfigView {
        key: key.name.to_owned(),
        value: Some(
            set.map_or(key.default, |entry| entry.value.as_str())
                .to_owned(),
        ),
        origin: set
            .map_or("default", |entry| entry.origin.as_str())
            .to_owned(),
        about: key.about.to_owned(),
    }
}
