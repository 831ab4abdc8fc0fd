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

use gix::objs::Kind;

use super::prepare::{Body, Deflater, Prepared};
use super::sharing::Sharing;
use super::{Error, Oid, Result, loose_read};

/// A folder of loose objects, open for writing.
pub(super) struct LooseObjects {
    directory: PathBuf,
    sharing: Sharing,
    flush: bool,
    touched: BTreeSet<PathBuf>,
}

impl LooseObjects {
    pub(super) fn new(directory: PathBuf, sharing: Sharing, flush: bool) -> Self {
        Self {
            directory,
            sharing,
            flush,
            touched: BTreeSet::new(),
        }
    }

    /// Makes sure that the object exists, fresh, and returns its id.
    pub(super) fn write(
        &mut self,
        deflater: &mut Deflater,
        kind: Kind,
        content: &[u8],
    ) -> Result<Oid> {
        let oid = deflater.id(kind, content)?;
        let path = loose_read::path(&self.directory, oid);
        if !freshen(&path) {
            self.store(&path, deflater.deflate(kind, content)?)?;
        }
        Ok(oid)
    }

    /// Like [`LooseObjects::write`], with the work done before.
    pub(super) fn write_prepared(
        &mut self,
        deflater: &mut Deflater,
        object: &Prepared,
    ) -> Result<()> {
        match &object.body {
            Body::Stored(kind, content) => self.write(deflater, *kind, content).map(|_| ()),
            Body::Deflated(bytes) => {
                let path = loose_read::path(&self.directory, object.oid());
                if freshen(&path) {
                    return Ok(());
                }
                self.store(&path, bytes)
            }
        }
    }

    /// Flushes the folders in which objects appeared, if that is wanted.
    pub(super) fn finish(self) -> Result<()> {
        for folder in self.touched {
            sync_folder(&folder).map_err(Error::io("flush the folder", &folder))?;
        }
        Ok(())
    }

    fn store(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        let stored = self.store_patiently(path, bytes);
        stored.map_err(Error::io("write the object", path))
    }

    /// Git's collection removes folders that it has emptied, at any moment: then once more.
    fn store_patiently(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = path.parent().unwrap_or(&self.directory).to_owned();
        let mut tries = 0;
        loop {
            match self.store_in(&folder, path, bytes) {
                Err(error) if error.kind() == ErrorKind::NotFound && tries < FOLDER_TRIES => {
                    tries += 1;
                    self.create_folder(&folder)?;
                }
                stored => return stored,
            }
        }
    }

    fn store_in(&mut self, folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut temporary = Temporary::create(folder)?;
        temporary.file.write_all(bytes)?;
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
