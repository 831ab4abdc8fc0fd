//! Reading many blobs, on all processors where it pays.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gix::objs::Kind;

use super::database::Databases;
use super::{Oid, Repo, Result};

/// Fewer blobs than this are read faster than a thread is started.
const PARALLEL_FROM: usize = 256;

/// How many blobs a thread takes at a time. Neighbours often share delta bases.
const CHUNK: usize = 64;

/// Reads blobs on a thread of its own.
pub struct BlobReader(Databases);

impl BlobReader {
    /// As [`Repo::blob`].
    ///
    /// # Errors
    /// As [`Repo::blob`].
    pub fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>> {
        let mut buffer = Vec::new();
        self.0.read_limited(oid, Kind::Blob, limit, &mut buffer)?;
        Ok(buffer)
    }
}

impl Repo {
    /// A reader for another thread.
    pub fn blob_reader(&self) -> BlobReader {
        BlobReader(self.objects.clone())
    }

    /// Calls `f` with the position and the bytes of every blob in `oids` and
    /// returns what it returned, in that order. From a few hundred blobs on,
    /// several threads read and call `f`. Each blob fails by itself, with the
    /// errors of [`Repo::blob`].
    pub fn read_blobs<T: Send>(
        &self,
        oids: &[Oid],
        limit: u64,
        f: impl Fn(usize, Result<&[u8]>) -> T + Sync,
    ) -> Vec<T> {
        let threads = threads(oids.len());
        if threads == 1 {
            let all = 0..oids.len();
            return read(&self.objects, oids, all, limit, &f);
        }
        let next_chunk = AtomicUsize::new(0);
        let mut chunks = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|_| {
                    let objects = self.objects.clone();
                    let (next_chunk, f) = (&next_chunk, &f);
                    scope.spawn(move || read_chunks(&objects, oids, next_chunk, limit, f))
                })
                .collect();
            workers
                .into_iter()
                .flat_map(|worker| {
                    worker
                        .join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect::<Vec<_>>()
        });
        chunks.sort_unstable_by_key(|(start, _)| *start);
        chunks.into_iter().flat_map(|(_, read)| read).collect()
    }
}

fn threads(blobs: usize) -> usize {
    if blobs < PARALLEL_FROM {
        return 1;
    }
    let available = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    available.min(blobs / CHUNK)
}

/// Takes chunks until none is left; each result with its first position.
fn read_chunks<T>(
    objects: &Databases,
    oids: &[Oid],
    next_chunk: &AtomicUsize,
    limit: u64,
    f: &impl Fn(usize, Result<&[u8]>) -> T,
) -> Vec<(usize, Vec<T>)> {
    let mut chunks = Vec::new();
    loop {
        let start = next_chunk.fetch_add(CHUNK, Ordering::Relaxed);
        if start >= oids.len() {
            return chunks;
        }
        let end = oids.len().min(start + CHUNK);
        chunks.push((start, read(objects, oids, start..end, limit, f)));
    }
}

fn read<T>(
    objects: &Databases,
    oids: &[Oid],
    positions: std::ops::Range<usize>,
    limit: u64,
    f: &impl Fn(usize, Result<&[u8]>) -> T,
) -> Vec<T> {
    let mut buffer = Vec::new();
    positions
        .map(|position| {
            let found = objects.read_limited(oids[position], Kind::Blob, limit, &mut buffer);
            f(position, found.map(|()| buffer.as_slice()))
        })
        .collect()
}
