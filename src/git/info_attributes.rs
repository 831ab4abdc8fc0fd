//! `info/attributes` in the Git folder: attributes of this clone alone, for all its worktrees.
//!
//! A line of ours comes first, so that every line of the person's own counts more; and so that taking
//! it away leaves each byte of the rest as it was.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::program::{run, usable_message};
use super::{Error, Repo, Result, resolved};

impl Repo {
    /// The file.
    pub fn info_attributes(&self) -> PathBuf {
        self.common_dir().join("info").join("attributes")
    }

    /// What Git takes an attribute of a path for: `unspecified`, `set`, `unset`, or its value.
    ///
    /// # Errors
    /// [`Error::Git`], [`Error::GitMissing`].
    pub fn attribute(&self, name: &str, path: &str) -> Result<String> {
        let output = run(&mut self.program(["check-attr", "-z", name, "--", path]))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        match text.split('\0').nth(2) {
            Some(value) if output.status.success() => Ok(value.to_owned()),
            _ => Err(Error::Git {
                command: "check-attr".to_owned(),
                message: usable_message(&output.stderr),
            }),
        }
    }

    /// Whether the file has this line.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn has_attributes_line(&self, line: &str) -> Result<bool> {
        let bytes = self.attributes()?;
        Ok(bytes
            .split_inclusive(is_end)
            .any(|known| is_line(known, line)))
    }

    /// Puts a line at the head of the file, which is made where there is none.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn add_attributes_line(&self, line: &str) -> Result<()> {
        let bytes = self.attributes()?;
        self.write_attributes(&[line.as_bytes(), b"\n", &bytes].concat())
    }

    /// Takes a line away, and the file with it where nothing else was in it.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove_attributes_line(&self, line: &str) -> Result<()> {
        let bytes = self.attributes()?;
        let lines = bytes.split_inclusive(is_end);
        let rest: Vec<&[u8]> = lines.filter(|known| !is_line(known, line)).collect();
        // A link is the person's own, and so is the file that it leads to.
        let is_ours = rest.is_empty() && !self.info_attributes().is_symlink();
        match is_ours {
            true => fs::remove_file(self.info_attributes()).map_err(self.failed("remove")),
            false => self.write_attributes(&rest.concat()),
        }
    }

    fn attributes(&self) -> Result<Vec<u8>> {
        match fs::read(self.info_attributes()) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            read => read.map_err(self.failed("read")),
        }
    }

    /// Writes it beside its place, also where that is a link to another one, and moves it there.
    fn write_attributes(&self, bytes: &[u8]) -> Result<()> {
        let file = resolved(&self.info_attributes());
        let folder = file.parent().unwrap_or(self.common_dir());
        fs::create_dir_all(folder).map_err(self.failed("write"))?;
        let mut new = tempfile::NamedTempFile::new_in(folder).map_err(self.failed("write"))?;
        new.write_all(bytes).map_err(self.failed("write"))?;
        if let Some(mode) = self.attributes_mode(&file) {
            let file = new.as_file();
            file.set_permissions(mode).map_err(self.failed("write"))?;
        }
        let moved = new.persist(&file).map_err(|error| error.error);
        moved.map(drop).map_err(self.failed("write"))
    }

    /// The mode that the file has, or that others of the Git folder have: a shared one stays shared.
    fn attributes_mode(&self, file: &Path) -> Option<fs::Permissions> {
        let config = self.common_dir().join("config");
        let known = fs::metadata(file).or_else(|_| fs::metadata(config));
        Some(known.ok()?.permissions())
    }

    fn failed(&self, action: &'static str) -> impl FnOnce(std::io::Error) -> Error + use<> {
        let path = self.info_attributes();
        move |source| Error::Io {
            action,
            path,
            source,
        }
    }
}

fn is_end(byte: &u8) -> bool {
    *byte == b'\n'
}

/// Whether these bytes, with or without their end, are that line.
fn is_line(bytes: &[u8], line: &str) -> bool {
    bytes.strip_suffix(b"\n").unwrap_or(bytes) == line.as_bytes()
}
