//! Names for backup branches that collide with nothing. Pure.

use std::collections::HashSet;

use crate::git::Time;
use crate::model::time::Time as Moment;

use super::Target;
use super::facts::short_name;

/// The longest part of a branch's name that its backup takes over, in characters.
const LONGEST: usize = 40;

/// What the commands call their backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    /// The branch that keeps the start; without `refs/heads/`.
    pub(super) backup: String,
    /// The branch that keeps the stash.
    pub(super) stash: String,
    /// The message of the stash: letters, digits, hyphens and spaces, unlike any other.
    pub(super) message: String,
}

/// Names that no branch has, stands above or stands below; also where upper and lower case are
/// the same.
pub(super) fn free_names(
    branch: Option<&str>,
    target: &Target,
    branches: &[String],
    now: Time,
) -> Names {
    let moment = Moment(now.seconds).utc().format("%Y%m%dT%H%M%SZ");
    let stem = format!("{}-{moment}", safe(branch.map_or("detached", short_name)));
    let taken = Taken::of(branches);
    let names = candidates(&stem).find(|name| taken.has_room(name));
    let backup = names.unwrap_or(stem);
    Names {
        message: format!(
            "git plan rewind {} {}",
            target.id,
            backup.replace(['/', '.', '_'], "-")
        ),
        stash: format!("{backup}-stash"),
        backup,
    }
}

/// `backup/` is the tidy place, unless a branch has that name.
fn candidates(stem: &str) -> impl Iterator<Item = String> {
    let stem = stem.to_owned();
    (1..).flat_map(move |n| {
        let number = if n == 1 {
            String::new()
        } else {
            format!("-{n}")
        };
        [
            format!("backup/{stem}{number}"),
            format!("backup-{stem}{number}"),
        ]
    })
}

/// Letters, digits and hyphens of a name.
fn safe(name: &str) -> String {
    let mut safe = String::new();
    for c in name.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => safe.push(c),
            _ if safe.ends_with('-') || safe.is_empty() => {}
            _ => safe.push('-'),
        }
    }
    safe.truncate(LONGEST);
    match safe.trim_end_matches('-') {
        "" => "branch".to_owned(),
        safe => safe.to_owned(),
    }
}

/// All names, and all folders of names.
struct Taken {
    names: HashSet<String>,
    folders: HashSet<String>,
}

impl Taken {
    fn of(branches: &[String]) -> Self {
        let names: HashSet<_> = branches.iter().map(|name| name.to_lowercase()).collect();
        let folders = names
            .iter()
            .flat_map(|name| folders(name).map(str::to_owned));
        let folders = folders.collect();
        Self { names, folders }
    }

    fn has_room(&self, name: &str) -> bool {
        let free = |name: &str| {
            let name = name.to_lowercase();
            !self.names.contains(&name)
                && !self.folders.contains(&name)
                && !folders(&name).any(|folder| self.names.contains(folder))
        };
        free(name) && free(&format!("{name}-stash"))
    }
}

fn folders(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').map(|(end, _)| &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backup(branch: &str, branches: &[&str]) -> String {
        let branches: Vec<_> = branches.iter().map(|name| (*name).to_owned()).collect();
        let target = Target {
            name: "any".to_owned(),
            id: "k3v9x2m4p7".to_owned(),
            base: None,
            snapshot: crate::git::Oid::from_hex(&[b'a'; 40]).unwrap(),
            private: false,
        };
        let now = Time {
            seconds: 1_769_851_800,
            offset: 3600,
        };
        free_names(Some(branch), &target, &branches, now).backup
    }

    #[test]
    fn a_name_is_safe_and_tells_branch_and_time() {
        let expected = "backup/main-20260131T093000Z";
        assert_eq!(backup("refs/heads/main", &["main"]), expected);
        let odd = backup("refs/heads/-x;$(touch y)/ü", &[]);
        assert_eq!(odd, "backup/x-touch-y-20260131T093000Z");
        assert_eq!(
            backup("refs/heads/-", &[]),
            "backup/branch-20260131T093000Z"
        );
    }

    #[test]
    fn a_name_collides_with_nothing() {
        let flat = "backup-main-20260131T093000Z";
        assert_eq!(backup("main", &["Backup"]), flat);
        let first = "backup/main-20260131T093000Z";
        assert_eq!(backup("main", &[first]), flat);
        assert_eq!(backup("main", &["backup/main-20260131T093000Z/x"]), flat);
        assert_eq!(
            backup("main", &["backup/main-20260131t093000z-stash"]),
            flat
        );
        let second = "backup/main-20260131T093000Z-2";
        assert_eq!(backup("main", &[first, flat]), second);
    }
}
