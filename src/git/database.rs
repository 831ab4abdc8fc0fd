//! The object databases that make up the repository for reading: its own with
//! its alternates, and those that the environment adds. A server runs
//! `pre-receive` with the pushed objects in such a quarantine.

use std::path::{Path, PathBuf};

use gix::objs::{Data, Find, Kind};
use gix::odb::store::init::Options;
use gix::odb::{Handle, Header, at_opts};
use gix::{ObjectId, odb, oid};

use super::environment::Environment;
use super::loose_read::LooseReader;
use super::{Error, Result};

/// Bytes of the cache for the bases of packed deltas.
const DELTA_CACHE: usize = 96 * 1024 * 1024;

/// Where objects are looked for, in this order. A copy is cheap and can be
/// sent to another thread.
#[derive(Clone)]
pub(super) struct Databases {
    loose: LooseReader,
    handles: Vec<Handle>,
}

impl Databases {
    /// Opens them all; `written` is the folder that new objects go to.
    pub(super) fn open(
        git: &gix::Repository,
        environment: &Environment,
        written: PathBuf,
    ) -> Result<Self> {
        let mut handles = vec![(*git.objects).clone()];
        let added = environment
            .object_directory
            .iter()
            .chain(&environment.alternates);
        for directory in added.filter(|directory| directory.is_dir()) {
            handles.push(open(directory, git.object_hash())?);
        }
        let loose = LooseReader::new(written);
        Ok(Self { loose, handles })
    }

    /// The same, with so many bytes for the bases of packed deltas.
    pub(super) fn with_delta_cache(mut self, bytes: usize) -> Self {
        for handle in &mut self.handles {
            handle.set_pack_cache(move || {
                Box::new(gix::odb::pack::cache::lru::MemoryCappedHashmap::new(bytes))
            });
        }
        self
    }

    /// Reads the object into `buffer` and tells its kind.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Object`].
    pub(super) fn read(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<Kind> {
        let found = self.load(&id, buffer).map_err(Error::object(id))?;
        found.ok_or(Error::Missing(id))
    }

    fn load(&self, id: &oid, buffer: &mut Vec<u8>) -> gix::Result<Option<Kind>> {
        for handle in self.looks() {
            if let Some(data) = handle.try_find(id, buffer)? {
                return Ok(Some(data.kind));
            }
        }
        Ok(None)
    }

    /// Every database, twice: the library sees that an object is loose, and does not find it when
    /// Git's collection packs it before it is opened. At the second look it is found in the pack.
    fn looks(&self) -> impl Iterator<Item = &Handle> {
        self.handles.iter().chain(&self.handles)
    }

    /// The object's kind and its size in bytes, without inflating it.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Object`].
    pub(super) fn header(&self, id: ObjectId) -> Result<(Kind, u64)> {
        for handle in self.looks() {
            if let Some(header) = handle.try_header(&id).map_err(Error::object(id))? {
                let is_loose = matches!(header, odb::find::Header::Loose { .. });
                self.loose.expect(is_loose);
                return Ok((header.kind(), header.size()));
            }
        }
        Err(Error::Missing(id))
    }

    /// Like [`Databases::read`], after a look at the object's size.
    ///
    /// # Errors
    /// Also [`Error::TooLarge`] and, for another kind, [`Error::Kind`].
    pub(super) fn read_limited(
        &self,
        id: ObjectId,
        wanted: Kind,
        limit: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<()> {
        let check = |kind, size| require(id, (kind, size), wanted, limit);
        if self.loose.read(id, buffer, check)? {
            return Ok(());
        }
        let (kind, size) = self.header(id)?;
        check(kind, size)?;
        self.read(id, buffer).map(|_| ())
    }
}

fn require(oid: ObjectId, (kind, size): (Kind, u64), wanted: Kind, limit: u64) -> Result<()> {
    if kind != wanted {
        return Err(Error::Kind {
            oid,
            actual: kind.to_string(),
            wanted: name(wanted),
        });
    }
    if size > limit {
        return Err(Error::TooLarge { oid, size, limit });
    }
    Ok(())
}

impl Find for Databases {
    fn try_find<'a>(&self, id: &oid, buffer: &'a mut Vec<u8>) -> gix::Result<Option<Data<'a>>> {
        let kind = self.load(id, buffer)?;
        Ok(kind.map(|kind| Data::new(buffer, kind, id.kind())))
    }
}

fn open(directory: &Path, hash: gix::hash::Kind) -> Result<Handle> {
    let mut handle = at_opts(directory, hash, None, Options::default())
        .map_err(Error::io("open the object directory", directory))?;
    handle.set_pack_cache(|| {
        Box::new(gix::odb::pack::cache::lru::MemoryCappedHashmap::new(
            DELTA_CACHE,
        ))
    });
    Ok(handle)
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Tree => "tree",
        Kind::Blob => "blob",
        Kind::Commit => "commit",
        Kind::Tag => "tag",
    }
}
