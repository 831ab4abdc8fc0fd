//! Objects made ready in memory, to be stored later or never.
//!
//! Hashing and compressing are most of the work of writing, any number of
//! threads can share it, and nothing of it touches the disk: who looks at the
//! content first and decides then whether to keep it pays nothing for that.

use std::path::PathBuf;

use gix::objs::{Kind, compute_hash, encode::loose_header};
use gix::zlib::stream::deflate::{Compress, FlushCompress};
use gix::zlib::{Compression, Status};

use super::{Error, Oid, Repo, Result, loose_read};

/// An object with its id, in memory only. [`super::Writer::store`] stores it.
#[derive(Debug)]
pub struct Prepared {
    oid: Oid,
    pub(super) body: Body,
}

#[derive(Debug)]
pub(super) enum Body {
    /// The file as it will be stored.
    Deflated(Vec<u8>),
    /// The content of an object that was stored already, and most likely still is.
    Stored(Kind, Vec<u8>),
}

impl Prepared {
    /// The object's id.
    pub fn oid(&self) -> Oid {
        self.oid
    }
}

/// Prepares objects; one for each thread.
pub struct Preparer {
    /// Where objects are stored, to recognise those that are.
    directory: PathBuf,
    pub(super) deflater: Deflater,
}

impl Repo {
    /// Begins to prepare objects.
    ///
    /// # Errors
    /// [`Error::Config`] if the compression cannot be understood.
    pub fn preparer(&self) -> Result<Preparer> {
        Ok(Preparer {
            directory: self.object_dir.clone(),
            deflater: Deflater::new(self.object_format(), self.compression()?),
        })
    }

    /// The id that a blob with this content has, here or not.
    ///
    /// # Errors
    /// [`Error::Encode`].
    pub fn blob_id(&self, content: &[u8]) -> Result<Oid> {
        compute_hash(self.object_format(), Kind::Blob, content).map_err(encode_error(Kind::Blob))
    }

    /// Git's choice for loose objects: fast, unless configured otherwise.
    pub(super) fn compression(&self) -> Result<Compression> {
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

impl Preparer {
    /// Prepares a blob.
    ///
    /// # Errors
    /// [`Error::Encode`].
    pub fn blob(&mut self, content: &[u8]) -> Result<Prepared> {
        let kind = Kind::Blob;
        let oid = self.deflater.id(kind, content)?;
        let body = if loose_read::path(&self.directory, oid).exists() {
            Body::Stored(kind, content.to_vec())
        } else {
            Body::Deflated(self.deflater.deflate(kind, content)?.to_vec())
        };
        Ok(Prepared { oid, body })
    }
}

/// Makes the file of a loose object from its content.
pub(super) struct Deflater {
    hash: gix::hash::Kind,
    compressor: Compress,
    compressed: Vec<u8>,
}

impl Deflater {
    pub(super) fn new(hash: gix::hash::Kind, compression: Compression) -> Self {
        Self {
            hash,
            compressor: Compress::new(compression),
            compressed: Vec::new(),
        }
    }

    /// The id of the object.
    pub(super) fn id(&self, kind: Kind, content: &[u8]) -> Result<Oid> {
        compute_hash(self.hash, kind, content).map_err(encode_error(kind))
    }

    /// The bytes of its file.
    pub(super) fn deflate(&mut self, kind: Kind, content: &[u8]) -> Result<&[u8]> {
        self.compress(kind, content).map_err(encode_error(kind))?;
        Ok(&self.compressed)
    }

    fn compress(&mut self, kind: Kind, content: &[u8]) -> gix::Result<()> {
        self.compressor.reset();
        self.compressed.clear();
        let header = loose_header(kind, content.len() as u64);
        self.feed(&header, FlushCompress::None)?;
        self.feed(content, FlushCompress::Finish)
    }

    fn feed(&mut self, input: &[u8], flush: FlushCompress) -> gix::Result<()> {
        let start = self.compressor.total_in();
        loop {
            let consumed =
                usize::try_from(self.compressor.total_in() - start).unwrap_or(input.len());
            let rest = &input[consumed..];
            if rest.is_empty() && flush == FlushCompress::None {
                return Ok(());
            }
            let filled = self.compressed.len();
            self.compressed.resize(filled + rest.len() / 2 + 256, 0);
            let before = self.compressor.total_out();
            let status = self
                .compressor
                .compress(rest, &mut self.compressed[filled..], flush)?;
            let produced = self.compressor.total_out() - before;
            let produced = usize::try_from(produced).unwrap_or_default();
            self.compressed.truncate(filled + produced);
            if status == Status::StreamEnd {
                return Ok(());
            }
        }
    }
}

fn encode_error(kind: Kind) -> impl FnOnce(gix::Error) -> Error {
    move |source| Error::Encode {
        kind: kind.to_string(),
        source: source.into(),
    }
}
