//! Standard output: text, through Git's pager where Git would page, or one JSON document.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::{Child, Command, Stdio};

use serde::Serialize;

use super::context::{Context, variable};
use super::error::{Error, Result};
use crate::git::Repo;
use crate::render::escape;
use crate::render::table::Table;
use crate::render::view::ErrorView;

#[derive(Serialize)]
struct Envelope<'a, T: Serialize> {
    schema: String,
    data: &'a T,
    total: usize,
    truncated: bool,
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct ErrorEnvelope {
    schema: &'static str,
    error: ErrorView,
    exit_code: u8,
}

impl Context {
    /// Prints one thing: as JSON, or as the text that is made of it.
    ///
    /// # Errors
    /// Where standard output cannot be written to, but for a closed pipe.
    pub fn print<T: Serialize>(
        &self,
        kind: &str,
        data: &T,
        text: impl FnOnce() -> String,
    ) -> Result<()> {
        self.print_counted(kind, data, 1, false, text)
    }

    /// Prints a list.
    ///
    /// # Errors
    /// As [`Context::print`].
    pub fn print_list<T: Serialize>(
        &self,
        kind: &str,
        data: &[T],
        text: impl FnOnce() -> String,
    ) -> Result<()> {
        self.print_counted(kind, &data, data.len(), false, text)
    }

    /// Prints the first part of a list of `total`.
    ///
    /// # Errors
    /// As [`Context::print`].
    pub fn print_part<T: Serialize>(
        &self,
        kind: &str,
        data: &[T],
        total: usize,
        text: impl FnOnce() -> String,
    ) -> Result<()> {
        self.print_counted(kind, &data, total, data.len() < total, text)
    }

    fn print_counted<T: Serialize>(
        &self,
        kind: &str,
        data: &T,
        total: usize,
        truncated: bool,
        text: impl FnOnce() -> String,
    ) -> Result<()> {
        if !self.globals.json {
            return write(&text());
        }
        let warnings = self
            .warnings
            .borrow()
            .iter()
            .map(|text| escape::line(text).into_owned())
            .collect();
        let schema = format!("git-plan/{kind}@1");
        let envelope = Envelope {
            schema,
            data,
            total,
            truncated,
            warnings,
        };
        let json = serde_json::to_string(&envelope)
            .map_err(|error| Error::environment(format!("could not make JSON: {error}")))?;
        write(&(escape::json(&json) + "\n"))
    }

    /// Prints a long text, through the pager where Git would page.
    ///
    /// # Errors
    /// As [`Context::print`].
    pub fn page(&self, repo: &Repo, text: &str) -> Result<()> {
        if !io::stdout().is_terminal() || self.globals.json {
            return write(text);
        }
        match pager(repo) {
            Some(command) => through(&command, text.as_bytes()).or_else(|_| write(text)),
            None => write(text),
        }
    }

    /// Prints a table: in parts where nobody needs it whole, else as [`Context::page`].
    ///
    /// # Errors
    /// As [`Context::print`].
    pub fn page_table(&self, repo: &Repo, table: &Table) -> Result<()> {
        let canvas = self.canvas(Some(repo));
        if canvas.width.is_some() {
            return self.page(repo, &table.render(canvas));
        }
        let mut result = Ok(true);
        table.in_chunks(canvas.paint, |chunk| {
            result = write_some(chunk.as_bytes());
            matches!(result, Ok(true))
        });
        result.map(|_| ())
    }

    /// Prints the warnings to standard error.
    pub fn flush_warnings(&self) {
        for text in self.warnings.borrow().iter() {
            complain(&format!("warning: {}\n", escape::line(text)));
        }
    }

    /// Prints an error: the usual text on standard error and, with `--json`, JSON on standard
    /// output.
    pub fn print_error(&self, error: &Error) {
        print_error(error, self.globals.json);
    }
}

/// Bytes after which a long text is handed on; the first page earlier.
const CHUNK: usize = 64 * 1024;
const FIRST: usize = 2 * 1024;

/// A long text of any bytes, handed on in parts as it comes: to a pipe, or to the pager where Git would
/// page.
pub struct Stream {
    pager: Option<String>,
    running: Option<Child>,
    /// As many bytes are waited for.
    enough: usize,
    /// Whether the reader is still there.
    open: bool,
}

impl Stream {
    /// Nothing yet.
    pub fn new(cx: &Context, repo: &Repo) -> Self {
        let is_paged = io::stdout().is_terminal() && !cx.globals.json;
        Self {
            pager: if is_paged { pager(repo) } else { None },
            running: None,
            enough: FIRST,
            open: true,
        }
    }

    /// Hands on what there is, where that is enough. Tells whether the reader is still there.
    ///
    /// # Errors
    /// As [`Context::print`].
    pub fn take(&mut self, text: &mut Vec<u8>) -> Result<bool> {
        if text.len() >= self.enough {
            self.hand_on(text)?;
            text.clear();
            self.enough = CHUNK;
        }
        Ok(self.open)
    }

    fn hand_on(&mut self, text: &[u8]) -> Result<()> {
        if !self.open {
            return Ok(());
        }
        if let Some(command) = self.pager.take() {
            self.running = start(&command).ok();
        }
        self.open = match self.running.as_mut().and_then(|child| child.stdin.as_mut()) {
            Some(input) => input.write_all(text).is_ok(),
            None => write_some(text)?,
        };
        Ok(())
    }

    /// Hands on the rest.
    ///
    /// # Errors
    /// As [`Context::print`].
    pub fn finish(mut self, text: &[u8]) -> Result<()> {
        self.hand_on(text)?;
        if let Some(mut pager) = self.running.take() {
            drop(pager.stdin.take());
            let _ = pager.wait();
        }
        Ok(())
    }
}

/// Prints an error before there is a context.
pub fn print_error(error: &Error, json: bool) {
    if json && !error.answered {
        let envelope = ErrorEnvelope {
            schema: "git-plan/error@1",
            error: ErrorView {
                kind: error.kind.as_str().to_owned(),
                message: error.message.clone(),
                hints: error.hints.clone(),
            },
            exit_code: error.kind.exit_code(),
        };
        if let Ok(json) = serde_json::to_string(&envelope) {
            let _ = write(&(escape::json(&json) + "\n"));
        }
    }
    let mut text = format!("error: {}\n", escape::block(&error.message));
    for hint in &error.hints {
        text.push_str(&format!("hint: {}\n", escape::line(hint)));
    }
    complain(&text);
}

/// Writes to standard output. A reader that went away is no error: what was to be stored is.
///
/// # Errors
/// Any other failure to write.
pub fn write(text: &str) -> Result<()> {
    write_some(text.as_bytes()).map(|_| ())
}

/// As [`write()`]; tells whether the reader is still there.
fn write_some(text: &[u8]) -> Result<bool> {
    let mut out = io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => {
            let message = format!("could not write to standard output: {error}");
            Err(Error::environment(message))
        }
    }
}

/// Writes to standard error; there is nowhere left to complain about a failure.
pub fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

fn pager(repo: &Repo) -> Option<String> {
    if repo.config_bool("pager.plan").ok().flatten() == Some(false) {
        return None;
    }
    let output = repo
        .program(["var", "GIT_PAGER"])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let command = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (!command.is_empty() && command != "cat").then_some(command)
}

fn through(pager: &str, text: &[u8]) -> io::Result<()> {
    let mut child = start(pager)?;
    if let Some(mut input) = child.stdin.take() {
        let _ = input.write_all(text);
    }
    child.wait().map(|_| ())
}

fn start(pager: &str) -> io::Result<Child> {
    let mut command = Command::new("sh");
    command.arg("-c").arg(pager).stdin(Stdio::piped());
    for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if variable(name).is_none() {
            command.env(name, value);
        }
    }
    command.spawn()
}
