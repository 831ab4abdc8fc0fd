//! The version of the format, and what a reader makes of another one.
//!
//! A higher minor version is read, and what it adds is kept. A higher major version is refused:
//! this program cannot know what it would break.

use serde::{Deserialize, Serialize};

use super::FormatError;

/// What this program writes.
pub const CURRENT: Version = Version { major: 1, minor: 0 };

/// Two numbers: a change of the first breaks older readers, one of the second does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Breaks older readers.
    pub major: u32,
    /// Adds to them.
    pub minor: u32,
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// What `.plans/format.toml` holds.
#[derive(Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FormatFile {
    /// The version of everything under `.plans/`, such as `1.0`.
    pub version: String,
}

/// What became of reading `format.toml`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// The file is not what it should be.
    #[error("format.toml: {0}")]
    Broken(#[from] FormatError),
    /// A later major version wrote the plans.
    #[error("the plans have format {found}; this program reads up to {}.x", CURRENT.major)]
    TooNew {
        /// Their version.
        found: Version,
    },
}

/// Reads `format.toml`.
///
/// # Errors
/// [`VersionError`], where this program cannot read what the file announces.
pub fn read(bytes: &[u8]) -> Result<Version, VersionError> {
    let file: FormatFile = super::read::parse(bytes)?;
    let wrong = || FormatError::new(format!("'{}' is not a version such as 1.0", file.version));
    let (major, minor) = file.version.split_once('.').ok_or_else(wrong)?;
    let number = |word: &str| word.parse::<u32>().map_err(|_| wrong());
    let found = Version {
        major: number(major)?,
        minor: number(minor)?,
    };
    if found.major > CURRENT.major {
        return Err(VersionError::TooNew { found });
    }
    Ok(found)
}

/// The file that `init` writes.
pub fn write() -> Vec<u8> {
    format!("version = \"{CURRENT}\"\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(read(&write()), Ok(CURRENT));
    }

    #[test]
    fn a_later_minor_is_read_and_a_later_major_is_not() {
        assert_eq!(
            read(b"version = \"1.7\"\nnew = true\n"),
            Ok(Version { major: 1, minor: 7 })
        );
        let found = Version { major: 2, minor: 0 };
        assert_eq!(
            read(b"version = \"2.0\"\n"),
            Err(VersionError::TooNew { found })
        );
    }

    #[test]
    fn what_is_no_version_is_broken() {
        for text in [
            "",
            "version = 1",
            "version = \"1\"",
            "version = \"a.b\"",
            "version",
        ] {
            assert!(
                matches!(read(text.as_bytes()), Err(VersionError::Broken(_))),
                "{text}"
            );
        }
    }
}
