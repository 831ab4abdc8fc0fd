//! Reading files of a tree in Git's form, wherever their content is nearest.

use std::fs::File;
use std::io::{self, Read};

use gix::bstr::{BStr, ByteSlice};
use gix::objs::Kind;

use super::database::Databases;
use super::program::{Programs, start};
use super::{Error, FileSource, Oid, Repo, Result, TreeFile, WorkTreeReader};

/// So much of a file tells whether it is a text, for Git and for us.
const HEAD: u64 = 8_000;

/// What was read of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileRead {
    /// Everything.
    Whole,
    /// Its beginning: it has more bytes than were asked for, so many.
    Head(u64),
    /// Nothing: it is gone since it was listed.
    Gone,
}

/// Reads files; one for each thread.
pub struct FileReader {
    objects: Databases,
    programs: Programs,
    work_tree: Option<WorkTreeReader>,
}

impl Repo {
    /// Begins to read files: of the working tree too, where that is asked for.
    ///
    /// # Errors
    /// Those of [`Repo::work_tree_reader`].
    pub fn file_reader(&self, of_work_tree: bool) -> Result<FileReader> {
        let work_tree = of_work_tree.then(|| self.work_tree_reader());
        Ok(FileReader {
            objects: self.objects.clone(),
            programs: self.programs(),
            work_tree: work_tree.transpose()?,
        })
    }
}

impl FileReader {
    /// Reads the content of `file` as Git records it into `buffer`; of one with more than `limit`
    /// bytes only the beginning.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Object`]; those of [`WorkTreeReader::read`].
    pub fn read(&mut self, file: &TreeFile, limit: u64, buffer: &mut Vec<u8>) -> Result<FileRead> {
        buffer.clear();
        match (file.source, &mut self.work_tree) {
            (FileSource::Clean(oid), Some(disk)) => {
                let path = file.path.as_bstr();
                if disk.is_as_stored(path, limit, buffer)? {
                    return Ok(FileRead::Whole);
                }
                self.stored(oid, limit, buffer)
            }
            (FileSource::Stored(oid) | FileSource::Clean(oid), _) => {
                self.stored(oid, limit, buffer)
            }
            (FileSource::OnDisk, Some(disk)) => on_disk(disk, file.path.as_bstr(), limit, buffer),
            (FileSource::OnDisk, None) => Ok(FileRead::Gone),
        }
    }

    fn stored(&mut self, oid: Oid, limit: u64, buffer: &mut Vec<u8>) -> Result<FileRead> {
        match self.objects.read_limited(oid, Kind::Blob, limit, buffer) {
            Ok(()) => Ok(FileRead::Whole),
            Err(Error::TooLarge { size, .. }) => {
                self.stored_head(oid, buffer)?;
                Ok(FileRead::Head(size))
            }
            Err(error) => Err(error),
        }
    }

    /// The beginning of a large object: Git streams it, and is not waited for.
    fn stored_head(&self, oid: Oid, buffer: &mut Vec<u8>) -> Result<()> {
        buffer.clear();
        let words = ["cat-file".to_owned(), "blob".to_owned(), oid.to_string()];
        let mut child = start(&mut self.programs.command(words))?;
        let read = child
            .stdout
            .take()
            .map(|out| out.take(HEAD).read_to_end(buffer));
        let _ = child.kill();
        let _ = child.wait();
        let read = read.transpose();
        read.map(|_| ())
            .map_err(|source| Error::GitMissing { source })
    }
}

/// What is only on disk: large content is not held, nor converted.
fn on_disk(
    disk: &mut WorkTreeReader,
    path: &BStr,
    limit: u64,
    buffer: &mut Vec<u8>,
) -> Result<FileRead> {
    let size = disk.size(path)?;
    if size > limit {
        let file = disk.file(path)?;
        let head = File::open(&file).and_then(|file| file.take(HEAD).read_to_end(buffer));
        return head
            .map(|_| FileRead::Head(size))
            .map_err(Error::io("read", &file));
    }
    let Some(content) = disk.read_path(path)? else {
        return Ok(FileRead::Gone);
    };
    *buffer = content.bytes;
    Ok(FileRead::Whole)
}

/// Reads a file of at most `limit` bytes in as few calls as it takes; false for a larger one.
pub(super) fn read_small(file: &mut File, limit: u64, buffer: &mut Vec<u8>) -> io::Result<bool> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut filled = 0;
    loop {
        if buffer.len() == filled {
            buffer.resize(filled + filled.max(MORE), 0);
        }
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if filled > limit {
            return Ok(false);
        }
    }
    buffer.truncate(filled);
    Ok(true)
}

/// Room for so much is made at a time.
const MORE: usize = 64 * 1024;
