//! Reading files of a tree in Git's form, wherever their content is nearest.

use std::fs::File;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use gix::bstr::{BStr, ByteSlice};
use gix::objs::Kind;

use super::database::Databases;
use super::program::{Programs, start};
use super::{Error, FileSource, Oid, Repo, Result, TreeFile, WorkTreeReader};

/// So much of a file tells whether it is a text, for Git and for us.
const HEAD: usize = 8_000;

/// Bytes that each reader keeps of packed objects, for those that are stored as changes to them.
const DELTA_CACHE: usize = 8 * 1024 * 1024;

/// What was read of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileRead<'r> {
    /// Everything; of something that is no text, perhaps only the beginning.
    Whole(&'r [u8]),
    /// Its beginning: it has more bytes than were asked for, so many.
    Head(&'r [u8], u64),
    /// Nothing: it is gone since it was listed.
    Gone,
}

/// Reads files; one for each thread.
pub struct FileReader {
    objects: Databases,
    programs: Programs,
    work_tree: Option<WorkTreeReader>,
    /// Held while a large object is read: what that takes is not taken twice.
    large: Arc<Mutex<()>>,
    /// What was read last.
    bytes: Vec<u8>,
    room: Room,
}

impl Repo {
    /// Begins to read files, in so many threads: of the working tree too, where that is asked for.
    ///
    /// # Errors
    /// Those of [`Repo::work_tree_reader`].
    pub fn file_readers(&self, count: usize, of_work_tree: bool) -> Result<Vec<FileReader>> {
        let large = Arc::new(Mutex::new(()));
        let reader = |_| {
            let work_tree = of_work_tree.then(|| self.work_tree_reader());
            Ok(FileReader {
                objects: self.objects.clone().with_delta_cache(DELTA_CACHE),
                programs: self.programs(),
                work_tree: work_tree.transpose()?,
                large: Arc::clone(&large),
                bytes: Vec::new(),
                room: Room::new(),
            })
        };
        (0..count).map(reader).collect()
    }
}

impl FileReader {
    /// Reads the content of `file` as Git records it; of one with more than `limit` bytes only the
    /// beginning.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Object`]; those of [`WorkTreeReader::read`].
    pub fn read(&mut self, file: &TreeFile, limit: u64) -> Result<FileRead<'_>> {
        // What a large file took is not kept.
        self.bytes.clear();
        self.bytes.shrink_to(LARGE);
        self.room.long.clear();
        self.room.long.shrink_to(LARGE);
        let path = file.path.as_bstr();
        match (file.source, &mut self.work_tree) {
            (FileSource::Clean(oid), Some(disk)) => {
                match disk.as_stored(path, file.size, limit, &mut self.room)? {
                    true => Ok(FileRead::Whole(self.room.bytes())),
                    false => self.stored(oid, limit),
                }
            }
            (FileSource::Stored(oid) | FileSource::Clean(oid), _) => self.stored(oid, limit),
            (FileSource::OnDisk, Some(disk)) => on_disk(disk, path, limit, &mut self.bytes),
            (FileSource::OnDisk, None) => Ok(FileRead::Gone),
        }
    }

    fn stored(&mut self, oid: Oid, limit: u64) -> Result<FileRead<'_>> {
        let Self { objects, bytes, .. } = self;
        let mut read = objects.read_limited(oid, Kind::Blob, limit.min(LARGE as u64), bytes);
        if let Err(Error::TooLarge { size, .. }) = read
            && size <= limit
        {
            let _alone = self.large.lock().unwrap_or_else(PoisonError::into_inner);
            read = objects.read_limited(oid, Kind::Blob, limit, bytes);
        }
        match read {
            Ok(()) => Ok(FileRead::Whole(&self.bytes)),
            Err(Error::TooLarge { size, .. }) => {
                self.stored_head(oid)?;
                Ok(FileRead::Head(&self.bytes, size))
            }
            Err(error) => Err(error),
        }
    }

    /// The beginning of a large object: Git streams it, and is not waited for.
    fn stored_head(&mut self, oid: Oid) -> Result<()> {
        self.bytes.clear();
        let words = ["cat-file".to_owned(), "blob".to_owned(), oid.to_string()];
        let mut child = start(&mut self.programs.command(words))?;
        let out = child.stdout.take();
        let read = out.map(|out| out.take(HEAD as u64).read_to_end(&mut self.bytes));
        let _ = child.kill();
        let _ = child.wait();
        let read = read.transpose();
        read.map(|_| ())
            .map_err(|source| Error::GitMissing { source })
    }
}

/// What is only on disk: large content is not held, nor converted.
fn on_disk<'r>(
    disk: &mut WorkTreeReader,
    path: &BStr,
    limit: u64,
    bytes: &'r mut Vec<u8>,
) -> Result<FileRead<'r>> {
    let size = disk.size(path)?;
    if size > limit {
        bytes.clear();
        let file = disk.file(path)?;
        let head = File::open(&file).and_then(|file| file.take(HEAD as u64).read_to_end(bytes));
        return head
            .map(|_| FileRead::Head(bytes, size))
            .map_err(Error::io("read", &file));
    }
    let Some(content) = disk.read_path(path)? else {
        return Ok(FileRead::Gone);
    };
    *bytes = content.bytes;
    Ok(FileRead::Whole(bytes))
}

/// Reads a file of at most `limit` bytes in as few calls as it takes, and of one that is no text
/// only the beginning. False for a larger one. Where its size is `known`, its end need not be
/// looked for.
pub(super) fn read_small(
    file: &mut File,
    known: Option<usize>,
    limit: u64,
    room: &mut Room,
) -> io::Result<bool> {
    room.long.clear();
    room.length = 0;
    while room.length < room.short.len() {
        match file.read(&mut room.short[room.length..]) {
            Ok(0) => return Ok(true),
            Ok(read) => room.length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if known == Some(room.length) || is_no_text(room.bytes()) {
            return Ok(true);
        }
    }
    let more = known.map_or(room.length, |known| known.saturating_sub(room.length));
    room.long.reserve(room.length + more.min(LARGE) + 1);
    room.long.extend_from_slice(&room.short);
    file.take(limit).read_to_end(&mut room.long)?;
    Ok(room.long.len() as u64 <= limit)
}

/// Where files on disk are read to.
pub(super) struct Room {
    /// The beginning. All of it is in use, so that it need not be cleared.
    short: Vec<u8>,
    length: usize,
    /// All of a longer file.
    long: Vec<u8>,
}

impl Room {
    fn new() -> Self {
        Self {
            short: vec![0; ROOM],
            length: 0,
            long: Vec::new(),
        }
    }

    /// What was read last.
    pub(super) fn bytes(&self) -> &[u8] {
        match self.long.is_empty() {
            true => &self.short[..self.length],
            false => &self.long,
        }
    }
}

/// Whether it is no text, as Git sees it: a NUL near its beginning. A text in UTF-16, which says so
/// there, has such bytes as well.
pub(super) fn is_no_text(bytes: &[u8]) -> bool {
    let is_marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    !is_marked && bytes[..bytes.len().min(HEAD)].contains(&0)
}

/// Most files have fewer bytes, which stay near the processor.
const ROOM: usize = 128 * 1024;

/// More room than this is given back.
const LARGE: usize = 8 * 1024 * 1024;
