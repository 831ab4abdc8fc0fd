//! `git plan list`: the plans of the repository.

use super::super::context::Context;
use super::super::error::Result;
use super::super::verbs::Run;
use super::super::{broken_line, current};
use crate::model::Status;
use crate::render::escape;
use crate::render::style::Tone;
use crate::render::table::{Cell, Table};
use crate::render::view::PlanLine;
use crate::store::Error as StoreError;

/// List the plans
#[derive(Debug, clap::Args)]
pub struct List {
    /// Archived plans too
    #[arg(short, long)]
    pub all: bool,
}

impl Run for List {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let snapshot = match cx.snapshot(&store) {
            Err(StoreError::NoPlans { remote, .. }) => {
                return cx.print_list::<PlanLine>("plans", &[], || begin(remote.as_deref()));
            }
            other => other?,
        };
        let summaries = snapshot.summaries()?;
        snapshot
            .warnings()
            .iter()
            .for_each(|file| cx.warn(broken_line(file)));
        let current = current::plan(cx, &repo, &snapshot).ok();
        let lines: Vec<PlanLine> = summaries
            .iter()
            .map(|summary| PlanLine::of(summary, current.as_ref()))
            .filter(|line| self.all || line.status != "archived")
            .collect();
        let canvas = cx.canvas(Some(&repo));
        cx.print_list("plans", &lines, || {
            if lines.is_empty() {
                return "No active plan. git plan list --all shows archived ones.\n".to_owned();
            }
            let mut table = Table::new(&[
                "",
                "Plan",
                "Title",
                "State",
                "Tasks",
                "In progress",
                "Phases",
            ]);
            lines.iter().for_each(|line| table.row(row(line)));
            table.render(canvas)
        })
    }
}

/// What to do where there is no plan.
pub fn begin(remote: Option<&str>) -> String {
    let adopt = remote.map(|remote| {
        let remote = escape::line(remote);
        format!("  git plan init                brings the plans of {remote}, where it has some\n")
    });
    format!(
        "No plan in this repository yet. To begin:\n{}\
         \x20 git plan init \"TITLE\"        makes a plan\n\
         \x20 git plan add-task \"TITLE\"    adds a task to it\n\
         \x20 git plan status              shows where it stands\n",
        adopt.unwrap_or_default()
    )
}

fn row(line: &PlanLine) -> [Cell<'_>; 7] {
    let tasks = line.tasks;
    let over = tasks.completed + tasks.cancelled;
    let total = over + tasks.pending + tasks.in_progress + tasks.blocked;
    let fraction = |part: u32, whole: u32| {
        if whole == 0 {
            String::new()
        } else {
            format!("{part}/{whole}")
        }
    };
    let tone = if line.current {
        Tone::Strong
    } else {
        Tone::Plain
    };
    let in_progress = if tasks.in_progress == 0 {
        String::new()
    } else {
        tasks.in_progress.to_string()
    };
    [
        Cell::from(if line.current { "*" } else { "" }),
        Cell::toned(line.id.as_str(), tone),
        Cell::from(&*line.title),
        Cell::from(line.status.as_str()),
        Cell::from(fraction(over, total)),
        Cell::toned(
            in_progress,
            crate::render::style::of_status(Status::InProgress),
        ),
        Cell::from(fraction(line.phases_closed, line.phases_total)),
    ]
}
