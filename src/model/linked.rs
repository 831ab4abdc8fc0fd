//! Which tasks a commit's message names: its lines `Plan-Task: <plan>/<task>`.
//!
//! Such a line counts wherever it stands, indented or not, and all of them count: forges put the
//! messages of many commits into one, where Git sees trailers only in the last paragraph. A line
//! behind a mark (`> ` of a quotation, `* ` of a list, `#` of a comment) is somebody's talk about a
//! line, and does not count.

use std::fmt;

use super::{Plan, Slug, Status, refer};

/// What stands before the colon.
pub const KEY: &str = "Plan-Task";

/// A task that a message names, in the message's words: nobody has looked whether it is there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Link {
    /// The plan: its id or its key.
    pub plan: String,
    /// The task, as [`refer::task`] takes it.
    pub task: String,
}

impl Link {
    /// The line that names the task.
    pub fn line(&self) -> String {
        format!("{KEY}: {self}")
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.plan, self.task)
    }
}

/// Why it cannot be said which tasks a message names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Git reads a message only up to a NUL: what is behind it would count here and nowhere else.
    #[error("the message holds a NUL character, which hides from Git what follows it")]
    Nul,
    /// A line begins as one that names a task, and names none.
    #[error(
        "\"{line}\" does not name a task: {KEY}: PLAN/TASK does, such as {KEY}: auth-migration/4"
    )]
    Malformed {
        /// The line, without blanks around it.
        line: String,
    },
}

/// The tasks that a message names, in its order, each once.
///
/// # Errors
/// [`LinkError`]: one bad line is enough, since a typing error would else unlink a commit quietly.
pub fn linked(message: &[u8]) -> Result<Vec<Link>, LinkError> {
    if message.contains(&0) {
        return Err(LinkError::Nul);
    }
    let mut links = Vec::new();
    for line in lines(message) {
        let link = parse(line).ok_or_else(|| LinkError::Malformed {
            line: String::from_utf8_lossy(line).into_owned(),
        })?;
        if !links.contains(&link) {
            links.push(link);
        }
    }
    Ok(links)
}

/// Whether a message names a completed task of a phase, the plan by its id or its key. A message that
/// cannot be read names none.
pub fn is_work_done_in(plan: &Plan, phase: &Slug, message: &[u8]) -> bool {
    let links = linked(message).unwrap_or_default().into_iter();
    let mut of_plan = links.filter(|link| {
        link.plan == plan.id.as_str() || plan.header.key.as_ref() == Some(&link.plan)
    });
    of_plan.any(|link| {
        let id = refer::task(plan, &link.task).ok();
        let task = id.and_then(|id| plan.tasks.get(&id));
        task.is_some_and(|task| {
            task.status == Status::Completed && task.phase.as_ref() == Some(phase)
        })
    })
}

/// Whether a line is one that names a task, or begins as if it were.
pub fn is_link(line: &[u8]) -> bool {
    value(line).is_some()
}

/// The lines with the key, well-formed or not, without blanks around them.
fn lines(message: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = message.split(|byte| *byte == b'\n');
    lines.map(<[u8]>::trim_ascii).filter(|line| is_link(line))
}

/// What stands behind the key.
fn value(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (key, rest) = line.split_at(colon);
    let is_key = key.trim_ascii().eq_ignore_ascii_case(KEY.as_bytes());
    is_key.then(|| rest[1..].trim_ascii())
}

fn parse(line: &[u8]) -> Option<Link> {
    let value = str::from_utf8(value(line)?).ok()?;
    let (plan, task) = value.split_once('/')?;
    let is_word = |word: &str| !word.is_empty() && !word.contains(is_blank);
    (is_word(plan) && is_word(task)).then(|| Link {
        plan: plan.to_owned(),
        task: task.to_owned(),
    })
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn names(message: &str) -> Vec<String> {
        let links = linked(message.as_bytes()).unwrap();
        links.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_trailer_links() {
        assert_eq!(names("Add\n\nWhy.\n\nPlan-Task: auth/4\n"), ["auth/4"]);
        assert_eq!(names("Add\n\nplan-TASK :auth/4-k3v"), ["auth/4-k3v"]);
        assert_eq!(names("Add\r\n\r\nPlan-Task: auth/4\r\n"), ["auth/4"]);
        assert_eq!(names("Plan-Task: AUTH-1/PRJ-12/b"), ["AUTH-1/PRJ-12/b"]);
        assert_eq!(names("Add login\n\nNo task.\n"), [""; 0]);
        assert_eq!(names(""), [""; 0]);
    }

    /// GitHub's default message of a squash: a bullet a subject, the bodies below, and the
    /// co-authors as the only trailers that Git sees.
    #[test]
    fn a_squash_by_github_links_to_all() {
        let message = "Login (#12)\n\n* Add route\n\nPlan-Task: auth/4\n\n* Add form\n\n\
            With a button.\n\nPlan-Task: auth/5\nSigned-off-by: A <a@x.org>\n\n* Fix typo\n\n\
            Plan-Task: auth/4\n\n---------\n\nCo-authored-by: B <b@x.org>\n";
        assert_eq!(names(message), ["auth/4", "auth/5"]);
    }

    /// GitLab's `%{all_commits}`, and one that indents the bodies below their bullets.
    #[test]
    fn a_squash_by_gitlab_links_to_all() {
        let message = "Merge branch 'login' into 'main'\n\n* Add route\n\nPlan-Task: auth/4\n\
            * Add form\n\n  Long.\n\n  Plan-Task: ui/2\n\nSee merge request group/project!7";
        assert_eq!(names(message), ["auth/4", "ui/2"]);
    }

    #[test]
    fn a_line_that_is_talked_about_does_not_link() {
        for quoted in [
            "> Plan-Task: auth/4",
            "    > Plan-Task: auth/4",
            "* Plan-Task: auth/4",
            "# Plan-Task: auth/4",
            "See Plan-Task: auth/4",
            "+Plan-Task: auth/4",
            "Plan-Tasks: auth/4",
            "Plan-Task auth/4",
        ] {
            let message = format!("Revert \"Add\"\n\nThis reverts it:\n\n{quoted}\n");
            assert_eq!(names(&message), [""; 0], "{quoted}");
        }
    }

    #[test]
    fn a_line_that_names_nothing_is_refused_by_name() {
        for line in [
            "Plan-Task:",
            "Plan-Task: 4",
            "Plan-Task: auth/",
            "Plan-Task: /4",
            "Plan-Task: auth/4, auth/5",
            "Plan-Task: auth/4 (the route)",
            "plan-task: auth/4\u{a0}x",
        ] {
            let message = format!("Add\n\n  {line}\r\n\nPlan-Task: auth/4\n");
            let refused = LinkError::Malformed {
                line: line.to_owned(),
            };
            assert_eq!(linked(message.as_bytes()), Err(refused), "{line}");
        }
        assert!(linked(b"Add\n\nPlan-Task: auth/\xff\n").is_err());
    }

    #[test]
    fn other_encodings_do_not_matter_elsewhere() {
        let links = linked(b"Gr\xfc\xdfe\n\nPlan-Task: auth/4").unwrap();
        assert_eq!(links[0].line(), "Plan-Task: auth/4");
    }

    #[test]
    fn a_nul_is_refused() {
        let hidden = b"Add\n\0\nPlan-Task: auth/4\n";
        assert_eq!(linked(hidden), Err(LinkError::Nul));
    }
}
