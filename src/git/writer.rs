//! Writing what a commit needs, before any ref moves.

use gix::objs::{Kind, WriteTo};
use gix::zlib::Compression;

use super::loose_write::LooseObjects;
use super::{Error, Oid, Repo, Result, Signature};

/// Writes objects. They are reachable from nothing until a ref is moved to
/// them, after [`Writer::finish`].
pub struct Writer<'repo> {
    pub(super) repo: &'repo Repo,
    objects: LooseObjects,
}

impl Repo {
    /// Begins to write objects.
    ///
    /// # Errors
    /// [`Error::Config`] if `core.fsyncObjectFiles` or the compression cannot
    /// be understood.
    pub fn writer(&self) -> Result<Writer<'_>> {
        let objects = LooseObjects::new(
            self.object_dir.clone(),
            self.object_format(),
            self.compression()?,
            self.sharing(),
            self.durability()?.objects,
        );
        Ok(Writer {
            repo: self,
            objects,
        })
    }

    /// Git's choice for loose objects: fast, unless configured otherwise.
    fn compression(&self) -> Result<Compression> {
        let level = match self.config_i64("core.looseCompression")? {
            Some(level) => Some(level),
            None => self.config_i64("core.compression")?,
        };
        let Some(level) = level else {
            return Ok(Compression::BEST_SPEED);
        };
        let level = i32::try_from(level).ok().and_then(Compression::new);
        Ok(level.unwrap_or(Compression::DEFAULT))
    }
}

impl Writer<'_> {
    /// Writes a blob.
    ///
    /// # Errors
    /// [`Error::Io`]; nothing half-written is visible then.
    pub fn write_blob(&mut self, content: &[u8]) -> Result<Oid> {
        self.objects.write(Kind::Blob, content)
    }

    /// Writes a commit, with `who` as author and committer. `message` is stored
    /// as it is; a NUL would hide what follows it, so it is left out.
    ///
    /// # Errors
    /// [`Error::Io`]; nothing half-written is visible then.
    pub fn write_commit(
        &mut self,
        tree: Oid,
        parents: &[Oid],
        who: &Signature,
        message: &str,
    ) -> Result<Oid> {
        self.write_object(&gix::objs::Commit {
            tree,
            parents: parents.iter().copied().collect(),
            author: who.to_git(),
            committer: who.to_git(),
            encoding: None,
            message: message.replace('\0', "").into(),
            extra_headers: Vec::new(),
        })
    }

    /// Flushes what `core.fsync` asks for. Only then may a ref move.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(self) -> Result<()> {
        self.objects.finish()
    }

    pub(super) fn write_object(&mut self, object: &impl WriteTo) -> Result<Oid> {
        let mut bytes = Vec::new();
        object
            .write_to(&mut bytes)
            .map_err(|source| Error::Encode {
                kind: object.kind().to_string(),
                source: source.into(),
            })?;
        self.objects.write(object.kind(), &bytes)
    }
}
