//! Files under the common Git directory that make the next command faster.
//!
//! Safe to delete at any time. Each file starts with the version of the program and a checksum;
//! where either does not fit, the file counts as absent. What is in it is bound to object ids,
//! so that it can be unneeded but not wrong. Written by rename; where that fails (a read-only
//! repository, a full disk), nothing is cached and nothing is said.

use std::fs;
use std::path::PathBuf;

use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::place::Relation;
use crate::git::{Oid, Repo};
use crate::model::Slug;

/// Changes whenever what is stored changes its form.
const MAGIC: &str = concat!("git-plan cache 8 ", env!("CARGO_PKG_VERSION"), "\n");

/// The bytes of an object id, of either hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct OidKey {
    bytes: [u8; 32],
    length: u8,
}

impl OidKey {
    fn as_slice(&self) -> &[u8] {
        self.bytes
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }

    /// Whether these are the bytes of `oid`.
    pub(super) fn is(&self, oid: Oid) -> bool {
        self.as_slice() == oid.as_bytes()
    }

    fn from_slice(slice: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        bytes.get_mut(..slice.len())?.copy_from_slice(slice);
        Some(Self {
            bytes,
            length: u8::try_from(slice.len()).ok()?,
        })
    }
}

impl From<Oid> for OidKey {
    fn from(oid: Oid) -> Self {
        Self::from_slice(oid.as_bytes()).unwrap_or_default()
    }
}

impl Serialize for OidKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.as_slice())
    }
}

impl<'de> Deserialize<'de> for OidKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(OidKeyVisitor)
    }
}

struct OidKeyVisitor;

impl de::Visitor<'_> for OidKeyVisitor {
    type Value = OidKey;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("up to 32 bytes")
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<OidKey, E> {
        OidKey::from_slice(bytes).ok_or_else(|| E::invalid_length(bytes.len(), &self))
    }
}

/// The folder of the cache.
pub(super) fn folder(repo: &Repo) -> PathBuf {
    repo.kept_folder()
}

fn read<T: DeserializeOwned>(repo: &Repo, name: &str) -> Option<T> {
    repo.kept(MAGIC, name)
}

fn write<T: Serialize>(repo: &Repo, name: &str, value: &T) -> Option<()> {
    repo.keep(MAGIC, name, value)
}

const ROWS: &str = "rows";
const ORIGINS: &str = "origins";

fn name(plan: &Slug, what: &str) -> String {
    format!("{plan}.{what}")
}

/// The rows of a plan's index, as they were stored last.
pub(super) fn load_rows<T: DeserializeOwned>(repo: &Repo, plan: &Slug) -> Option<T> {
    read(repo, &name(plan, ROWS))
}

/// Where they came from.
pub(super) fn load_origins<T: DeserializeOwned>(repo: &Repo, plan: &Slug) -> Option<T> {
    read(repo, &name(plan, ORIGINS))
}

/// Stores the index of a plan, if that is possible.
pub(super) fn store_index<R: Serialize, O: Serialize>(
    repo: &Repo,
    plan: &Slug,
    rows: &R,
    origins: &O,
) {
    let _ = write(repo, &name(plan, ROWS), rows);
    let _ = write(repo, &name(plan, ORIGINS), origins);
}

const PRIVATE: &str = "private";

/// The private checkpoints of a plan, as they were stored last.
pub(super) fn load_private<T: DeserializeOwned>(repo: &Repo, plan: &Slug) -> Option<T> {
    read(repo, &name(plan, PRIVATE))
}

/// Stores the private checkpoints of a plan, if that is possible.
pub(super) fn store_private<T: Serialize>(repo: &Repo, plan: &Slug, checkpoints: &T) {
    let _ = write(repo, &name(plan, PRIVATE), checkpoints);
}

/// Drops what is kept of private checkpoints: the words of one that is gone are gone from here too.
pub(super) fn forget_private(repo: &Repo, plan: &Slug) {
    forget(repo, plan, &[PRIVATE]);
}

/// Drops the index of a plan, for what was taken off the plan ref as if it had never been on it.
pub(super) fn forget_index(repo: &Repo, plan: &Slug) {
    forget(repo, plan, &[ROWS, ORIGINS]);
}

fn forget(repo: &Repo, plan: &Slug, files: &[&str]) {
    for what in files {
        let _ = fs::remove_file(folder(repo).join(name(plan, what)));
    }
}

const SUMMARIES: &str = "plans";

/// What lists show of each plan, as it was stored last.
pub(super) fn load_summaries<T: DeserializeOwned>(repo: &Repo) -> Option<T> {
    read(repo, SUMMARIES)
}

/// Stores what lists show of each plan, if that is possible, and drops what is kept of plans that
/// are not among them, and what a kill left behind.
pub(super) fn store_summaries<T: Serialize>(repo: &Repo, summaries: &T, plans: &[Slug]) {
    let _ = write(repo, SUMMARIES, summaries);
    let keep: std::collections::BTreeSet<&str> = plans.iter().map(Slug::as_str).collect();
    for entry in fs::read_dir(folder(repo)).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_old = name.rsplit_once('.').is_some_and(|(plan, what)| {
            matches!(what, ROWS | ORIGINS | PRIVATE) && !keep.contains(plan)
        });
        if is_old || is_abandoned(&entry, &name) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A temporary file that nobody writes any more.
fn is_abandoned(entry: &fs::DirEntry, name: &str) -> bool {
    let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
    name.starts_with(".tmp") && age().is_some_and(|age| age.as_secs() > 60)
}

const RELATION: &str = "relation";

/// How the local ref and the remote's copy stand to each other, where that is known.
pub(super) fn relation(repo: &Repo, local: Oid, tracking: Oid) -> Option<Relation> {
    let (a, b, relation): (OidKey, OidKey, Relation) = read(repo, RELATION)?;
    (a.is(local) && b.is(tracking)).then_some(relation)
}

/// Stores how the two stand to each other.
pub(super) fn remember_relation(repo: &Repo, local: Oid, tracking: Oid, relation: Relation) {
    let _ = write(
        repo,
        RELATION,
        &(OidKey::from(local), OidKey::from(tracking), relation),
    );
}
