//! Writing loose objects.
//!
//! The Git library skips an object that exists anywhere. Git does more: it
//! freshens the object's time, so that a garbage collection that runs now does
//! not remove what a new commit is about to need. Here an object that exists
//! loose is freshened; one that exists only in a pack, or nowhere, is written:
//! no pack is searched. The file appears under its name complete or not at
//! all, and what a kill leaves behind (`tmp_obj_…`) Git's own collection removes.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use gix::objs::{Kind, compute_hash, encode::loose_header};
use gix::zlib::stream::deflate::{Compress, FlushCompress};
use gix::zlib::{Compression, Status};

use super::sharing::Sharing;
use super::{Error, Oid, Result, loose_read};

/// A folder of loose objects, open for writing.
pub(super) struct LooseObjects {
    directory: PathBuf,
    hash: gix::hash::Kind,
    sharing: Sharing,
    flush: bool,
    touched: BTreeSet<PathBuf>,
    compressor: Compress,
    compressed: Vec<u8>,
}

impl LooseObjects {
    pub(super) fn new(
        directory: PathBuf,
        hash: gix::hash::Kind,
        compression: Compression,
        sharing: Sharing,
        flush: bool,
    ) -> Self {
        Self {
            directory,
            hash,
            sharing,
            flush,
            touched: BTreeSet::new(),
            compressor: Compress::new(compression),
            compressed: Vec::new(),
        }
    }

    /// Makes sure that the object exists, fresh, and returns its id.
    pub(super) fn write(&mut self, kind: Kind, content: &[u8]) -> Result<Oid> {
        let oid = compute_hash(self.hash, kind, content).map_err(encode_error(kind))?;
        let path = loose_read::path(&self.directory, oid);
        if freshen(&path) {
            return Ok(oid);
        }
        self.compress(kind, content).map_err(encode_error(kind))?;
        self.store(&path)
            .map_err(Error::io("write the object", &path))?;
        Ok(oid)
    }

    /// Flushes the folders in which objects appeared, if that is wanted.
    pub(super) fn finish(self) -> Result<()> {
        for folder in self.touched {
            sync_folder(&folder).map_err(Error::io("flush the folder", &folder))?;
        }
        Ok(())
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

    /// Git's collection removes folders that it has emptied, at any moment: then once more.
    fn store(&mut self, path: &Path) -> io::Result<()> {
        let folder = path.parent().unwrap_or(&self.directory).to_owned();
        let mut tries = 0;
        loop {
            match self.store_in(&folder, path) {
                Err(error) if error.kind() == ErrorKind::NotFound && tries < FOLDER_TRIES => {
                    tries += 1;
                    self.create_folder(&folder)?;
                }
                stored => return stored,
            }
        }
    }

    fn store_in(&mut self, folder: &Path, path: &Path) -> io::Result<()> {
        let mut temporary = Temporary::create(folder)?;
        temporary.file.write_all(&self.compressed)?;
        self.sharing.apply(&temporary.path)?;
        if self.flush {
            temporary.file.sync_all()?;
            self.touched.insert(folder.to_owned());
        }
        temporary.publish(path)
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        match fs::create_dir(folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
            Ok(()) => self.sharing.apply(folder),
        }
    }
}

fn encode_error(kind: Kind) -> impl FnOnce(gix::Error) -> Error {
    move |source| Error::Encode {
        kind: kind.to_string(),
        source: source.into(),
    }
}

/// How often a folder may vanish before its object is written.
const FOLDER_TRIES: u32 = 100;

/// Sets the object's time to now. False if it must be written: it is not
/// there, it is the empty file that a power cut left, or it is not ours.
fn freshen(path: &Path) -> bool {
    let Ok(file) = File::open(path) else {
        return false;
    };
    let has_content = file.metadata().is_ok_and(|metadata| metadata.len() > 0);
    has_content && file.set_modified(SystemTime::now()).is_ok()
}

/// Makes the names in `folder` durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    File::open(folder)?.sync_all()
}

/// A new file that is gone again unless it is published.
struct Temporary {
    file: File,
    path: PathBuf,
}

impl Temporary {
    fn create(folder: &Path) -> io::Result<Self> {
        loop {
            let random = RandomState::new().hash_one(std::process::id());
            let path = folder.join(format!("tmp_obj_{random:016x}"));
            match read_only_once_closed().open(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => return Ok(Self { file, path }),
            }
        }
    }

    fn publish(mut self, path: &Path) -> io::Result<()> {
        match fs::rename(&self.path, path) {
            // Windows does not replace a read-only file: the same object.
            Err(_) if cfg!(windows) && path.exists() => Ok(()),
            Err(error) => Err(error),
            Ok(()) => {
                self.path.clear();
                Ok(())
            }
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            // What cannot be removed now Git's collection removes later.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn read_only_once_closed() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o444);
    options
}
