//! `git plan trust revoke`.

use super::super::super::complete;
use super::super::super::context::Context;
use super::super::super::error::{Error, Result};
use super::super::super::trusting::{Trusting, entry_view};
use super::super::super::verbs::Run;
use crate::render::escape;
use crate::render::view::TrustView;
use crate::trust::Entry;

/// Trust commands of gates no longer
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
#[command(after_long_help = "Examples:
  git plan trust revoke foundation/tests
  git plan trust revoke --all")]
pub struct Revoke {
    /// The gate, as phase/gate, with all that was trusted for it; or one hash
    #[arg(group = "what", value_name = "PHASE/GATE|HASH", add = complete::gates())]
    pub word: Option<String>,
    /// All that is trusted for these plans
    #[arg(group = "what", long)]
    pub all: bool,
}

impl Run for Revoke {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let snapshot = cx.snapshot(&cx.store(&repo)?)?;
        let trusting = Trusting::of(&repo, &snapshot)?;
        let entries = trusting.trust.entries()?.into_iter();
        let chosen: Vec<Entry> = entries.filter(|entry| self.names(entry)).collect();
        if let ([], Some(word)) = (chosen.as_slice(), &self.word) {
            return Err(Error::data(format!("nothing is trusted as '{word}'"))
                .hint("git plan trust list   lists what is"));
        }
        let mut views: Vec<TrustView> = Vec::new();
        for entry in chosen {
            if !cx.globals.dry_run {
                trusting.trust.remove(&entry.hash)?;
            }
            let trusted = cx.globals.dry_run;
            let view = entry_view(entry);
            views.push(TrustView { trusted, ..view });
        }
        cx.print_list("trusts", &views, || {
            let line = |view: &TrustView| {
                format!("revoked {} ({})\n", escape::line(&view.gate), view.hash)
            };
            views.iter().map(line).collect()
        })
    }
}

impl Revoke {
    fn names(&self, entry: &Entry) -> bool {
        let word = self.word.as_deref();
        self.all || word.is_some_and(|word| word == entry.hash || word == entry.gate)
    }
}
