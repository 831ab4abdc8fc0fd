//! What was found before in files that are still the same.
//!
//! One file for each set of specifications, with a row for each path and blob. What is in it is
//! bound to all that has a say in it: it can be unneeded, but not wrong.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::compiled::Compiled;
use super::inspect::{Found, State};
use crate::git::{Repo, TreeFile};

/// Changes whenever what is kept changes its form, or the same would be found otherwise.
const FORM: &str = concat!("git-plan verify 2 ", env!("CARGO_PKG_VERSION"), "\n");

/// So many sets of specifications are kept.
const SETS: usize = 16;
/// So many rows, and so many places, are kept of one.
const ROWS: usize = 200_000;
const PLACES: usize = 20_000;

/// What the names of these files begin with.
const NAME: &str = "verify-";

/// A path and a blob.
type Key = [u8; 16];

/// What is known.
#[derive(Debug, Default)]
pub struct Known {
    name: String,
    texts: HashSet<Key>,
    others: HashMap<Key, Found>,
}

/// The same as it is kept: most files are texts with nothing in them.
#[derive(Serialize, Deserialize)]
struct Rows {
    texts: Vec<Key>,
    others: Vec<(Key, Found)>,
}

impl Known {
    /// What is kept for these specifications.
    pub fn load(repo: &Repo, specs: &[Compiled]) -> Self {
        let mut hash = Sha256::new();
        specs.iter().for_each(|spec| hash.update(spec.digest()));
        let name = format!("{NAME}{:x}", hash.finalize());
        let rows: Option<Rows> = repo.kept(FORM, &name);
        let (texts, others) = rows.map_or_else(Default::default, |rows| (rows.texts, rows.others));
        Self {
            name,
            texts: texts.into_iter().collect(),
            others: others.into_iter().collect(),
        }
    }

    /// What is in a file, if that is known.
    pub fn get(&self, file: &TreeFile) -> Option<Found> {
        if self.texts.is_empty() && self.others.is_empty() {
            return None;
        }
        let key = key(file)?;
        if self.texts.contains(&key) {
            return Some(Found::plainly(State::Text));
        }
        self.others.get(&key).cloned()
    }

    /// Keeps what was found, if that is possible and something of it is new.
    pub fn store(self, repo: &Repo, files: &[TreeFile], found: &[Found]) {
        let Self {
            name,
            mut texts,
            mut others,
        } = self;
        let before = texts.len() + others.len();
        let mut places: usize = others.values().map(|found| found.hits.len()).sum();
        for (file, found) in files.iter().zip(found) {
            let Some(key) = key(file).filter(|_| found.is_certain()) else {
                continue;
            };
            if *found == Found::plainly(State::Text) {
                texts.insert(key);
            } else if !others.contains_key(&key) && places + found.hits.len() <= PLACES {
                places += found.hits.len();
                others.insert(key, found.clone());
            }
        }
        let after = texts.len() + others.len();
        if after == before {
            return;
        }
        if after > ROWS {
            // Much of it is of files that are gone: from here on, what there is now.
            let now: HashSet<Key> = files.iter().filter_map(key).collect();
            texts.retain(|key| now.contains(key));
            others.retain(|key, _| now.contains(key));
        }
        let rows = Rows {
            texts: texts.into_iter().collect(),
            others: others.into_iter().collect(),
        };
        let _ = repo.keep(FORM, &name, &rows);
        forget_old(repo);
    }
}

/// Of a file whose content has a name.
fn key(file: &TreeFile) -> Option<Key> {
    let oid = file.source.oid()?;
    let mut hash = Sha256::new();
    hash.update(oid.as_bytes());
    hash.update(&file.path);
    let hash: [u8; 32] = hash.finalize().into();
    hash.first_chunk().copied()
}

/// Drops the sets that were written longest ago.
fn forget_old(repo: &Repo) {
    let entries = fs::read_dir(repo.kept_folder())
        .into_iter()
        .flatten()
        .flatten();
    let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(NAME));
    let mut ours: Vec<_> = ours
        .map(|entry| {
            let time = entry.metadata().and_then(|metadata| metadata.modified());
            (time.unwrap_or(SystemTime::UNIX_EPOCH), entry.path())
        })
        .collect();
    ours.sort();
    ours.reverse();
    for (_, path) in ours.into_iter().skip(SETS) {
        let _ = fs::remove_file(path);
    }
}
