//! Where a program is looked for: nowhere that the code itself could put one.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// The folders of a `PATH` that are absolute, and do not lie below any of these.
pub(super) fn outside(path: &OsStr, tops: &[&Path]) -> Vec<PathBuf> {
    let tops: Vec<PathBuf> = tops.iter().map(|top| plain(top)).collect();
    let is_outside = |folder: &PathBuf| {
        let place = plain(folder);
        folder.is_absolute() && !tops.iter().any(|top| place.starts_with(top))
    };
    std::env::split_paths(path).filter(is_outside).collect()
}

/// The path with all links on the way resolved, where it is there.
pub(super) fn plain(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The program of that name in the first folder that has it.
pub(super) fn find(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let candidates = folders.iter().map(|folder| folder.join(name));
    candidates.into_iter().find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    let executable = |data: fs::Metadata| data.is_file() && data.permissions().mode() & 0o111 != 0;
    fs::metadata(path).is_ok_and(executable)
}

/// Folders as a `PATH`.
pub(super) fn joined(folders: &[PathBuf]) -> OsString {
    // None of them has a separator in it: they came from a `PATH`.
    std::env::join_paths(folders).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_code_could_plant_is_left_out() {
        let root = tempfile::tempdir().unwrap();
        let (top, outer) = (root.path().join("top"), root.path().join("outer"));
        for folder in [top.join("bin"), outer.clone()] {
            fs::create_dir_all(folder).unwrap();
        }
        std::os::unix::fs::symlink(top.join("bin"), root.path().join("link")).unwrap();
        let path = std::env::join_paths([
            top.join("bin"),
            PathBuf::from("bin"),
            PathBuf::new(),
            PathBuf::from("."),
            root.path().join("link"),
            outer.clone(),
        ])
        .unwrap();
        assert_eq!(outside(&path, &[&top]), [outer]);
    }
}
