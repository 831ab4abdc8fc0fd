//! Files under the common Git directory that make the next command faster.
//!
//! Safe to delete at any time. Each file starts with what its writer calls its form, and a checksum;
//! where either does not fit, the file counts as absent. Written by rename; where that fails (a
//! read-only repository, a full disk), nothing is kept and nothing is said.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Repo;

const CHECKSUM: usize = 4;

impl Repo {
    /// The folder of these files.
    pub fn kept_folder(&self) -> PathBuf {
        self.common_dir().join("git-plan").join("cache")
    }

    /// What is kept under a name in this form, if it is whole.
    pub fn kept<T: DeserializeOwned>(&self, form: &str, name: &str) -> Option<T> {
        let bytes = fs::read(self.kept_folder().join(name)).ok()?;
        let rest = bytes.strip_prefix(form.as_bytes())?;
        let (checksum, body) = rest.split_at_checked(CHECKSUM)?;
        if crc32fast::hash(body).to_le_bytes() != checksum {
            return None;
        }
        postcard::from_bytes(body).ok()
    }

    /// Keeps a value under a name; none where that is not possible.
    pub fn keep<T: Serialize>(&self, form: &str, name: &str, value: &T) -> Option<()> {
        let body = postcard::to_stdvec(value).ok()?;
        let folder = self.kept_folder();
        let mut file = match tempfile::NamedTempFile::new_in(&folder) {
            Ok(file) => file,
            Err(_) => {
                fs::create_dir_all(&folder).ok()?;
                tempfile::NamedTempFile::new_in(&folder).ok()?
            }
        };
        file.write_all(form.as_bytes()).ok()?;
        file.write_all(&crc32fast::hash(&body).to_le_bytes()).ok()?;
        file.write_all(&body).ok()?;
        file.persist(folder.join(name)).ok()?;
        Some(())
    }
}
