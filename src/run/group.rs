//! A command and all that it starts: one process group, which ends with it.

use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::output::{Captured, SoFar};
use super::{Ended, Interrupts};

/// How long a command that was told to end may take for it.
const GRACE: Duration = Duration::from_secs(5);

/// How long what a command left behind may keep its output open.
const LINGER: Duration = Duration::from_millis(500);

/// What happens while a command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// It has ended.
    Exited,
    /// Nobody can write to its output any more.
    Closed,
    /// The person wants it to end.
    Interrupted,
}

/// A running command.
pub(super) struct Group {
    child: Child,
    id: Option<Pid>,
    events: Receiver<Event>,
    so_far: SoFar,
    exited: bool,
    closed: bool,
}

impl Group {
    /// Starts a command in a group of its own, with nothing to read; what it prints goes to the
    /// sink as it comes.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(super) fn start(
        mut command: Command,
        mut sink: Box<dyn std::io::Write + Send>,
        interrupts: &Interrupts,
    ) -> std::io::Result<Self> {
        let (reader, writer) = std::io::pipe()?;
        command
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .process_group(0);
        let child = command.spawn()?;
        // It holds the writing end of the pipe: as long as that is open, the output has no end.
        drop(command);
        let (sender, events) = channel();
        interrupts.tell(Some(sender.clone()));
        let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        watch(id, sender.clone());
        let so_far = SoFar::default();
        let reading = so_far.clone();
        thread::spawn(move || {
            reading.read(reader, &mut *sink);
            let _ = sender.send(Event::Closed);
        });
        Ok(Self {
            child,
            id,
            events,
            so_far,
            exited: false,
            closed: false,
        })
    }

    /// Waits for the end of the command, and ends what is left of its group. At the time-out, or
    /// where the person wants it, the group is told to end, and made to after a while.
    pub(super) fn wait(mut self, timeout: Duration, interrupts: &Interrupts) -> (Ended, Captured) {
        let early = self.early_end(timeout);
        if early.is_some() {
            self.signal(Signal::TERM);
            self.wait_for_exit(Instant::now() + GRACE);
        }
        if !self.exited {
            self.signal(Signal::KILL);
            self.wait_for_exit(Instant::now() + GRACE);
        }
        // The command is not reaped yet, so that the number of its group is still its own.
        self.wait_for_close(Instant::now() + LINGER);
        self.signal(Signal::KILL);
        self.wait_for_close(Instant::now() + LINGER);
        interrupts.tell(None);
        let ended = early.unwrap_or_else(|| match self.child.wait() {
            Ok(status) => of_status(status),
            Err(error) => Ended::NotStarted(error.to_string()),
        });
        // What could not even be killed is left alone rather than waited for.
        let _ = self.child.try_wait();
        (ended, self.so_far.captured())
    }

    /// Waits for the end; some where it did not come by itself.
    fn early_end(&mut self, timeout: Duration) -> Option<Ended> {
        let deadline = Instant::now().checked_add(timeout);
        let far = || Instant::now() + Duration::from_secs(60 * 60);
        while !self.exited {
            match self.next(deadline.unwrap_or_else(far)) {
                Some(Event::Interrupted) => return Some(Ended::Interrupted),
                None if deadline.is_some() => return Some(Ended::TimedOut),
                _ => {}
            }
        }
        None
    }

    /// Waits a while for the end; a further signal of the person cuts it short.
    fn wait_for_exit(&mut self, deadline: Instant) {
        while !self.exited {
            match self.next(deadline) {
                None | Some(Event::Interrupted) => return,
                Some(_) => {}
            }
        }
    }

    fn wait_for_close(&mut self, deadline: Instant) {
        while !self.closed && self.next(deadline).is_some() {}
    }

    fn next(&mut self, deadline: Instant) -> Option<Event> {
        let left = deadline.saturating_duration_since(Instant::now());
        match self.events.recv_timeout(left) {
            Ok(event) => {
                self.exited |= event == Event::Exited;
                self.closed |= event == Event::Closed;
                Some(event)
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }

    fn signal(&self, signal: Signal) {
        if let Some(id) = self.id {
            // There may be nobody left.
            let _ = kill_process_group(id, signal);
        }
    }
}

/// Tells when a process has ended, and leaves it to be reaped.
fn watch(id: Option<Pid>, sender: Sender<Event>) {
    thread::spawn(move || {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while let Some(id) = id {
            match waitid(WaitId::Pid(id), options) {
                Err(rustix::io::Errno::INTR) => {}
                _ => break,
            }
        }
        let _ = sender.send(Event::Exited);
    });
}

fn of_status(status: ExitStatus) -> Ended {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => Ended::Exited(code),
        (None, Some(signal)) => Ended::Signalled(signal),
        (None, None) => Ended::NotStarted("it ended in a way that nobody knows".to_owned()),
    }
}
