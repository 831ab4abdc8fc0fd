//! What became of the commit's files: Git compares them with the disk, apart from the repository,
//! while this process looks for what is new.

use std::fs::File;
use std::path::Path;
use std::process::Child;

use gix::index::entry::Mode;
use gix::index::write::{Extensions, Options};

use super::super::apart::ApartForFiles;
use super::super::program::{start, usable_message};
use super::super::work_tree::parse_raw;
use super::super::{Error, Repo, Result};
use super::fresh::Fresh;
use super::inputs::Inputs;
use super::{Difference, Found};

const COMPARE: [&str; 8] = [
    "diff",
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-renames",
    "--no-relative",
    "--no-ext-diff",
    "--no-textconv",
];

/// A comparison that is under way in another process.
pub(super) struct Tracked {
    child: Option<Child>,
    /// Where it works; gone with this.
    _apart: ApartForFiles,
}

impl Repo {
    pub(super) fn begin_tracked(
        &self,
        fresh: &Fresh,
        root: &Path,
        inputs: &Inputs,
    ) -> Result<Tracked> {
        let apart = self.apart_for_files()?;
        write_index(fresh, inputs, &apart.apart.path("index"))?;
        let child = start(apart.command(root).args(COMPARE))?;
        Ok(Tracked {
            child: Some(child),
            _apart: apart,
        })
    }
}

/// Submodules are not Git's affair here.
fn write_index(fresh: &Fresh, inputs: &Inputs, path: &Path) -> Result<()> {
    let mut files = fresh.index.clone();
    files.remove_entries(|_, path, entry| entry.mode == Mode::COMMIT || !inputs.have(path));
    let options = Options {
        extensions: Extensions::None,
        skip_hash: false,
    };
    let file = File::create(path).map_err(Error::io("create", path))?;
    let mut out = std::io::BufWriter::new(file);
    let written = gix::index::File::from_state(files, path).write_to(&mut out, options);
    written.map_err(super::fresh::failed)?;
    let file = out
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error);
    let dated = file.and_then(|file| file.set_modified(fresh.written));
    dated.map_err(Error::io("write", path))
}

impl Tracked {
    pub(super) fn finish(mut self, found: &mut Found) -> Result<()> {
        let Some(child) = self.child.take() else {
            return Ok(());
        };
        let output = child.wait_with_output();
        let output = output.map_err(|source| Error::GitMissing { source })?;
        if !output.status.success() {
            return Err(Error::Git {
                command: "diff".to_owned(),
                message: usable_message(&output.stderr),
            });
        }
        for line in parse_raw(&output.stdout) {
            let line = line?;
            let how = match line.after {
                Some(_) => Difference::Modified,
                None => Difference::Missing,
            };
            found.insert(line.path.to_owned(), how);
        }
        Ok(())
    }
}

/// Ends the process, if nobody waits for it any more.
impl Drop for Tracked {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
