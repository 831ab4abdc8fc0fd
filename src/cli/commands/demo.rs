//! `git plan demo`: placeholder
use super::super::context::Context;
use super::super::error::Result;
use super::super::verbs::Run;

/// Show the whole loop on a throw-away repository
#[derive(Debug, clap::Args)]
pub struct Demo {}

impl Run for Demo {
    fn run(&self, _: &Context) -> Result<()> {
        Ok(())
    }
}
