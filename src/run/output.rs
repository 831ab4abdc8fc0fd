//! What a command prints: handed on as it comes, counted, digested, and its end kept.

use std::io::{ErrorKind, PipeReader, Read as _, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::model::phase;

/// As many bytes of the end are kept.
const END: usize = 4 * 1024;

/// Both streams of a command, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// The digest of all of it.
    pub digest: String,
    /// How many bytes it was.
    pub bytes: u64,
    /// Its last bytes.
    pub end: Vec<u8>,
}

/// What there is so far; a reader in another thread adds to it.
#[derive(Clone, Default)]
pub(super) struct SoFar(Arc<Mutex<State>>);

#[derive(Clone, Default)]
struct State {
    hash: Sha256,
    bytes: u64,
    end: Vec<u8>,
}

impl SoFar {
    /// Reads until nobody can write to the pipe any more. Where the sink takes nothing more, the
    /// command goes on all the same.
    pub(super) fn read(&self, mut pipe: PipeReader, sink: &mut dyn Write) {
        let mut buffer = [0; 16 * 1024];
        loop {
            match pipe.read(&mut buffer) {
                Ok(0) => return,
                Ok(length) => {
                    self.lock().add(&buffer[..length]);
                    let _ = sink
                        .write_all(&buffer[..length])
                        .and_then(|()| sink.flush());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }

    /// What came up to now.
    pub(super) fn captured(&self) -> Captured {
        let state = self.lock().clone();
        Captured {
            digest: phase::hex(&state.hash.finalize()),
            bytes: state.bytes,
            end: state.end,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.end.extend_from_slice(bytes);
        let surplus = self.end.len().saturating_sub(END);
        self.end.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_counted_and_the_end_is_kept() {
        let so_far = SoFar::default();
        let (pipe, mut writer) = std::io::pipe().unwrap();
        let text = "0123456789".repeat(1000);
        let feeder = {
            let text = text.clone();
            std::thread::spawn(move || writer.write_all(text.as_bytes()).unwrap())
        };
        let mut sink = Vec::new();
        so_far.read(pipe, &mut sink);
        feeder.join().unwrap();
        let captured = so_far.captured();
        assert_eq!(captured.bytes, 10_000);
        assert_eq!(captured.end, text.as_bytes()[10_000 - END..]);
        assert_eq!(captured.digest, phase::hex(&Sha256::digest(&text)));
        assert_eq!(sink, text.as_bytes());
    }
}
