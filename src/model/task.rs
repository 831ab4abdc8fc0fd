//! A task: a unit of work, its checklist and its notes, as they stand in its file.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ItemId, NoteId, Slug, TaskId, Time};

/// Where a task stands.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not started.
    #[default]
    Pending,
    /// Somebody works on it.
    InProgress,
    /// It cannot go on; the reason says why.
    Blocked,
    /// Done.
    Completed,
    /// Given up; nothing waits for it any more.
    Cancelled,
}

impl Status {
    /// All of them, in the order of a task's life.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::InProgress,
        Self::Blocked,
        Self::Completed,
        Self::Cancelled,
    ];

    /// Whether the task is over: completed or cancelled.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }

    /// The word in files, flags and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::Blocked => "blocked",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How soon a task should be taken; a task without one counts as medium.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Before everything else.
    Critical,
    /// Soon.
    High,
    /// The usual.
    Medium,
    /// When nothing else is left.
    Low,
}

impl Priority {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The word in files, flags and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Who holds a task, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// The holder: an e-mail address, `/`, and the name of an agent or worktree.
    pub holder: String,
    /// Since when.
    pub since: Time,
    /// When the claim ends; without it, it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

/// A line of a task's checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Names the item; never changes.
    pub id: ItemId,
    /// What has to be done; one line.
    pub text: String,
    /// Whether it is done.
    #[serde(default, skip_serializing_if = "is_false")]
    pub checked: bool,
    /// Whether the item checks the others rather than adding work.
    #[serde(default, skip_serializing_if = "is_false")]
    pub audit: bool,
}

/// A remark on a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// Names the note; never changes.
    pub id: NoteId,
    /// Who wrote it, as `Name <e-mail>`.
    pub who: String,
    /// When it was written.
    pub when: Time,
    /// What it says.
    pub text: String,
}

/// A unit of work. The file is `.plans/<plan>/tasks/<ab>/<id>.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    /// Names the task and its file; never changes.
    pub id: TaskId,
    /// The number within its plan, for people; 1 and up.
    pub number: u32,
    /// What is to be done; one line.
    pub title: String,
    /// Where it stands.
    #[serde(default)]
    pub status: Status,
    /// Why it stands there: required when blocked, and when it left completed or cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who gave it that status, as `Name <e-mail>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_by: Option<String>,
    /// Since when it has that status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_since: Option<Time>,
    /// The phase it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Slug>,
    /// Tasks of the same plan that have to be over before this one is completed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<TaskId>,
    /// Free words to find it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The lane it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// How soon it should be taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Who should do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// How much work it is, in the team's own words: `2d`, `4h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate: Option<String>,
    /// Its name elsewhere, such as `JIRAPRJ-123`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Paths and URLs that belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refs: Vec<String>,
    /// The specifications that decide whether it is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specs: Vec<Slug>,
    /// What is to be done, at length; Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What was done, told at its completion; Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// The checklist.
    #[serde(default, rename = "item", skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Remarks, the oldest first.
    #[serde(default, rename = "note", skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

impl Task {
    /// A pending task with a title and nothing else; its number is given when it enters a plan.
    pub fn new(id: TaskId, title: &str) -> Self {
        Self {
            id,
            number: 0,
            title: title.to_owned(),
            status: Status::Pending,
            reason: None,
            status_by: None,
            status_since: None,
            phase: None,
            depends_on: Vec::new(),
            labels: Vec::new(),
            stream: None,
            priority: None,
            assignee: None,
            estimate: None,
            key: None,
            refs: Vec::new(),
            specs: Vec::new(),
            description: None,
            report: None,
            claim: None,
            items: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// What lists, rules and the cache need of the task.
    pub fn row(&self) -> TaskRow {
        let more = RowMore {
            reason: self.reason.clone(),
            labels: self.labels.clone(),
            specs: self.specs.clone(),
            stream: self.stream.clone(),
            assignee: self.assignee.clone(),
            estimate: self.estimate.clone(),
            key: self.key.clone(),
            holder: self.claim.as_ref().map(|claim| claim.holder.clone()),
            until: self.claim.as_ref().and_then(|claim| claim.until),
        };
        TaskRow {
            id: self.id,
            number: self.number,
            title: self.title.as_str().into(),
            status: self.status,
            status_since: self.status_since,
            priority: self.priority,
            phase: self.phase.clone(),
            depends_on: self.depends_on.as_slice().into(),
            items: count(self.items.len()),
            items_checked: count(self.items.iter().filter(|item| item.checked).count()),
            more: (more != RowMore::NONE).then(|| Box::new(more)),
        }
    }
}

/// A task without its long texts: what lists, rules and the cache need.
///
/// A plan of ten thousand tasks is a list of ten thousand of these at every command, so what few
/// tasks have stands apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRow {
    /// Names the task.
    pub id: TaskId,
    /// The number within its plan.
    pub number: u32,
    /// What is to be done.
    pub title: Box<str>,
    /// Where it stands.
    pub status: Status,
    /// Since when it stands there.
    pub status_since: Option<Time>,
    /// How soon it should be taken.
    pub priority: Option<Priority>,
    /// The phase it belongs to.
    pub phase: Option<Slug>,
    /// Tasks that have to be over before this one is completed.
    pub depends_on: Box<[TaskId]>,
    /// Lines of its checklist.
    pub items: u32,
    /// Those that are checked.
    pub items_checked: u32,
    more: Option<Box<RowMore>>,
}

/// What few tasks have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowMore {
    /// Why it stands where it stands.
    pub reason: Option<String>,
    /// Free words to find it by.
    pub labels: Vec<String>,
    /// The specifications that decide whether it is done.
    pub specs: Vec<Slug>,
    /// The lane it belongs to.
    pub stream: Option<String>,
    /// Who should do it.
    pub assignee: Option<String>,
    /// How much work it is.
    pub estimate: Option<String>,
    /// Its name elsewhere.
    pub key: Option<String>,
    /// Who holds it.
    pub holder: Option<String>,
    /// When the claim ends.
    pub until: Option<Time>,
}

impl RowMore {
    const NONE: Self = Self {
        reason: None,
        labels: Vec::new(),
        specs: Vec::new(),
        stream: None,
        assignee: None,
        estimate: None,
        key: None,
        holder: None,
        until: None,
    };
}

impl TaskRow {
    /// What few tasks have.
    pub fn more(&self) -> &RowMore {
        static NONE: RowMore = RowMore::NONE;
        self.more.as_deref().unwrap_or(&NONE)
    }

    /// Lines of the checklist that are not checked.
    pub fn items_open(&self) -> u32 {
        self.items.saturating_sub(self.items_checked)
    }

    /// Whether it is over and leaves nothing unchecked: what the `tasks` gate asks of it.
    pub fn is_settled(&self) -> bool {
        self.status == Status::Cancelled
            || (self.status == Status::Completed && self.items_open() == 0)
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
