//! `git plan archive`: the end of a plan, with a final checkpoint.

use super::super::context::Context;
use super::super::error::Result;
use super::super::find_checkpoint::Checkpoints;
use super::super::mutation::{self, Act, Entity};
use super::super::person::ask;
use super::super::taking::{self, About, Pinned, TakeOptions};
use super::super::verbs::Run;
use super::super::{complete, current};
use crate::model::{Edit, Header, Plan, PlanStatus, Slug, TaskRow, phase};
use crate::render::quote;
use crate::store::{Draft, Snapshot, Store, Writer, paths};

/// End a plan: take a final checkpoint, and make the plan read-only
///
/// What is incomplete is listed, and asked about. Documents under docs/tmp/ go. Everything else
/// stays readable; git plan update-plan PLAN --status active --reason TEXT opens the plan again.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan archive auth-migration --note \"shipped in 2.3\"
  git plan list --all                       # archived plans too")]
pub struct Archive {
    /// The plan; the current one if not given
    #[arg(value_name = "PLAN", add = complete::plans())]
    pub name: Option<String>,
    /// Why it ends
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Never share the final checkpoint
    #[arg(long)]
    pub private: bool,
    /// Take no final checkpoint
    #[arg(long, conflicts_with_all = ["private", "no_untracked", "skip_large", "include_secrets"])]
    pub no_checkpoint: bool,
    /// What is taken in.
    #[command(flatten)]
    pub options: TakeOptions,
}

impl Run for Archive {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let writer = cx.writer(&repo)?;
        let snapshot = cx.snapshot(&store)?;
        let id = match &self.name {
            Some(word) => current::named(&snapshot, word)?,
            None => current::plan(cx, &repo, &snapshot)?,
        };
        let all = Checkpoints::of(cx, &store, snapshot.plan(&id)?)?;
        let act = Act::new(&id, Entity::Plan, ("archive", "archived"));
        if all.plan.header.status == PlanStatus::Archived {
            return mutation::finish(cx, &store, Draft::on(snapshot), &writer, "archive", &act);
        }
        if !cx.globals.dry_run {
            confirm(cx, &all.plan, self)?;
        }
        let archiving = Archiving {
            cx,
            store: &store,
            writer: &writer,
            all,
        };
        if cx.globals.dry_run || self.no_checkpoint || repo.is_bare() {
            if repo.is_bare() && !self.no_checkpoint {
                cx.warn("there is no working tree here, so no final checkpoint is taken");
            }
            return archiving.without_checkpoint(self, snapshot, &act);
        }
        archiving.with_checkpoint(self, snapshot, act)
    }
}

/// Lists what is incomplete, and asks.
fn confirm(cx: &Context, plan: &Plan, wish: &Archive) -> Result<()> {
    let open: Vec<&TaskRow> = plan
        .tasks
        .values()
        .filter(|task| !task.status.is_over())
        .collect();
    let phases = plan.header.phases.iter();
    let phases: Vec<&str> = phases
        .filter(|phase| !phase::is_closed(plan, phase))
        .map(|phase| phase.id.as_str())
        .collect();
    if open.is_empty() && phases.is_empty() {
        return Ok(());
    }
    let mut names: Vec<String> = open
        .iter()
        .take(10)
        .map(|task| format!("{} \"{}\"", plan.name_of(task.id), task.title))
        .collect();
    if open.len() > names.len() {
        names.push(format!("and {} more", open.len() - names.len()));
    }
    let mut parts = Vec::new();
    if !names.is_empty() {
        let count = match open.len() {
            1 => "1 task is".to_owned(),
            count => format!("{count} tasks are"),
        };
        parts.push(format!("{count} not over: {}", names.join(", ")));
    }
    if !phases.is_empty() {
        parts.push(format!("phases are open: {}", phases.join(", ")));
    }
    let question = format!(
        "Plan {} is incomplete ({}). Archive it?",
        plan.id,
        parts.join("; ")
    );
    ask(cx, &question, &wish.line(&plan.id))
}

impl Archive {
    /// The command with all that was said: a checkpoint that was to be private stays so.
    fn line(&self, plan: &Slug) -> String {
        let mut words = vec!["git", "plan", "archive", plan.as_str()];
        if let Some(note) = &self.note {
            words.extend(["--note", note]);
        }
        let flags = [
            (self.private, "--private"),
            (self.no_checkpoint, "--no-checkpoint"),
            (self.options.no_untracked, "--no-untracked"),
            (self.options.skip_large, "--skip-large"),
            (self.options.include_secrets, "--include-secrets"),
        ];
        words.extend(flags.iter().filter(|(set, _)| *set).map(|(_, flag)| *flag));
        quote::command(&words)
    }
}

struct Archiving<'a, 'r> {
    cx: &'a Context,
    store: &'a Store<'r>,
    writer: &'a Writer,
    all: Checkpoints,
}

impl<'r> Archiving<'_, 'r> {
    fn without_checkpoint(self, wish: &Archive, snapshot: Snapshot<'r>, act: &Act) -> Result<()> {
        let mut draft = self.draft(snapshot)?;
        draft.apply_all(&self.all.plan.id, self.edits(wish))?;
        mutation::finish(self.cx, self.store, draft, self.writer, "archive", act)
    }

    fn with_checkpoint(self, wish: &Archive, snapshot: Snapshot<'r>, act: Act) -> Result<()> {
        let (cx, plan) = (self.cx, &self.all.plan);
        let taken = taking::take(cx, self.store.repo, &wish.options)?;
        let about = About {
            name: taking::final_name(&self.all),
            note: wish.note.clone(),
            task: None,
            is_final: true,
        };
        let private = wish.private || taking::is_private_by_default(self.store.repo)?;
        let how = (&wish.options, private);
        let pinned = Pinned::new(self.store, self.writer, &self.all, &taken, about, how)?;
        let name = pinned.checkpoint.name.clone();
        if private {
            taking::store_private(cx, self.store, self.writer, &self.all, pinned)?;
            let act = act.note(format!("final checkpoint \"{name}\" (private)"));
            return self.without_checkpoint(wish, snapshot, &act);
        }
        let draft = self.draft(snapshot)?;
        let edits = ("archive", self.edits(wish));
        let draft = (draft, &plan.id);
        taking::store_shared(cx, self.store, self.writer, draft, pinned, edits)?;
        let draft = Draft::on(cx.snapshot(self.store)?);
        let act = act.note(format!("final checkpoint \"{name}\""));
        mutation::report_stored(cx, draft, &act)
    }

    /// The edits that make the plan read-only.
    fn edits(&self, wish: &Archive) -> Vec<Edit> {
        let old = &self.all.plan.header;
        let reason = wish.note.clone().unwrap_or_else(|| "archived".to_owned());
        let new = Header {
            status: PlanStatus::Archived,
            reason: Some(reason),
            status_by: Some(self.writer.signature()),
            status_since: Some(self.writer.now),
            ..old.clone()
        };
        Edit::between_headers(old, &new)
    }

    /// A draft in which the temporary documents are gone.
    fn draft(&self, snapshot: Snapshot<'r>) -> Result<Draft<'r>> {
        let path = temporary_documents(&self.all.plan.id);
        let mut draft = Draft::on(snapshot);
        draft.drop_path(&path)?;
        Ok(draft)
    }
}

fn temporary_documents(plan: &Slug) -> String {
    format!("{}/docs/tmp", paths::plan(plan))
}
