//! A gate's command, checked and ready to run.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::group::Group;
use super::output::SoFar;
use super::{Ended, Error, Interrupts, Ran, Result, environment, path};
use crate::gate::{definition, scripts};
use crate::model::Gate;

/// What runs the text of a `shell`.
const SHELL: &str = "/bin/sh";

/// A command that can be run, as far as that can be told.
pub struct Prepared {
    /// The gate, as `phase/gate`.
    gate: String,
    /// The program; none where nobody has one of that name.
    program: Option<PathBuf>,
    name: String,
    arguments: Vec<String>,
    folder: PathBuf,
    path: OsString,
    timeout: Duration,
}

impl Prepared {
    /// Makes the command of a gate ready to run in `folder`, which holds the code. No program is
    /// found below it, nor below any of `tops`, unless the command names its path.
    ///
    /// # Errors
    /// Where it has to be refused before it runs.
    pub fn of(gate: &Gate, address: &str, folder: &Path, tops: &[&Path]) -> Result<Self> {
        environment::require(gate.env.as_deref().unwrap_or_default())?;
        let mut tops = tops.to_vec();
        tops.push(folder);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = path::outside(&path, &tops);
        let (name, arguments) = words(gate)?;
        let program = if !name.contains('/') {
            path::find(&name, &folders)
        } else if name.starts_with('/') {
            Some(absolute(&name, &tops)?)
        } else {
            let inside = scripts::program(gate).ok_or_else(|| Error::Outside(name.clone()))?;
            Some(folder.join(inside))
        };
        Ok(Self {
            gate: address.to_owned(),
            program,
            name,
            arguments,
            folder: working_folder(folder, gate.cwd.as_deref().unwrap_or_default())?,
            path: path::joined(&folders),
            timeout: Duration::from_secs(gate.timeout.unwrap_or(definition::TIMEOUT).0),
        })
    }

    /// Runs it to its end. What it prints goes to the sink.
    pub fn run(&self, sink: Box<dyn Write + Send>, interrupts: &Interrupts) -> Ran {
        let begin = Instant::now();
        let (ended, output) = match self.start(sink, interrupts) {
            Ok(group) => group.wait(self.timeout, interrupts),
            Err(why) => (Ended::NotStarted(why), SoFar::default().captured()),
        };
        Ran {
            ended,
            duration: begin.elapsed(),
            output,
        }
    }

    fn start(&self, sink: Box<dyn Write + Send>, interrupts: &Interrupts) -> Result<Group, String> {
        let program = self.program.as_ref().ok_or_else(|| {
            let name = &self.name;
            format!("no folder of PATH outside of the working tree has a program '{name}'")
        })?;
        let mut command = Command::new(program);
        command
            .arg0(&self.name)
            .args(&self.arguments)
            .current_dir(&self.folder);
        environment::set(&mut command, &self.gate, self.path.clone());
        Group::start(command, sink, interrupts).map_err(|error| error.to_string())
    }
}

/// A program by its whole path, which is none that the code could bring: what lies in the working
/// tree is trusted by its content, and that is looked at by its path from the top.
fn absolute(name: &str, tops: &[&Path]) -> Result<PathBuf> {
    let program = PathBuf::from(name);
    let place = path::plain(&program);
    match tops.iter().any(|top| place.starts_with(path::plain(top))) {
        true => Err(Error::Absolute(name.to_owned())),
        false => Ok(program),
    }
}

fn words(gate: &Gate) -> Result<(String, Vec<String>)> {
    match (&gate.run, &gate.shell) {
        (Some(words), None) => match words.split_first() {
            Some((name, rest)) if !name.is_empty() => Ok((name.clone(), rest.to_vec())),
            _ => Err(Error::NoCommand),
        },
        (None, Some(text)) => Ok((SHELL.to_owned(), vec!["-c".to_owned(), text.clone()])),
        _ => Err(Error::NoCommand),
    }
}

/// The folder to run in: below the top, whatever links are on the way, and not Git's own.
fn working_folder(top: &Path, cwd: &str) -> Result<PathBuf> {
    let refused = || Error::Folder(cwd.to_owned());
    let top = top.canonicalize().map_err(|_| refused())?;
    let folder = top.join(cwd).canonicalize().map_err(|_| refused())?;
    let inside = folder.strip_prefix(&top).map_err(|_| refused())?;
    match folder.is_dir() && !inside.starts_with(".git") {
        true => Ok(folder),
        false => Err(refused()),
    }
}
