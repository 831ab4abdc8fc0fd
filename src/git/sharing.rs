//! `core.sharedRepository`: who else may use the files that we create.

use std::io;
use std::path::Path;

use super::Repo;

/// The permissions that new files get beyond what the umask leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sharing(i32);

impl Sharing {
    /// Adapts the permissions of a new file or folder.
    pub(super) fn apply(self, path: &Path) -> io::Result<()> {
        gix::fs::set_shared_repository_permissions(path, self.0)
    }

    /// The library's code for them.
    pub(super) fn code(self) -> i32 {
        self.0
    }

    fn parse(value: &str) -> Self {
        Self(match value.to_ascii_lowercase().as_str() {
            "umask" | "false" | "no" | "off" | "0" => 0,
            "" | "group" | "true" | "yes" | "on" | "1" => 0o660,
            "all" | "world" | "everybody" | "2" => 0o664,
            octal => i32::from_str_radix(octal, 8).map_or(0, |mode| -(mode & 0o666)),
        })
    }
}

impl Repo {
    pub(super) fn sharing(&self) -> Sharing {
        let value = self.config("core.sharedRepository");
        value.map_or(Sharing(0), |value| Sharing::parse(&value))
    }
}

#[cfg(test)]
mod tests {
    use super::Sharing;

    #[test]
    fn git_s_spellings_are_known() {
        for (value, code) in [
            ("umask", 0),
            ("group", 0o660),
            ("True", 0o660),
            ("world", 0o664),
            ("0640", -0o640),
            ("nonsense", 0),
        ] {
            assert_eq!(Sharing::parse(value).code(), code, "{value}");
        }
    }
}
