//! `git plan register list`.

use super::super::super::context::Context;
use super::super::super::error::Result;
use super::super::super::verbs::Run;
use super::super::super::{broken_line, current};
use super::KindWord;
use crate::model::{Entry, EntryKind, Plan};
use crate::render::register;
use crate::render::view::EntryView;

/// List the register: questions, assumptions, risks and the like
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan register list --open
  git plan register list --kind question --kind assumption --json")]
pub struct List {
    /// Only entries of this kind; several are possible
    #[arg(long, value_enum)]
    pub kind: Vec<KindWord>,
    /// Only what nobody has resolved
    #[arg(long)]
    pub open: bool,
}

impl Run for List {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let snapshot = cx.snapshot(&cx.store(&repo)?)?;
        let plan = snapshot.plan(&current::plan(cx, &repo, &snapshot)?)?;
        snapshot
            .warnings()
            .iter()
            .for_each(|file| cx.warn(broken_line(file)));
        let found = self.entries(&plan);
        if cx.globals.json || found.is_empty() {
            let view = |entry: &&Entry| EntryView::of(&plan.id, entry);
            let views: Vec<EntryView> = found.iter().map(view).collect();
            return cx.print_list("register", &views, || nothing(&plan));
        }
        cx.page_table(&repo, &register::list(&plan, &found))
    }
}

impl List {
    fn entries<'a>(&self, plan: &'a Plan) -> Vec<&'a Entry> {
        let kinds: Vec<EntryKind> = self
            .kind
            .iter()
            .map(|word| EntryKind::from(*word))
            .collect();
        let is_wanted = |entry: &&Entry| {
            (kinds.is_empty() || kinds.contains(&entry.kind)) && (!self.open || entry.is_open())
        };
        let mut found: Vec<&Entry> = plan.register.iter().filter(is_wanted).collect();
        found.sort_by_key(|entry| (entry.label, entry.id));
        found
    }
}

fn nothing(plan: &Plan) -> String {
    match plan.register.is_empty() {
        true => "Nothing in the register yet: git plan register add question \"TEXT\"\n".to_owned(),
        false => "No entry matches.\n".to_owned(),
    }
}
