//! A course as commands. Pure.
//!
//! Every command stands for itself: literal object ids, full names of refs, nothing that an alias
//! or the configuration could turn into something else. None overwrites or deletes a file that
//! it does not bring back.

use crate::git::Oid;

use super::Step;
use super::course::{Course, End};
use super::facts::{Facts, short_name};

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

/// From the goal to the start, or to its files on top of the goal.
pub(super) fn back(facts: &Facts, course: &Course) -> Vec<Step> {
    let mut steps = here(facts, course, course.goal.tip);
    steps.push(uncommitted(course.goal.tip));
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
    steps.extend(push(course, course.again));
    if course.is_dirty {
        steps.push(unstash(course));
    }
    steps
}

/// What brings back the start wherever [`forth`] stopped before it had moved the branch: each may
/// be run in any case, and does nothing where there is nothing to do. The branch is named, not its
/// commit, since somebody may have moved it.
pub(super) fn if_stopped(facts: &Facts, course: &Course) -> Vec<Step> {
    let mut steps = Vec::new();
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

/// To the right place, and on only if `HEAD` is where it was.
fn here(facts: &Facts, course: &Course, tip: Oid) -> Vec<Step> {
    let text = |path: &std::path::Path| path.to_string_lossy().into_owned();
    let (head, purpose) = match &course.branch {
        Some(branch) => (
            format!("ref: {branch}"),
            "stop if another branch is checked out by now",
        ),
        None => (
            tip.to_string(),
            "stop if another commit is checked out by now",
        ),
    };
    let file = text(&facts.head_file);
    vec![
        step(
            &["cd", &text(&facts.top)],
            "go to the top of the working tree",
        ),
        step(&["grep", "-qxF", &head, &file], purpose),
    ]
}

/// Stops before anything is done if somebody committed.
fn uncommitted(tip: Oid) -> Step {
    let words = [
        "git",
        "merge-base",
        "--is-ancestor",
        "HEAD",
        &tip.to_string(),
    ];
    step(&words, "stop if something was committed meanwhile")
}

/// Stops before anything is done if somebody changed a file, committed or not: where nothing is
/// stashed, the change would go along.
fn unchanged(tip: Oid) -> Step {
    let words = [
        "git",
        "diff",
        "--quiet",
        "--no-ext-diff",
        "--no-textconv",
        "--no-relative",
        "--ignore-submodules",
        &tip.to_string(),
    ];
    step(&words, "stop if a file was changed meanwhile")
}

fn backup(course: &Course) -> Step {
    let start = course.start.tip.to_string();
    let words = ["git", "branch", "--no-track", &course.names.backup, &start];
    step(&words, "keep the commits of now under a name of their own")
}

/// Where there was nothing to stash, Git makes no stash, says yes, and the last one is an older
/// one. It lacks our message, so that the second command fails.
fn stash(course: &Course) -> [Step; 2] {
    let message = &course.names.message;
    let push = [
        "git",
        "stash",
        "push",
        "--include-untracked",
        "--message",
        message,
    ];
    let found = format!("refs/stash^{{/{message}}}");
    let keep = ["git", "branch", "--no-track", &course.names.stash, &found];
    [
        step(
            &push,
            "put aside what is not committed, untracked files too",
        ),
        step(
            &keep,
            "keep that under a name of its own, or stop if there was nothing",
        ),
    ]
}

fn unstash(course: &Course) -> Step {
    let stash = format!("refs/heads/{}", course.names.stash);
    let words = ["git", "stash", "apply", "--index", &stash];
    step(&words, "bring back what was put aside")
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

/// Detaches `HEAD` at a commit; files and index stay.
fn stand_on(commit: Oid, from: Oid, purpose: &str) -> Step {
    let (commit, from) = (commit.to_string(), from.to_string());
    step(
        &["git", "update-ref", "--no-deref", "HEAD", &commit, &from],
        purpose,
    )
}

fn check_out(facts: &Facts, commit: &str, what: &str) -> Step {
    let mut words = vec!["git"];
    if facts.may_run_hook {
        words.extend(["-c", "core.hooksPath=/dev/null"]);
    }
    words.extend(["switch", "--no-overwrite-ignore"]);
    if facts.enters_submodules {
        words.push("--no-recurse-submodules");
    }
    words.extend(["--detach", commit]);
    step(
        &words,
        &format!("check out {what}, if that overwrites nothing"),
    )
}

fn point(branch: &str, from: End, to: End) -> Step {
    let (new, old) = (to.tip.to_string(), from.tip.to_string());
    let words = ["git", "update-ref", branch, &new, &old];
    step(
        &words,
        "move the branch there, unless somebody moved it meanwhile",
    )
}

fn attach(branch: &str) -> Step {
    let words = ["git", "symbolic-ref", "HEAD", branch];
    step(&words, &format!("be on {} again", short_name(branch)))
}

fn push(course: &Course, tip: Oid) -> Option<Step> {
    let target = course.push.as_ref()?;
    let refspec = format!("{tip}:{}", target.reference);
    let words = ["git", "push", "--", &target.remote, &refspec];
    Some(step(&words, "publish that, as any other commit"))
}

fn step(words: &[&str], purpose: &str) -> Step {
    Step {
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        purpose: purpose.to_owned(),
    }
}
