//! Ctrl-C, and the other signals that ask a program to end.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, PoisonError};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use super::group::Event;
use super::{Error, Result};

/// Takes the signals from now on: they end the command that runs, and are remembered. Once this is
/// gone, they end the program again, as they usually do.
pub struct Interrupts {
    shared: Arc<Shared>,
    let_through: Arc<AtomicBool>,
}

#[derive(Default)]
struct Shared {
    /// How many came.
    count: AtomicUsize,
    /// Who wants to know of the next.
    listener: Mutex<Option<Sender<Event>>>,
}

impl Interrupts {
    /// Begins to take them.
    ///
    /// # Errors
    /// Where the system does not let us.
    pub fn take() -> Result<Self> {
        let interrupts = Self {
            shared: Arc::default(),
            let_through: Arc::default(),
        };
        interrupts
            .register()
            .map_err(Error::io("wait for signals"))?;
        Ok(interrupts)
    }

    fn register(&self) -> io::Result<()> {
        let signals = [SIGINT, SIGTERM, SIGHUP];
        for signal in signals {
            flag::register_conditional_default(signal, Arc::clone(&self.let_through))?;
        }
        let mut incoming = Signals::new(signals)?;
        let shared = Arc::clone(&self.shared);
        thread::spawn(move || {
            for _ in incoming.forever() {
                shared.count.fetch_add(1, Ordering::SeqCst);
                if let Some(listener) = &*lock(&shared.listener) {
                    let _ = listener.send(Event::Interrupted);
                }
            }
        });
        Ok(())
    }

    /// Whether one came.
    pub fn came(&self) -> bool {
        self.shared.count.load(Ordering::SeqCst) > 0
    }

    /// Tells this one of each from now on, and at once where one came already.
    pub(super) fn tell(&self, listener: Option<Sender<Event>>) {
        let mut place = lock(&self.shared.listener);
        if let Some(listener) = listener.as_ref().filter(|_| self.came()) {
            let _ = listener.send(Event::Interrupted);
        }
        *place = listener;
    }
}

impl Drop for Interrupts {
    fn drop(&mut self) {
        self.let_through.store(true, Ordering::SeqCst);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
