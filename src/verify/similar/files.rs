//! The files of a tree, as a search for similar code reads them.

use globset::Candidate;

use super::{Answer, Error, Query, Reader, Search};
use crate::git::{self, EntryKind, FileRead, FileReader, Repo, TreeFile};
use crate::model::spec::{At, Problem, Term};
use crate::verify::{Tree, glob, text};

/// Files of more bytes hold nothing that is written to be read.
const LARGEST: u64 = 1 << 20;

/// The files to look through.
pub struct Files<'a> {
    repo: &'a Repo,
    tree: &'a Tree,
    files: Vec<&'a TreeFile>,
    paths: Vec<String>,
}

impl<'a> Files<'a> {
    /// Those of a tree that one of these globs covers; all of them where there is none.
    ///
    /// # Errors
    /// What is wrong with a glob.
    pub fn new(repo: &'a Repo, tree: &'a Tree, globs: &[String]) -> Result<Self, Vec<Problem>> {
        let term = |glob: &String| Term {
            text: glob.clone(),
            at: At::default(),
        };
        let terms: Vec<Term> = globs.iter().map(term).collect();
        let wanted = glob::Paths::new(&terms)?;
        let is_wanted = |file: &&TreeFile| {
            let is_file = matches!(file.kind, EntryKind::Blob | EntryKind::Executable);
            is_file && (globs.is_empty() || wanted.holds(&Candidate::from_bytes(&file.path)))
        };
        let files: Vec<&TreeFile> = tree.files().iter().filter(is_wanted).collect();
        let paths = files.iter().map(|file| file.path.to_string()).collect();
        Ok(Self {
            repo,
            tree,
            files,
            paths,
        })
    }

    /// Looks through them.
    ///
    /// # Errors
    /// Those of reading the repository; then those of the search.
    pub fn search(&self, query: Query) -> git::Result<Result<Answer, Error>> {
        // What is wrong with the repository is told once, not for each file.
        self.repo.file_readers(1, self.tree.is_of_work_tree())?;
        let open = || self.open();
        let search = Search {
            paths: &self.paths,
            open: &open,
            query,
        };
        Ok(search.run())
    }

    fn open(&self) -> Reader<'_> {
        let readers = self.repo.file_readers(1, self.tree.is_of_work_tree());
        let mut reader = readers.ok().and_then(|mut readers| readers.pop());
        let files = &self.files;
        Box::new(move |at| {
            let file = files.get(at)?;
            read(reader.as_mut()?, file)
        })
    }
}

fn read(reader: &mut FileReader, file: &TreeFile) -> Option<String> {
    match reader.read(file, LARGEST).ok()? {
        FileRead::Whole(bytes) if !text::is_binary(bytes) => Some(text::decode(bytes).into_owned()),
        _ => None,
    }
}
