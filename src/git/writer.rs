//! Writing what a commit needs, before any ref moves.

use gix::objs::{Kind, WriteTo};

use super::loose_write::LooseObjects;
use super::prepare::{Deflater, Prepared};
use super::{Error, Oid, Repo, Result, Signature};

/// Writes objects. They are reachable from nothing until a ref is moved to
/// them, after [`Writer::finish`].
pub struct Writer<'repo> {
    pub(super) repo: &'repo Repo,
    deflater: Deflater,
    /// Where objects go; nowhere in a dry run.
    objects: Option<LooseObjects>,
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
            self.sharing(),
            self.durability()?.objects,
        );
        Ok(Writer {
            objects: Some(objects),
            ..self.dry_writer()?
        })
    }

    /// A writer that tells the ids of what it would write, and writes nothing.
    /// A tree that it "wrote" cannot be edited further: it is not there.
    ///
    /// # Errors
    /// [`Error::Config`] if the compression cannot be understood.
    pub fn dry_writer(&self) -> Result<Writer<'_>> {
        Ok(Writer {
            repo: self,
            deflater: Deflater::new(self.object_format(), self.compression()?),
            objects: None,
        })
    }
}

impl Writer<'_> {
    /// Writes a blob.
    ///
    /// # Errors
    /// [`Error::Io`]; nothing half-written is visible then.
    pub fn write_blob(&mut self, content: &[u8]) -> Result<Oid> {
        self.write(Kind::Blob, content)
    }

    /// Stores a prepared object.
    ///
    /// # Errors
    /// [`Error::Io`]; nothing half-written is visible then.
    pub fn store(&mut self, object: &Prepared) -> Result<()> {
        match &mut self.objects {
            Some(objects) => objects.write_prepared(&mut self.deflater, object),
            None => Ok(()),
        }
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
        self.objects.map_or(Ok(()), LooseObjects::finish)
    }

    pub(super) fn write_object(&mut self, object: &impl WriteTo) -> Result<Oid> {
        let mut bytes = Vec::new();
        object
            .write_to(&mut bytes)
            .map_err(|source| Error::Encode {
                kind: object.kind().to_string(),
                source: source.into(),
            })?;
        self.write(object.kind(), &bytes)
    }

    fn write(&mut self, kind: Kind, content: &[u8]) -> Result<Oid> {
        match &mut self.objects {
            Some(objects) => objects.write(&mut self.deflater, kind, content),
            None => self.deflater.id(kind, content),
        }
    }
}
