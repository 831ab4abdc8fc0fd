//! From a draft to a commit on the plan ref.
//!
//! The order that keeps a repository sound at any kill: objects, then one compare-and-swap of
//! the ref. Where somebody else was faster, the edits are applied to the newer state and it is
//! tried again, a bounded number of times, with a pause of random length.

use std::time::{Duration, Instant};

use super::draft::Content;
use super::{Draft, Error, Result, Store, Writer};
use crate::git::{self, Oid, RefMove};

/// After this long, a ref that keeps moving is an error.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// The longest pause between two tries.
const PAUSE: Duration = Duration::from_millis(40);

/// What the commit says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// `<plan>: <what>`, on one line.
    pub subject: String,
    /// The command: trailer `Plan-Op`.
    pub operation: String,
    /// The entities: trailers `Plan-Id`.
    pub ids: Vec<String>,
    /// The operation that is taken back: trailer `Plan-Undo`.
    pub undoes: Option<Oid>,
    /// What of it alone was taken back: trailers `Plan-Only`; none: all of it.
    pub only: Vec<String>,
}

impl Message {
    fn text(&self, writer: &Writer) -> String {
        let mut text = format!(
            "{}\n\nPlan-Op: {}\n",
            one_line(&self.subject),
            self.operation
        );
        for id in &self.ids {
            text.push_str(&format!("Plan-Id: {id}\n"));
        }
        if let Some(oid) = self.undoes {
            text.push_str(&format!("Plan-Undo: {oid}\n"));
        }
        for word in &self.only {
            text.push_str(&format!("Plan-Only: {}\n", one_line(word)));
        }
        if let Some(agent) = &writer.agent {
            text.push_str(&format!("Plan-As: {}\n", one_line(agent)));
        }
        text
    }
}

/// A text without line breaks and NUL, which would end a subject or a trailer.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\0'], " ")
}

/// The blob of what a path is to hold; none where it goes.
pub(super) fn write_content(
    objects: &mut git::Writer<'_>,
    content: &Content,
) -> Result<Option<Oid>> {
    Ok(match content {
        Content::Text(text) => Some(objects.write_blob(text.as_bytes())?),
        Content::Blob(oid) => Some(*oid),
        Content::Gone => None,
    })
}

/// What became of a draft.
pub struct Committed<'r> {
    /// The draft as it was stored; after a lost race another one than was handed in.
    pub draft: Draft<'r>,
    /// The commit; none where the edits change nothing.
    pub commit: Option<Oid>,
    /// What the person should know.
    pub warnings: Vec<String>,
}

impl<'r> Store<'r> {
    /// Stores a draft: writes its objects and moves the plan ref. `message` is asked for each try,
    /// since a number may be another one after a lost race.
    ///
    /// # Errors
    /// [`Error::Refused`] where the edits no longer fit, [`Error::CheckedOut`],
    /// [`Error::LostRace`], those of writing. Nothing is stored then.
    pub fn commit(
        &self,
        mut draft: Draft<'r>,
        writer: &Writer,
        message: &dyn Fn(&mut Draft<'r>) -> Result<Message>,
    ) -> Result<Committed<'r>> {
        self.refuse_checked_out()?;
        let start = Instant::now();
        let mut warnings = Vec::new();
        for tries in 1.. {
            let Some(commit) = self.write(&mut draft, writer, message)? else {
                return Ok(Committed {
                    draft,
                    commit: None,
                    warnings,
                });
            };
            let log = format!("plan: {}", message(&mut draft)?.subject);
            let expected = draft.snapshot.source.local;
            let update = self.repo.move_ref(
                &self.place.reference,
                commit,
                expected,
                &one_line(&log),
                &writer.who.at(writer.time()),
            )?;
            warnings.extend(update.warnings.iter().map(ToString::to_string));
            if update.outcome == RefMove::Moved {
                self.repo.start_gc();
                return Ok(Committed {
                    draft,
                    commit: Some(commit),
                    warnings,
                });
            }
            if start.elapsed() > PATIENCE {
                return Err(Error::LostRace {
                    reference: self.place.reference.clone(),
                    tries,
                });
            }
            std::thread::sleep(self.pause(tries));
            draft = draft.rebased(self.snapshot_or_empty()?)?;
        }
        Err(Error::LostRace {
            reference: self.place.reference.clone(),
            tries: u32::MAX,
        })
    }

    /// Writes the objects of a draft; none where nothing changes.
    fn write(
        &self,
        draft: &mut Draft<'r>,
        writer: &Writer,
        message: &dyn Fn(&mut Draft<'r>) -> Result<Message>,
    ) -> Result<Option<Oid>> {
        let mut objects = self.repo.writer()?;
        let mut changes = Vec::new();
        for (path, content) in draft.files()? {
            changes.push((path, write_content(&mut objects, &content)?));
        }
        let tree = objects.edit_tree(draft.snapshot.root, &changes)?;
        if draft.snapshot.root == Some(tree) {
            return Ok(None);
        }
        let parents: Vec<Oid> = draft.snapshot.source.commit.into_iter().collect();
        let text = message(draft)?.text(writer);
        let commit = objects.write_commit(tree, &parents, &writer.who.at(writer.time()), &text)?;
        objects.finish()?;
        Ok(Some(commit))
    }

    fn refuse_checked_out(&self) -> Result<()> {
        match self.repo.checked_out_at(&self.place.reference)? {
            Some(worktree) => Err(Error::CheckedOut {
                reference: self.place.reference.clone(),
                worktree,
                unborn: self.repo.reference(&self.place.reference)?.is_none(),
            }),
            None => Ok(()),
        }
    }

    pub(super) fn pause(&self, tries: u32) -> Duration {
        let mut byte = [0];
        let random = getrandom::fill(&mut byte).map_or(128, |()| u32::from(byte[0]));
        (PAUSE * random / 255).min(Duration::from_millis(u64::from(tries) * 4))
    }
}
