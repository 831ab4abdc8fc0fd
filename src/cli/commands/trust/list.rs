//! `git plan trust list`.

use super::super::super::context::Context;
use super::super::super::error::Result;
use super::super::super::trusting::{Trusting, entry_view};
use super::super::super::verbs::Run;
use crate::render::trust::table;
use crate::render::view::TrustView;

/// List what is trusted for these plans on this machine
#[derive(Debug, clap::Args)]
pub struct List {}

impl Run for List {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let snapshot = cx.snapshot(&cx.store(&repo)?)?;
        let trusting = Trusting::of(&repo, &snapshot)?;
        let entries = trusting.trust.entries()?;
        let views: Vec<TrustView> = entries.into_iter().map(entry_view).collect();
        let canvas = cx.canvas(Some(&repo));
        cx.print_list("trusts", &views, || match views.is_empty() {
            true => "Nothing is trusted for these plans on this machine\n".to_owned(),
            false => table(&views, canvas),
        })
    }
}
