//! The order of keys in a file, and how their values are written.

/// How the value of a key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As its type suggests; a text of several lines as a multi-line string.
    Plain,
    /// A date-time with an offset.
    Time,
    /// A table of its own.
    Table(&'static Layout),
    /// An array of tables, matched by `id`.
    Tables(&'static Layout),
    /// An array of tables, a line each.
    Lines(&'static Layout),
}

/// The keys of a table.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout {
    /// Known keys, in the order in which they are written.
    pub keys: &'static [(&'static str, Kind)],
    /// Whether keys that are not known here belong to the model all the same.
    pub whole: bool,
}

use Kind::{Lines, Plain, Table, Tables, Time};

const CLAIM: Layout = Layout {
    keys: &[("holder", Plain), ("since", Time), ("until", Time)],
    whole: false,
};

const ITEM: Layout = Layout {
    keys: &[
        ("id", Plain),
        ("text", Plain),
        ("checked", Plain),
        ("audit", Plain),
    ],
    whole: false,
};

const NOTE: Layout = Layout {
    keys: &[
        ("id", Plain),
        ("who", Plain),
        ("when", Time),
        ("text", Plain),
    ],
    whole: false,
};

/// A task's file.
pub const TASK: Layout = Layout {
    keys: &[
        ("id", Plain),
        ("number", Plain),
        ("title", Plain),
        ("status", Plain),
        ("reason", Plain),
        ("status_by", Plain),
        ("status_since", Time),
        ("phase", Plain),
        ("depends_on", Plain),
        ("labels", Plain),
        ("stream", Plain),
        ("priority", Plain),
        ("assignee", Plain),
        ("estimate", Plain),
        ("key", Plain),
        ("refs", Plain),
        ("specs", Plain),
        ("description", Plain),
        ("report", Plain),
        ("claim", Table(&CLAIM)),
        ("item", Tables(&ITEM)),
        ("note", Tables(&NOTE)),
    ],
    whole: false,
};

const GATE: Layout = Layout {
    keys: &[
        ("id", Plain),
        ("kind", Plain),
        ("on", Plain),
        ("description", Plain),
        ("run", Plain),
        ("shell", Plain),
        ("cwd", Plain),
        ("env", Plain),
        ("inputs", Plain),
        ("timeout", Plain),
        ("max_age", Plain),
        ("platform", Plain),
        ("runner", Plain),
        ("signed", Plain),
        ("record_output", Plain),
        ("count", Plain),
        ("specs", Plain),
    ],
    whole: true,
};

const PHASE: Layout = Layout {
    keys: &[
        ("id", Plain),
        ("title", Plain),
        ("objective", Plain),
        ("after", Plain),
        ("gate", Tables(&GATE)),
    ],
    whole: false,
};

const POLICY: Layout = Layout {
    keys: &[],
    whole: true,
};

/// `plan.toml`.
pub const PLAN: Layout = Layout {
    keys: &[
        ("title", Plain),
        ("goal", Plain),
        ("status", Plain),
        ("reason", Plain),
        ("status_by", Plain),
        ("status_since", Time),
        ("key", Plain),
        ("branches", Plain),
        ("protect", Plain),
        ("wip_limit", Plain),
        ("last_number", Plain),
        ("last_checkpoint", Plain),
        ("policy", Table(&POLICY)),
        ("phase", Tables(&PHASE)),
    ],
    whole: false,
};

/// A record's file.
pub const RECORD: Layout = Layout {
    keys: &[
        ("id", Plain),
        ("plan", Plain),
        ("kind", Plain),
        ("phase", Plain),
        ("gate", Plain),
        ("task", Plain),
        ("supersedes", Plain),
        ("subject", Plain),
        ("commit", Plain),
        ("tree", Plain),
        ("gates", Plain),
        ("evidence", Plain),
        ("revokes", Plain),
        ("definition", Plain),
        ("result", Plain),
        ("violations", Plain),
        ("argv", Plain),
        ("exit_code", Plain),
        ("signal", Plain),
        ("started", Time),
        ("duration_ms", Plain),
        ("output", Plain),
        ("output_bytes", Plain),
        ("output_end", Plain),
        ("platform", Plain),
        ("runner", Plain),
        ("until", Time),
        ("about", Plain),
        ("old", Plain),
        ("new", Plain),
        ("from", Plain),
        ("to", Plain),
        ("tips", Plain),
        ("note", Plain),
        ("who", Plain),
        ("as", Plain),
        ("when", Time),
        ("signature", Plain),
    ],
    whole: false,
};

const CHECKPOINT_FILE: Layout = Layout {
    keys: &[
        ("path", Plain),
        ("status", Plain),
        ("old_mode", Plain),
        ("new_mode", Plain),
        ("old", Plain),
        ("new", Plain),
        ("added", Plain),
        ("removed", Plain),
        ("binary", Plain),
    ],
    whole: false,
};

/// A checkpoint's record.
pub const CHECKPOINT: Layout = Layout {
    keys: &[
        ("id", Plain),
        ("sequence", Plain),
        ("name", Plain),
        ("phase", Plain),
        ("task", Plain),
        ("note", Plain),
        ("final", Plain),
        ("base", Plain),
        ("branch", Plain),
        ("tree", Plain),
        ("snapshot", Plain),
        ("patch", Plain),
        ("during", Plain),
        ("without_untracked", Plain),
        ("with_secrets", Plain),
        ("skipped", Plain),
        ("who", Plain),
        ("as", Plain),
        ("when", Time),
        ("files", Lines(&CHECKPOINT_FILE)),
    ],
    whole: false,
};

/// The file of an entry of the register.
pub const ENTRY: Layout = Layout {
    keys: &[
        ("id", Plain),
        ("kind", Plain),
        ("label", Plain),
        ("text", Plain),
        ("impact", Plain),
        ("owner", Plain),
        ("blocking", Plain),
        ("concerns", Plain),
        ("resolution", Plain),
        ("resolved_by", Plain),
        ("resolved_as", Plain),
        ("resolved_when", Time),
    ],
    whole: false,
};

/// The text form of a whole plan: `plan.toml` with its tasks behind it.
pub const WHOLE_PLAN: Layout = Layout {
    keys: &[("task", Tables(&TASK))],
    whole: false,
};

impl Layout {
    /// How a key is written; none for a key that is not known.
    pub fn kind(&self, key: &str) -> Option<Kind> {
        self.keys
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, kind)| *kind)
    }

    /// Where a key stands among the known ones.
    pub fn rank(&self, key: &str) -> Option<usize> {
        self.keys.iter().position(|(name, _)| *name == key)
    }
}
