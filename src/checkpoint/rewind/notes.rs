//! What a person should know beside the commands. Pure.

use crate::git::PushTarget;

use super::course::Course;
use super::facts::{Facts, short_name};
use super::{Rewind, Situation, Target, steps};

pub(super) fn report(
    situation: Situation,
    facts: &Facts,
    target: &Target,
    course: &Course,
) -> Rewind {
    Rewind {
        situation,
        summary: summary(situation, facts),
        steps: steps::forth(facts, course),
        back: steps::back(facts, course),
        if_stopped: steps::if_stopped(facts, course),
        not_restored: not_restored(facts, course),
        advice: advice(facts, target, course),
    }
}

fn summary(situation: Situation, facts: &Facts) -> String {
    let dropped = facts.dropped;
    let what = match situation {
        Situation::Detached => "HEAD is on no branch: it moves, and no branch does".to_owned(),
        Situation::Pushed => format!(
            "{} of the commits since then {} pushed: the way leads forward, to a new commit \
             with the old files",
            dropped.published,
            if dropped.published == 1 {
                "was"
            } else {
                "were"
            }
        ),
        Situation::NoBase => "the checkpoint was taken before the first commit: its files become \
                              a new commit on top of what is there"
            .to_owned(),
        _ => match dropped.commits {
            0 => "no commit will be dropped from the branch".to_owned(),
            1 => "1 commit that was never pushed will be on the backup branch only".to_owned(),
            n => format!("{n} commits that were never pushed will be on the backup branch only"),
        },
    };
    if facts.is_dirty() {
        format!("{what}; what is not committed is put aside first")
    } else {
        what
    }
}

fn not_restored(facts: &Facts, course: &Course) -> Vec<String> {
    let lines = [
        (true, "ignored files: they stay as they are"),
        (
            true,
            "databases, services and whatever else is outside of Git",
        ),
        (
            true,
            "the plan itself: its tasks, phases and records stay as they are",
        ),
        (
            course.goal.files != course.goal.tip,
            "what was staged and what was not: all that the checkpoint had not committed comes \
             back as staged",
        ),
        (
            facts.marks.has_submodules,
            "what is in submodules: `git submodule update` is the way to it",
        ),
        (
            facts.has_inner_repositories,
            "what is in repositories within the working tree",
        ),
        (
            facts.has_lfs,
            "the contents of files in LFS that are not here: `git lfs pull` gets them",
        ),
        (
            facts.marks.has_skipped,
            "files that the sparse checkout leaves out",
        ),
        (
            course.is_dirty,
            "of what is put aside: folders with nothing in them, and permissions but the right \
             to execute",
        ),
    ];
    let lines = lines.into_iter().filter(|(applies, _)| *applies);
    lines.map(|(_, line)| line.to_owned()).collect()
}

fn advice(facts: &Facts, target: &Target, course: &Course) -> Vec<String> {
    let mut advice = Vec::new();
    if course.again != course.start.tip {
        advice.push(
            "the new commits, of the way forth and of the way back, are there already; nothing \
             names them before the commands are run, so that Git collects them some weeks later"
                .to_owned(),
        );
        match &course.push {
            Some(push) => {
                advice.extend(also_published(facts, push));
                advice.push(format!(
                    "if the push is refused, {} has commits that are not here: get them with \
                 `git pull` and push again",
                    push.remote
                ));
            }
            None if facts.dropped.published > 0 => advice.push(unpushed(facts, target)),
            None => {}
        }
    }
    if course.is_dirty {
        advice.push("what is put aside is in `git stash list` too, until you drop it".to_owned());
    }
    if facts.may_run_hook {
        advice.push("the hook post-checkout does not run: what it does is left to you".to_owned());
    }
    advice
}

/// The way forward stands on `HEAD`: what only this clone has goes along.
fn also_published(facts: &Facts, push: &PushTarget) -> Option<String> {
    let own = facts
        .dropped
        .commits
        .saturating_sub(facts.dropped.published);
    let commits = match own {
        0 => return None,
        1 => "1 commit that was".to_owned(),
        count => format!("{count} commits that were"),
    };
    Some(format!(
        "the push also publishes {commits} never pushed; leave its last command out if {} is not \
         to have that",
        push.remote
    ))
}

fn unpushed(facts: &Facts, target: &Target) -> String {
    let branch = facts.branch.as_deref().map_or("HEAD", short_name);
    if target.private && target.base.is_none() {
        return "the checkpoint is private: a push would show its files to others".to_owned();
    }
    format!("nothing is pushed, because no remote branch belongs to {branch}")
}
