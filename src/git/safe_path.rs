//! Which paths may be written: those that no file system takes for something outside of the
//! working tree, or for the repository itself.

use gix::validate::path::component;

use super::EntryKind;

/// Why a path may not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnsafePath {
    /// It says nothing.
    #[error("it is empty")]
    Empty,
    /// It begins at the root of the file system.
    #[error("it is absolute")]
    Absolute,
    /// Two separators follow each other, or one ends it.
    #[error("a part of it is empty")]
    EmptyPart,
    /// It goes upwards, or stays where it is.
    #[error("a part of it is \".\" or \"..\"")]
    Relative,
    /// A part of it is `.git`, or is taken for it by some file system.
    #[error("some file system takes a part of it for \".git\"")]
    DotGit,
    /// `.gitmodules` as a symbolic link.
    #[error("\".gitmodules\" may not be a symbolic link")]
    GitModules,
    /// A NUL in it.
    #[error("it holds a NUL")]
    Nul,
}

/// Looks at a path (separated by `/`) at which something of the kind `kind` would be written.
/// The rules are those of `core.protectHFS` and `core.protectNTFS` wherever this runs, since a
/// plan travels; and a backslash counts as a separator where what it separates is refused.
///
/// # Errors
/// Why the path may not be written.
pub fn check_path(path: &[u8], kind: EntryKind) -> Result<(), UnsafePath> {
    match path {
        [] => return Err(UnsafePath::Empty),
        [b'/' | b'\\', ..] => return Err(UnsafePath::Absolute),
        _ if path.contains(&0) => return Err(UnsafePath::Nul),
        _ => {}
    }
    let mut parts = path.split(|byte| *byte == b'/').peekable();
    while let Some(part) = parts.next() {
        check_part(part, parts.peek().is_none() && kind == EntryKind::Symlink)?;
    }
    Ok(())
}

fn check_part(part: &[u8], is_link: bool) -> Result<(), UnsafePath> {
    if part.is_empty() {
        return Err(UnsafePath::EmptyPart);
    }
    let pieces = part.split(|byte| *byte == b'\\');
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        check_piece(piece, is_link)?;
    }
    Ok(())
}

fn check_piece(piece: &[u8], is_link: bool) -> Result<(), UnsafePath> {
    let options = component::Options {
        protect_windows: false,
        protect_hfs: true,
        protect_ntfs: true,
    };
    let mode = is_link.then_some(component::Mode::Symlink);
    match gix::validate::path::component(piece.into(), mode, options) {
        Ok(_) => Ok(()),
        Err(component::Error::Relative) => Err(UnsafePath::Relative),
        Err(component::Error::SymlinkedGitModules) => Err(UnsafePath::GitModules),
        Err(_) => Err(UnsafePath::DotGit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(path: &str) -> Option<UnsafePath> {
        check_path(path.as_bytes(), EntryKind::Blob).err()
    }

    #[test]
    fn ordinary_paths_pass() {
        for path in [
            "a",
            "a/b c",
            ".gitignore",
            ".github/x",
            "a\\b",
            "...",
            "..a",
            "git~2",
            "con",
            "a:b",
            ".gitmodules",
            "x.git",
            "é/\u{202e}",
            "a.",
            "a ",
        ] {
            assert_eq!(refusal(path), None, "{path}");
        }
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        assert_eq!(refusal(""), Some(UnsafePath::Empty));
        assert_eq!(refusal("/a"), Some(UnsafePath::Absolute));
        assert_eq!(refusal("\\a"), Some(UnsafePath::Absolute));
        assert_eq!(refusal("a//b"), Some(UnsafePath::EmptyPart));
        assert_eq!(refusal("a/"), Some(UnsafePath::EmptyPart));
        assert_eq!(refusal("a\0"), Some(UnsafePath::Nul));
        for path in ["..", ".", "a/../b", "a/./b", "a\\..\\b", "..\\b"] {
            assert_eq!(refusal(path), Some(UnsafePath::Relative), "{path}");
        }
    }

    #[test]
    fn what_is_taken_for_the_repository_is_refused() {
        for path in [
            ".git",
            "a/.git/config",
            ".GIT/hooks",
            ".g\u{200c}it/config",
            "\u{feff}.git",
            "git~1",
            "GIT~1/config",
            ".git::$INDEX_ALLOCATION/config",
            ".git ",
            ".git.",
            ".git . /x",
            "a\\.git\\config",
            ".git\\config",
        ] {
            assert_eq!(refusal(path), Some(UnsafePath::DotGit), "{path}");
        }
        let link = check_path(b"a/.GITMODULES", EntryKind::Symlink);
        assert_eq!(link, Err(UnsafePath::GitModules));
    }
}
