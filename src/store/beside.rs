//! Files on the plan ref that are no entity: workflows of a forge beside the plans, documents in their
//! folders. They are exchanged whole: from the object that is known to what they are to hold.

use super::draft::Content;
use super::snapshot::is_file;
use super::{Draft, Error, Result, Snapshot};
use crate::git::{EntryKind, Oid};

/// Such a file, as it is expected and as it is to be.
pub struct Exchange {
    /// Its object; none where it is not there.
    pub(super) from: Option<Oid>,
    /// What it is to hold.
    pub(super) to: Content,
}

impl Exchange {
    /// A text in place of what is there.
    pub fn text(from: Option<Oid>, text: impl Into<String>) -> Self {
        let to = Content::Text(text.into());
        Self { from, to }
    }

    /// What an object holds in place of what is there; none: the file goes.
    pub fn object(from: Option<Oid>, to: Option<Oid>) -> Self {
        let to = to.map_or(Content::Gone, Content::Blob);
        Self { from, to }
    }
}

/// What a path of the plan ref has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A plain file.
    File(Oid),
    /// A folder, a link, an executable, a submodule.
    Other,
}

impl Snapshot<'_> {
    /// What is at a path.
    ///
    /// # Errors
    /// Those of the repository.
    pub fn found(&self, path: &str) -> Result<Found> {
        let Some(root) = self.root else {
            return Ok(Found::Nothing);
        };
        for (end, _) in path.match_indices('/') {
            let folder = self.repo.entry(root, &path[..end])?;
            if folder.is_some_and(|folder| folder.kind != EntryKind::Tree) {
                return Ok(Found::Other);
            }
        }
        Ok(match self.repo.entry(root, path)? {
            None => Found::Nothing,
            Some(entry) if is_file(&entry) => Found::File(entry.oid),
            Some(_) => Found::Other,
        })
    }
}

impl Draft<'_> {
    /// Exchanges a file; after a lost race it is asked anew whether that fits.
    ///
    /// # Errors
    /// [`Error::AnotherFile`] where something else is there than is expected; those of the repository.
    pub fn exchange(&mut self, path: &str, exchange: Exchange) -> Result<()> {
        let expected = exchange.from.map_or(Found::Nothing, Found::File);
        if self.snapshot.found(path)? != expected {
            return Err(Error::AnotherFile(path.to_owned()));
        }
        self.exchanged.insert(path.to_owned(), exchange);
        Ok(())
    }
}

/// The object of a plain file on one side of a difference; an error's word for what is none.
///
/// # Errors
/// Where it is something else: then nobody may put it back as a plain file.
pub fn plain(side: Option<(EntryKind, Oid)>) -> std::result::Result<Option<Oid>, &'static str> {
    match side {
        None => Ok(None),
        Some((EntryKind::Blob, oid)) => Ok(Some(oid)),
        Some(_) => Err("it is no plain file"),
    }
}
