//! Who gives a task a status, by a command or in a text: they are known for it from then on, and
//! hold the task where they begin it.

use super::context::Context;
use crate::git::Repo;
use crate::model::{Claim, Status, Task, Time};
use crate::store::Writer;

/// Whoever gives a status.
pub struct StatusAuthor {
    holder: String,
    signature: String,
    now: Time,
}

impl StatusAuthor {
    /// The one who writes.
    pub fn of(cx: &Context, repo: &Repo, writer: &Writer) -> Self {
        Self {
            holder: cx.holder(repo, writer),
            signature: writer.signature(),
            now: writer.now,
        }
    }

    /// Gives a task a status: who, when, why, and who holds it from then on.
    pub fn give(&self, task: &mut Task, status: Status, reason: Option<&str>) {
        self.claim(task, status);
        if task.status != status || reason.is_some() {
            task.status = status;
            task.reason = reason.map(str::to_owned);
            self.sign(task);
        }
    }

    /// Adds to a status that stands in a text what the text does not say.
    pub fn complete(&self, old: Option<&Task>, new: &mut Task) {
        let bare = Task::new(new.id, "");
        let old = old.unwrap_or(&bare);
        if old.status == new.status {
            return;
        }
        if old.claim == new.claim {
            let status = new.status;
            self.claim(new, status);
        }
        if (&old.status_by, old.status_since) == (&new.status_by, new.status_since) {
            self.sign(new);
        }
    }

    fn claim(&self, task: &mut Task, status: Status) {
        if status == Status::InProgress && task.claim.is_none() {
            task.claim = Some(Claim {
                holder: self.holder.clone(),
                since: self.now,
                until: None,
            });
        } else if status.is_over() || status == Status::Pending {
            task.claim = None;
        }
    }

    fn sign(&self, task: &mut Task) {
        task.status_by = Some(self.signature.clone());
        task.status_since = Some(self.now);
    }
}
