//! `git plan tasks`: the tasks of a plan, by number.

use super::super::context::Context;
use super::super::error::{Error, Result};
use super::super::verbs::Run;
use super::super::{broken_line, complete, current, until_exit};
use super::update_task::StatusWord;
use crate::model::ready::Readiness;
use crate::model::{Plan, Priority, Slug, Status, TaskId, TaskRow, refer};
use crate::render::style::{self, Tone};
use crate::render::table::{Canvas, Cell, Table};
use crate::render::view::TaskLine;
use crate::store::Snapshot;

/// List tasks
///
/// Several options narrow the list together; several values of one widen it.
#[derive(Debug, Default, clap::Args)]
#[command(after_long_help = "Examples:
  git plan tasks --status pending --status blocked
  git plan tasks --phase api --assignee ada
  git plan tasks --grep 'log(in|out)' --all-plans")]
pub struct Tasks {
    /// Tasks in this status
    #[arg(short, long, value_enum)]
    pub status: Vec<StatusWord>,
    /// Tasks of this phase
    #[arg(long, add = complete::phases())]
    pub phase: Vec<String>,
    /// Tasks of this person
    #[arg(long, value_name = "WHO")]
    pub assignee: Vec<String>,
    /// Tasks with this label
    #[arg(short, long, value_name = "LABEL")]
    pub label: Vec<String>,
    /// Tasks of this lane
    #[arg(long)]
    pub stream: Vec<String>,
    /// Tasks that can be taken now
    #[arg(long)]
    pub ready: bool,
    /// Tasks whose title, description, items or notes match this regular expression
    #[arg(long, value_name = "REGEX")]
    pub grep: Option<String>,
    /// Tasks of all active plans
    #[arg(long)]
    pub all_plans: bool,
}

impl Run for Tasks {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let snapshot = cx.snapshot(&cx.store(&repo)?)?;
        let plans = until_exit(self.plans(cx, &snapshot)?);
        let grep = self.grep.as_ref().map(|text| regex(text)).transpose()?;
        let mut found: Vec<(&Plan, Vec<&TaskRow>)> = Vec::new();
        for plan in plans.iter() {
            let matching = grep
                .as_ref()
                .map(|regex| matching(&snapshot, plan, regex))
                .transpose()?;
            let mut rows = self.rows(plan)?;
            rows.retain(|task| matching.as_ref().is_none_or(|ids| ids.contains(&task.id)));
            found.push((plan, rows));
        }
        snapshot
            .warnings()
            .iter()
            .for_each(|file| cx.warn(broken_line(file)));
        if cx.globals.json {
            let lines: Vec<TaskLine> = found
                .iter()
                .flat_map(|(plan, rows)| lines(plan, rows))
                .collect();
            return cx.print_list("tasks", &lines, String::new);
        }
        if found.iter().all(|(_, rows)| rows.is_empty()) {
            return cx.print_list::<TaskLine>("tasks", &[], || self.nothing(&plans));
        }
        let table = until_exit(rows_table(&found, self.all_plans));
        cx.page_table(&repo, &table)
    }
}

impl Tasks {
    fn plans(&self, cx: &Context, snapshot: &Snapshot<'_>) -> Result<Vec<Plan>> {
        let ids: Vec<Slug> = if self.all_plans {
            let summaries = snapshot.summaries()?.into_iter();
            summaries
                .filter(|plan| {
                    plan.broken.is_none() && plan.status == crate::model::PlanStatus::Active
                })
                .map(|plan| plan.id)
                .collect()
        } else {
            vec![current::plan(cx, snapshot.repo(), snapshot)?]
        };
        Ok(ids
            .iter()
            .map(|id| snapshot.plan(id))
            .collect::<Result<_, _>>()?)
    }

    fn rows<'p>(&self, plan: &'p Plan) -> Result<Vec<&'p TaskRow>> {
        let phases = if self.all_plans {
            self.phase
                .iter()
                .filter_map(|word| refer::phase(plan, word).ok())
                .collect()
        } else {
            self.phase
                .iter()
                .map(|word| refer::phase(plan, word))
                .collect::<Result<Vec<_>, _>>()?
        };
        let statuses: Vec<Status> = self.status.iter().map(|word| Status::from(*word)).collect();
        let readiness = self.ready.then(|| Readiness::of(plan));
        let is_wanted = |task: &&TaskRow| {
            (statuses.is_empty() || statuses.contains(&task.status))
                && (self.phase.is_empty()
                    || task.phase.as_ref().is_some_and(|id| phases.contains(id)))
                && one_of(&self.assignee, task.more().assignee.as_ref())
                && one_of(&self.stream, task.more().stream.as_ref())
                && (self.label.is_empty()
                    || task
                        .more()
                        .labels
                        .iter()
                        .any(|label| self.label.contains(label)))
                && readiness.as_ref().is_none_or(|ready| ready.is_ready(task))
        };
        Ok(plan.tasks.values().filter(is_wanted).collect())
    }

    fn nothing(&self, plans: &[Plan]) -> String {
        if plans.iter().all(|plan| plan.tasks.is_empty()) {
            "No task yet: git plan add-task \"TITLE\"\n".to_owned()
        } else if self.ready {
            plans
                .first()
                .map(|plan| super::ready::why_none(plan) + "\n")
                .unwrap_or_default()
        } else {
            "No task matches.\n".to_owned()
        }
    }
}

fn one_of(wanted: &[String], value: Option<&String>) -> bool {
    wanted.is_empty() || value.is_some_and(|value| wanted.contains(value))
}

fn regex(text: &str) -> Result<regex::Regex> {
    regex::RegexBuilder::new(text)
        .case_insensitive(!text.chars().any(char::is_uppercase))
        .build()
        .map_err(|error| Error::usage(format!("'{text}' is not a regular expression: {error}")))
}

fn matching(snapshot: &Snapshot<'_>, plan: &Plan, regex: &regex::Regex) -> Result<Vec<TaskId>> {
    let is_match = |task: &crate::model::Task| {
        regex.is_match(&task.title)
            || task
                .description
                .as_ref()
                .is_some_and(|text| regex.is_match(text))
            || task.items.iter().any(|item| regex.is_match(&item.text))
            || task.notes.iter().any(|note| regex.is_match(&note.text))
    };
    let tasks = snapshot.tasks(&plan.id)?.into_iter();
    Ok(tasks
        .filter(|(task, _)| is_match(task))
        .map(|(task, _)| task.id)
        .collect())
}

fn lines(plan: &Plan, rows: &[&TaskRow]) -> Vec<TaskLine> {
    let readiness = Readiness::of(plan);
    let mut lines: Vec<TaskLine> = rows
        .iter()
        .map(|task| TaskLine::of(plan, task, &readiness))
        .collect();
    lines.sort_by_key(|line| (line.number, line.id));
    lines
}

const HEADINGS: [&str; 8] = [
    "Plan",
    "No.",
    "Status",
    "Title",
    "Phase",
    "Priority",
    "Assignee",
    "Depends on",
];

/// A table of rows as they are in the index: nothing is copied for a list of ten thousand.
fn rows_table(found: &[(&Plan, Vec<&TaskRow>)], with_plan: bool) -> Table {
    let mut table = Table::new(&HEADINGS).right(1);
    let mut depends = String::new();
    for (place, (plan, rows)) in (0u64..).zip(found) {
        for task in rows {
            table.key(place << 32 | u64::from(task.number));
            depends.clear();
            for id in &task.depends_on {
                if !depends.is_empty() {
                    depends.push(' ');
                }
                push_name(plan, *id, &mut depends);
            }
            let more = task.more();
            table.word(if with_plan { plan.id.as_str() } else { "" }, Tone::Plain);
            match plan.shares_number(task) {
                false => table.number(task.number),
                true => table.word(&plan.name_of(task.id), Tone::Plain),
            }
            table.word(task.status.as_str(), style::of_status(task.status));
            table.text(&task.title, Tone::Plain);
            table.word(task.phase.as_ref().map_or("", Slug::as_str), Tone::Plain);
            table.word(task.priority.map_or("", Priority::as_str), Tone::Plain);
            table.text(more.assignee.as_deref().unwrap_or_default(), Tone::Plain);
            table.word(&depends, Tone::Faint);
        }
    }
    table
}

fn push_name(plan: &Plan, id: TaskId, out: &mut String) {
    match plan.tasks.get(&id) {
        Some(task) if !plan.shares_number(task) => {
            crate::render::table::push_number(task.number, out);
        }
        _ => out.push_str(&plan.name_of(id)),
    }
}

/// A table of tasks as `--json` has them.
pub fn table(lines: &[TaskLine], with_plan: bool, canvas: Canvas) -> String {
    let mut table = Table::new(&[
        "Plan", "No.", "Status", "Title", "Phase", "Priority", "Assignee",
    ])
    .right(1);
    for task in lines {
        table.row([
            Cell::from(if with_plan { task.plan.as_str() } else { "" }),
            Cell::from(task.name.as_str()),
            Cell::toned(task.status.as_str(), style::of_status(task.status)),
            Cell::from(&*task.title),
            Cell::from(task.phase.as_ref().map_or("", |phase| phase.as_str())),
            Cell::from(task.priority.map_or("", |priority| priority.as_str())),
            Cell::from(task.assignee.as_deref().unwrap_or_default()),
        ]);
    }
    table.render(canvas)
}
