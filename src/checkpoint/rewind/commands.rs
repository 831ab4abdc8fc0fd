//! The commands that a course is made of, each with what it is for. Pure.
//!
//! Every command stands for itself: literal object ids, full names of refs, nothing that an alias
//! or the configuration could turn into something else. None overwrites or deletes a file that
//! it does not bring back.

use crate::git::Oid;

use super::Step;
use super::course::{Course, End};
use super::facts::{Facts, short_name};

/// To the right place, and on only if `HEAD` is where it was.
pub(super) fn here(facts: &Facts, course: &Course, tip: Oid) -> Vec<Step> {
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

/// Stops where `HEAD` is on another branch than the one that the commands were made for: that is
/// none of theirs. On the branch, or on none, is where they may have stopped.
pub(super) fn half_way(facts: &Facts, course: &Course) -> Vec<Step> {
    let text = |path: &std::path::Path| path.to_string_lossy().into_owned();
    let file = text(&facts.head_file);
    let mut words = vec!["grep", "-qx", "-e", "[0-9a-f]*"];
    let branch = course.branch.as_deref();
    let pattern = branch.map(|branch| format!("ref: {}", literal(branch)));
    if let Some(pattern) = &pattern {
        words.extend(["-e", pattern]);
    }
    words.push(&file);
    vec![
        step(
            &["cd", &text(&facts.top)],
            "go to the top of the working tree",
        ),
        step(&words, "stop if another branch is checked out by now"),
    ]
}

/// A text as a basic regular expression that matches nothing else.
fn literal(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        if ".[]*^$\\".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// Stops before anything is done if somebody committed.
pub(super) fn uncommitted(tip: Oid) -> Step {
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
pub(super) fn unchanged(tip: Oid) -> Step {
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

/// Keeps the start.
pub(super) fn backup(course: &Course) -> Step {
    let start = course.start.tip.to_string();
    let words = ["git", "branch", "--no-track", &course.names.backup, &start];
    step(&words, "keep the commits of now under a name of their own")
}

/// Where there was nothing to stash, Git makes no stash, says yes, and the last one is an older
/// one. It lacks our message, so that the second command fails.
pub(super) fn stash(course: &Course) -> [Step; 2] {
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

/// Brings back what [`stash`] put aside, staged and not staged apart.
pub(super) fn unstash(course: &Course) -> Step {
    let stash = format!("refs/heads/{}", course.names.stash);
    let words = ["git", "stash", "apply", "--index", &stash];
    step(&words, "bring back what was put aside")
}

/// Detaches `HEAD` at a commit; files and index stay.
pub(super) fn stand_on(commit: Oid, from: Oid, purpose: &str) -> Step {
    let (commit, from) = (commit.to_string(), from.to_string());
    step(
        &["git", "update-ref", "--no-deref", "HEAD", &commit, &from],
        purpose,
    )
}

/// Files, index and a detached `HEAD`, all from one commit or the tip of one ref. The hook that
/// would run afterwards could make it fail though it was done.
pub(super) fn check_out(facts: &Facts, commit: &str, what: &str) -> Step {
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

/// Moves the branch only from where it was: a commit made meanwhile stops it.
pub(super) fn point(branch: &str, from: End, to: End) -> Step {
    let (new, old) = (to.tip.to_string(), from.tip.to_string());
    let words = ["git", "update-ref", branch, &new, &old];
    step(
        &words,
        "move the branch there, unless somebody moved it meanwhile",
    )
}

/// Not `git switch`, which knows other meanings for `-`, `@` and the like.
pub(super) fn attach(branch: &str) -> Step {
    let words = ["git", "symbolic-ref", "HEAD", branch];
    step(&words, &format!("be on {} again", short_name(branch)))
}

/// A plain push: what others have pushed meanwhile makes it fail.
pub(super) fn push(course: &Course, tip: Oid) -> Option<Step> {
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
