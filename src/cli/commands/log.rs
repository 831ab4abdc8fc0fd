//! `git plan log`: what was done, newest first.

use super::super::context::Context;
use super::super::error::Result;
use super::super::verbs::Run;
use super::super::{complete, current};
use crate::git::Oid;
use crate::render::style::{Paint, Tone};
use crate::render::view::OperationView;
use crate::render::{escape, when};
use crate::store::history::{self, Operation};
use crate::store::{Snapshot, Store, paths};

/// Show what was done, newest first
///
/// One line an operation: when, what, by whom. An entity narrows the list to what changed it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan log -n 5
  git plan log 4                    # a task
  git plan log auth-migration --json")]
pub struct Log {
    /// The task, plan, phase or checkpoint
    #[arg(add = complete::entities())]
    pub entity: Option<String>,
    /// At most this many
    #[arg(short = 'n', long, value_name = "N")]
    pub limit: Option<usize>,
}

/// What narrows the list.
enum Filter {
    All,
    /// Operations in which this path differs from the state before.
    Path(String),
}

impl Run for Log {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let snapshot = cx.snapshot(&store)?;
        let filter = self.filter(cx, &store, &snapshot)?;
        let limit = self.limit.unwrap_or(usize::MAX);
        let mut views = Vec::new();
        for operation in snapshot
            .source
            .commit
            .into_iter()
            .flat_map(|tip| history::operations(&repo, tip))
        {
            if views.len() >= limit {
                break;
            }
            let operation = operation?;
            if concerns(&snapshot, &filter, &operation)? {
                views.push(view(&operation));
            }
        }
        if cx.globals.json {
            return cx.print_list("log", &views, String::new);
        }
        let paint = cx.canvas(Some(&repo)).paint;
        let text: String = views.iter().map(|view| line(view, cx, paint)).collect();
        cx.page(&repo, &text)
    }
}

impl Log {
    fn filter(&self, cx: &Context, store: &Store<'_>, snapshot: &Snapshot<'_>) -> Result<Filter> {
        use super::show::Found;
        let Some(word) = &self.entity else {
            return Ok(match &cx.globals.plan {
                Some(plan) => Filter::Path(paths::plan(&current::named(snapshot, plan)?)),
                None => Filter::All,
            });
        };
        Ok(Filter::Path(
            match super::show::find(cx, store, snapshot, word)? {
                Found::Task(plan, id) => paths::task(&plan.id, id),
                Found::Plan(plan) => paths::plan(&plan.id),
                Found::Entry(plan, id) => paths::entry(&plan.id, id),
                Found::Checkpoint(plan, id) => paths::checkpoint(&plan.id, id),
                Found::Phase(plan, _) | Found::Gate(plan, ..) => paths::header(&plan.id),
            },
        ))
    }
}

fn concerns(snapshot: &Snapshot<'_>, filter: &Filter, operation: &Operation) -> Result<bool> {
    let Filter::Path(path) = filter else {
        return Ok(true);
    };
    let at = |commit: Option<Oid>| -> Result<Option<Oid>> {
        let Some(commit) = commit else {
            return Ok(None);
        };
        let tree = snapshot.repo().commit(commit)?.tree;
        Ok(snapshot.repo().entry(tree, path)?.map(|entry| entry.oid))
    };
    let now = at(Some(operation.oid))?;
    if operation.parents.is_empty() {
        return Ok(now.is_some());
    }
    for parent in &operation.parents {
        // Beyond a shallow boundary there is nothing to compare with.
        match at(Some(*parent)) {
            Ok(before) if before == now => return Ok(false),
            _ => {}
        }
    }
    Ok(true)
}

/// An operation as scripts read it.
pub fn view(operation: &Operation) -> OperationView {
    OperationView {
        id: operation.oid.to_string(),
        when: operation.when,
        who: operation.who.clone(),
        agent: operation.agent.clone(),
        operation: operation.operation.clone(),
        subject: operation.subject.clone(),
        entities: operation.entities.clone(),
        undoes: operation.undoes.map(|oid| oid.to_string()),
        merge: operation.is_merge(),
    }
}

fn line(view: &OperationView, cx: &Context, paint: Paint) -> String {
    let name = view.who.split(" <").next().unwrap_or_default();
    let who = match &view.agent {
        Some(agent) => format!("{name} as {agent}"),
        None => name.to_owned(),
    };
    format!(
        "{}  {}  {}  {}\n",
        paint.apply(Tone::Warn, view.id.get(..10).unwrap_or_default()),
        paint.apply(
            Tone::Faint,
            &format!("{:<14}", when::relative(view.when, cx.now))
        ),
        escape::line(&view.subject),
        paint.apply(Tone::Faint, &format!("({})", escape::line(&who))),
    )
}
