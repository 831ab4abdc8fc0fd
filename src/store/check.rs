//! Everything that is wrong in the stored plans, and what repairs it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Place, Relation, Result, Snapshot, check_register, paths};
use crate::format::{document, layout};
use crate::model::{Plan, Proof, Refusal, Slug, Status, Task, TaskId, graph, phase, validity};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Wrong in the stored plans.
    Problem,
    /// Worth knowing.
    Note,
}

/// What would repair it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// A dependency on a task that is not there goes.
    DropDependency(TaskId, TaskId),
    /// The younger of two tasks with one number is given a new one; asks first.
    Renumber(TaskId),
    /// The plan ref is fetched from then on.
    WidenRefspec(String, String),
    /// A person has to look: the command to type, or what to do.
    ByHand(String),
}

/// Something that is not as it should be.
#[derive(Debug, Clone)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The plan it is in, where it is in one.
    pub plan: Option<Slug>,
    /// The file on the plan ref, or what else it is about.
    pub place: String,
    /// Line, from 1, where it is known.
    pub line: Option<u32>,
    /// What is wrong.
    pub text: String,
    /// What would repair it.
    pub repair: Option<Repair>,
}

impl Finding {
    pub(super) fn problem(plan: &Slug, place: String, text: String) -> Self {
        Self {
            severity: Severity::Problem,
            plan: Some(plan.clone()),
            place,
            line: None,
            text,
            repair: None,
        }
    }

    pub(super) fn note(plan: &Slug, place: String, text: String) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::problem(plan, place, text)
        }
    }

    pub(super) fn with(self, repair: Repair) -> Self {
        Self {
            repair: Some(repair),
            ..self
        }
    }
}

/// Looks at every plan, or at one.
///
/// # Errors
/// Those of the repository; what is wrong in the plans is in the findings.
pub fn check(snapshot: &Snapshot<'_>, only: Option<&Slug>) -> Result<Vec<Finding>> {
    let mut findings: Vec<Finding> = Vec::new();
    let wanted = |id: &Slug| only.is_none_or(|only| only == id);
    for folder in snapshot.folders.iter().filter(|folder| wanted(&folder.id)) {
        let plan = snapshot.plan_or_headless(&folder.id)?;
        let tasks = snapshot.tasks(&folder.id)?;
        findings.extend(check_plan(&plan, &tasks, snapshot)?);
    }
    let stray = snapshot.stray.iter().filter(|_| only.is_none());
    findings.extend(stray.map(|file| Finding {
        severity: Severity::Problem,
        plan: None,
        place: file.path.clone(),
        line: file.line,
        text: file.cause.clone(),
        repair: Some(Repair::ByHand("remove it from the plan ref".to_owned())),
    }));
    findings.sort_by_key(|finding| finding.severity);
    Ok(findings)
}

/// Looks at how the plan ref is shared.
pub fn check_sharing(place: &Place, relation: Option<Relation>) -> Vec<Finding> {
    let note = |text: String, repair| Finding {
        severity: Severity::Note,
        plan: None,
        place: place.reference.clone(),
        line: None,
        text,
        repair,
    };
    let mut findings = Vec::new();
    if let (Some(remote), None) = (&place.remote, &place.tracking) {
        let text = format!("it is not fetched from {remote}: the fetch refspec leaves it out");
        let repair = Repair::WidenRefspec(remote.clone(), place.reference.clone());
        findings.push(note(text, Some(repair)));
    }
    if relation == Some(Relation::Diverged) {
        findings.push(note(
            "it and the remote's copy went their own ways".to_owned(),
            None,
        ));
    }
    findings
}

fn check_plan(
    plan: &Plan,
    tasks: &[(Task, String)],
    snapshot: &Snapshot<'_>,
) -> Result<Vec<Finding>> {
    let mut findings: Vec<Finding> = plan.broken.iter().map(|file| broken(plan, file)).collect();
    findings.extend(check_header(plan));
    findings.extend(check_numbers(plan, snapshot)?);
    findings.extend(check_references(plan));
    findings.extend(check_circles(plan));
    findings.extend(check_states(plan));
    findings.extend(check_records(plan));
    findings.extend(check_register::check(plan, snapshot)?);
    findings.extend(check_keys(plan, tasks));
    if let Some(text) = snapshot.text(&paths::header(&plan.id))? {
        findings.extend(unknown_keys(
            &plan.id,
            &paths::header(&plan.id),
            &text,
            &layout::PLAN,
        ));
    }
    Ok(findings)
}

fn broken(plan: &Plan, file: &crate::model::Broken) -> Finding {
    let name = file
        .path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".toml");
    let repair = match paths::owner(&file.path) {
        paths::Owner::Task(..) => format!("git plan -p {} edit {name}", plan.id),
        paths::Owner::Header(_) => format!("git plan -p {0} edit {0}", plan.id),
        _ => format!(
            "mend it on the plan ref; git log -p REF -- {}   shows what it was",
            file.path
        ),
    };
    let finding = Finding::problem(&plan.id, file.path.clone(), file.cause.clone());
    Finding {
        line: file.line,
        ..finding.with(Repair::ByHand(repair))
    }
}

fn check_header(plan: &Plan) -> Vec<Finding> {
    match validity::check_header_references(&plan.id, &plan.header) {
        Ok(()) => Vec::new(),
        Err(refusal) => {
            let place = paths::header(&plan.id);
            let repair = Repair::ByHand(format!("git plan -p {} edit {}", plan.id, plan.id));
            let text = refusal.to_string().replace("would form", "form");
            vec![Finding::problem(&plan.id, place, text).with(repair)]
        }
    }
}

fn check_numbers(plan: &Plan, snapshot: &Snapshot<'_>) -> Result<Vec<Finding>> {
    let mut by_number: BTreeMap<u32, Vec<TaskId>> = BTreeMap::new();
    for task in plan.tasks.values() {
        by_number.entry(task.number).or_default().push(task.id);
    }
    let mut findings = Vec::new();
    for (number, mut ids) in by_number.into_iter().filter(|(_, ids)| ids.len() > 1) {
        let names: Vec<String> = ids.iter().map(|id| plan.name_of(*id)).collect();
        let text = format!(
            "{} tasks have number {number}: {}",
            ids.len(),
            names.join(", ")
        );
        let ages = ages(plan, snapshot, &ids)?;
        ids.sort_by_key(|id| (Reverse(ages.get(id).copied()), *id));
        findings.extend(ids.into_iter().skip(1).map(|id| {
            let place = paths::task(&plan.id, id);
            Finding::problem(&plan.id, place, text.clone()).with(Repair::Renumber(id))
        }));
    }
    Ok(findings)
}

/// How many operations ago the tasks came to be, as far as history reaches.
fn ages(plan: &Plan, snapshot: &Snapshot<'_>, ids: &[TaskId]) -> Result<BTreeMap<TaskId, usize>> {
    let mut ages = BTreeMap::new();
    let tip = snapshot.source.commit;
    let commits = tip.into_iter().flat_map(|tip| snapshot.repo().walk(tip));
    for (age, commit) in commits.enumerate() {
        let tree = commit?.tree;
        for id in ids {
            let file = paths::task(&plan.id, *id);
            if snapshot.repo().entry(tree, &file)?.is_some() {
                ages.insert(*id, age);
            }
        }
    }
    Ok(ages)
}

fn check_references(plan: &Plan) -> Vec<Finding> {
    let mut findings = Vec::new();
    for task in plan.tasks.values() {
        let place = paths::task(&plan.id, task.id);
        for id in task
            .depends_on
            .iter()
            .filter(|id| !plan.tasks.contains_key(id))
        {
            let is_broken = plan
                .broken
                .iter()
                .any(|file| file.path == paths::task(&plan.id, *id));
            let text = format!(
                "task {} depends on {id}, which is not there",
                plan.name_of(task.id)
            );
            let finding = Finding::problem(&plan.id, place.clone(), text);
            findings.push(if is_broken {
                finding.with(Repair::ByHand(format!("mend task {id} first")))
            } else {
                finding.with(Repair::DropDependency(task.id, *id))
            });
        }
        let specs = &task.more().specs;
        for spec in specs.iter().filter(|spec| plan.spec(spec).is_none()) {
            let name = plan.name_of(task.id);
            let text = format!("task {name} carries specification {spec}, which cannot be read");
            let repair = Repair::ByHand(format!(
                "git plan add-spec FILE --name {spec}, or git plan update-task {name} --no-spec {spec}"
            ));
            findings.push(Finding::problem(&plan.id, place.clone(), text).with(repair));
        }
        if let Some(phase) = task
            .phase
            .as_ref()
            .filter(|phase| plan.phase(phase).is_none())
        {
            let name = plan.name_of(task.id);
            let text = format!("task {name} is in phase {phase}, which is not there");
            let repair = Repair::ByHand(format!(
                "git plan update-task {}/{name} --phase PHASE",
                plan.id
            ));
            findings.push(Finding::problem(&plan.id, place, text).with(repair));
        }
    }
    findings
}

fn check_circles(plan: &Plan) -> Vec<Finding> {
    let ids: Vec<TaskId> = plan.tasks.keys().collect();
    let position = |id: &TaskId| ids.binary_search(id).ok();
    let edges = |at: usize| -> Vec<usize> {
        let task = ids.get(at).and_then(|id| plan.tasks.get(id));
        task.into_iter()
            .flat_map(|task| task.depends_on.iter().filter_map(position))
            .collect()
    };
    let Some(circle) = graph::find_cycle(0..ids.len(), edges) else {
        return Vec::new();
    };
    let mut names: Vec<String> = circle
        .iter()
        .filter_map(|at| ids.get(*at))
        .map(|id| plan.name_of(*id))
        .collect();
    names.extend(names.first().cloned());
    let repair = names.first().zip(names.get(1)).map(|(from, to)| {
        Repair::ByHand(format!(
            "git plan update-task {}/{from} --no-depends-on {to}",
            plan.id
        ))
    });
    let text = Refusal::Circle {
        kind: "dependencies",
        circle: names,
    }
    .to_string();
    let text = text.replace("would form", "form");
    let place = circle
        .first()
        .and_then(|at| ids.get(*at))
        .map(|id| paths::task(&plan.id, *id));
    vec![Finding {
        repair,
        ..Finding::problem(&plan.id, place.unwrap_or_default(), text)
    }]
}

/// States that rule R1 would refuse now: a merge, or an edit by hand, may have brought them.
fn check_states(plan: &Plan) -> Vec<Finding> {
    let mut findings = Vec::new();
    for task in plan.tasks.values() {
        let name = plan.name_of(task.id);
        let mut note = |text: String| {
            findings.push(Finding::note(
                &plan.id,
                paths::task(&plan.id, task.id),
                text,
            ));
        };
        let before = phase::in_the_way(plan, task.phase.as_ref());
        if let (Status::InProgress, Some(open)) = (task.status, before.first()) {
            note(format!(
                "task {name} is in progress, and phase {} before it is open",
                open.id
            ));
        }
        if let (Status::Completed, Some(open)) = (task.status, plan.open_dependencies(task).first())
        {
            note(format!(
                "task {name} is completed, and {} that it depends on is not",
                plan.name_of(*open)
            ));
        }
        let unproven = match (task.status, plan.proof(task.id, &task.more().specs)) {
            (Status::Completed, Proof::Never) => Some("was never verified"),
            (Status::Completed, Proof::Failed) => Some("its last verification found violations"),
            (Status::Completed, Proof::Outdated) => Some("its specifications changed since"),
            _ => None,
        };
        if let Some(why) = unproven {
            note(format!("task {name} is completed, and {why}"));
        }
        let closed = task
            .phase
            .as_ref()
            .and_then(|id| plan.phase(id))
            .filter(|p| phase::is_closed(plan, p));
        if let Some(closed) = closed.filter(|_| !task.is_settled()) {
            note(format!(
                "task {name} is open, and its phase {} is closed",
                closed.id
            ));
        }
    }
    findings
}

fn check_records(plan: &Plan) -> Vec<Finding> {
    let ids: BTreeSet<_> = plan.records.iter().map(|record| record.id).collect();
    let mut findings = Vec::new();
    for record in &plan.records {
        let dangling = record
            .revokes
            .iter()
            .chain(&record.supersedes)
            .find(|id| !ids.contains(id));
        if let Some(id) = dangling {
            let text = format!("record {} names {id}, which is not there", record.id);
            findings.push(Finding::problem(
                &plan.id,
                paths::record(&plan.id, record.id),
                text,
            ));
        }
    }
    findings
}

fn check_keys(plan: &Plan, tasks: &[(Task, String)]) -> Vec<Finding> {
    let unknown = |(task, text): &(Task, String)| {
        unknown_keys(
            &plan.id,
            &paths::task(&plan.id, task.id),
            text,
            &layout::TASK,
        )
    };
    tasks.iter().flat_map(unknown).collect()
}

pub(super) fn unknown_keys(
    plan: &Slug,
    path: &str,
    text: &str,
    layout: &layout::Layout,
) -> Vec<Finding> {
    let keys = document::unknown_keys(text, layout);
    let finding = |key| {
        let text = format!("the key '{key}' is not known to this version; it is kept");
        Finding::note(plan, path.to_owned(), text)
    };
    keys.into_iter().map(finding).collect()
}
