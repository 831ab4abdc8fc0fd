//! Git's own housekeeping, started now and then: every write leaves loose
//! objects behind.

use std::fs;
use std::process::Stdio;

use super::Repo;

/// Git's default for `gc.auto`.
const LOOSE_OBJECTS: i64 = 6700;

impl Repo {
    /// Starts `git gc --auto` in the background if there are as many loose
    /// objects as Git tolerates. Looks at one of 256 folders, as Git does.
    /// `gc.auto=0` and `maintenance.auto=false` forbid it. Fails silently: it
    /// is no part of what was asked for.
    pub fn start_gc(&self) {
        if !self.may_need_gc() {
            return;
        }
        let mut command = self.program(["gc", "--auto", "--quiet"]);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // An interrupt from the keyboard is not meant for it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let _ = command.spawn();
    }

    fn may_need_gc(&self) -> bool {
        if self
            .config_bool("maintenance.auto")
            .is_ok_and(|auto| auto == Some(false))
        {
            return false;
        }
        let threshold = self
            .config_i64("gc.auto")
            .ok()
            .flatten()
            .unwrap_or(LOOSE_OBJECTS);
        if threshold <= 0 {
            return false;
        }
        let sample = self.common_dir().join("objects/17");
        let found = fs::read_dir(sample).map_or(0, Iterator::count);
        i64::try_from(found).is_ok_and(|found| found > (threshold + 255) / 256)
    }
}
