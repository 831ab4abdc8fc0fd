//! `core.fsync`: what must have reached the disk before a command succeeds.
//!
//! Like Git we flush neither loose objects nor refs unless asked to. Where we
//! do, we flush fully: `core.fsyncMethod` may ask for less (`writeout-only`,
//! `batch`), never for more.

use super::{Repo, Result};

/// What is flushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Durability {
    pub(super) objects: bool,
    pub(super) refs: bool,
}

impl Repo {
    /// What `core.fsync` and the older `core.fsyncObjectFiles` ask for.
    pub(super) fn durability(&self) -> Result<Durability> {
        let mut durability = self
            .config("core.fsync")
            .map(|components| parse(&components))
            .unwrap_or_default();
        durability.objects |= self.config_bool("core.fsyncObjectFiles")?.unwrap_or(false);
        Ok(durability)
    }
}

/// As `parse_fsync_components` of Git: what is named is flushed, also where it
/// is negated elsewhere; unknown names count for nothing.
fn parse(components: &str) -> Durability {
    let mut durability = Durability::default();
    for name in components.split([',', ' ', '\t', '\r', '\n']) {
        match name {
            "loose-object" | "objects" => durability.objects = true,
            "reference" => durability.refs = true,
            "committed" | "added" | "all" => {
                durability.objects = true;
                durability.refs = true;
            }
            // The rest is what we never write, or what is off by default.
            _ => {}
        }
    }
    durability
}

#[cfg(test)]
mod tests {
    use super::parse;

    /// What Git 2.47 flushes, seen with `GIT_TRACE2_EVENT`.
    #[test]
    fn the_components_mean_what_they_mean_to_git() {
        for (components, objects, refs) in [
            ("", false, false),
            ("none", false, false),
            ("default", false, false),
            ("objects", true, false),
            ("loose-object", true, false),
            ("reference", false, true),
            ("none,reference", false, true),
            ("-reference", false, false),
            ("committed", true, true),
            ("added", true, true),
            ("all", true, true),
            ("all,-reference", true, true),
            ("pack, loose-object", true, false),
        ] {
            let parsed = parse(components);
            assert_eq!(
                (parsed.objects, parsed.refs),
                (objects, refs),
                "{components}"
            );
        }
    }
}
