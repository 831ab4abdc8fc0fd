//! A course as a sequence of commands. Pure.

use super::Step;
use super::commands::{
    attach, backup, check_out, half_way, here, point, push, stand_on, stash, unchanged,
    uncommitted, unstash,
};
use super::course::{Course, End};
use super::facts::Facts;

/// From the start to the goal.
pub(super) fn forth(facts: &Facts, course: &Course) -> Vec<Step> {
    let mut steps = here(facts, course, course.start.tip);
    steps.push(if course.is_dirty {
        uncommitted(course.start.tip)
    } else {
        unchanged(course.start.tip)
    });
    steps.push(backup(course));
    if course.is_dirty {
        steps.extend(stash(course));
    }
    if course.start != course.goal {
        let (from, to) = (course.start, course.goal);
        steps.extend(travel(
            facts,
            course,
            from,
            to,
            "the files of the checkpoint",
        ));
    }
    steps.extend(push(course, course.goal.tip));
    steps
}

/// From the goal to the start, or to its files on top of the goal. Who has worked on since has to
/// commit or stash that first, so that it stops before anything is done.
pub(super) fn back(facts: &Facts, course: &Course) -> Vec<Step> {
    let mut steps = here(facts, course, course.goal.tip);
    steps.push(uncommitted(course.goal.tip));
    steps.push(unchanged(course.goal.files));
    let end = End {
        tip: course.again,
        files: course.again,
    };
    if course.start != course.goal {
        steps.extend(travel(
            facts,
            course,
            course.goal,
            end,
            "the files from before",
        ));
    }
    if course.is_dirty {
        steps.push(unstash(course));
    }
    steps.extend(push(course, course.again));
    steps
}

/// What brings back the start wherever [`forth`] stopped before it had moved the branch. On another
/// branch it does nothing. The branch is named, not its commit, since somebody may have moved it; so
/// that this also helps where [`back`] stopped.
pub(super) fn if_stopped(facts: &Facts, course: &Course) -> Vec<Step> {
    let mut steps = half_way(facts, course);
    if course.start != course.goal {
        let start = course.start.tip.to_string();
        let at = course.branch.as_ref().unwrap_or(&start);
        steps.push(check_out(facts, at, "the files from before"));
        steps.extend(course.branch.as_deref().map(attach));
    }
    if course.is_dirty {
        steps.push(unstash(course));
    }
    steps
}

/// `HEAD`, branch and files from one end to the other.
fn travel(facts: &Facts, course: &Course, from: End, to: End, what: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    if from.files != from.tip {
        steps.push(stand_on(
            from.files,
            from.tip,
            "let the files count as committed",
        ));
    }
    if from.files != to.files {
        steps.push(check_out(facts, &to.files.to_string(), what));
    }
    match &course.branch {
        Some(branch) => {
            steps.push(point(branch, from, to));
            steps.push(attach(branch));
        }
        None if to.files != to.tip => {
            let purpose = "let what the checkpoint had not committed be uncommitted again";
            steps.push(stand_on(to.tip, to.files, purpose));
        }
        None => {}
    }
    steps
}
