//! Which keys of an entity belong together, which lists are sets, which have members with ids.

/// How an entity is compared and changed.
#[derive(Debug)]
pub struct Shape {
    /// Keys that are one value, never mixed from two.
    pub groups: &'static [&'static [&'static str]],
    /// Lists in which only membership counts.
    pub sets: &'static [&'static str],
    /// Lists whose members have an `id`, and the members' shape.
    pub lists: &'static [(&'static str, &'static Shape)],
    /// All keys together are one value.
    pub atomic: bool,
}

const PLAIN: Shape = Shape {
    groups: &[],
    sets: &[],
    lists: &[],
    atomic: false,
};

/// A line of a checklist.
pub const ITEM: Shape = PLAIN;
/// A remark.
pub const NOTE: Shape = Shape {
    atomic: true,
    ..PLAIN
};
/// A gate: its definition is one value.
pub const GATE: Shape = Shape {
    atomic: true,
    ..PLAIN
};
/// A phase.
pub const PHASE: Shape = Shape {
    lists: &[("gate", &GATE)],
    ..PLAIN
};

/// A task's file.
pub const TASK: Shape = Shape {
    groups: &[&["status", "reason", "status_by", "status_since"]],
    sets: &["depends_on", "labels", "refs", "specs"],
    lists: &[("item", &ITEM), ("note", &NOTE)],
    atomic: false,
};

/// An entry of the register.
pub const ENTRY: Shape = Shape {
    groups: &[&["resolution", "resolved_by", "resolved_as", "resolved_when"]],
    sets: &["concerns"],
    ..PLAIN
};

/// A specification: its text is one value.
pub const SPEC: Shape = Shape {
    groups: &[&["form", "text"]],
    ..PLAIN
};

/// `plan.toml`.
pub const PLAN: Shape = Shape {
    groups: &[&["status", "reason", "status_by", "status_since"]],
    sets: &["branches", "protect"],
    lists: &[("phase", &PHASE)],
    atomic: false,
};

impl Shape {
    /// The keys that change together with this one.
    pub fn group_of<'a>(&self, key: &'a str) -> Vec<&'a str>
    where
        'static: 'a,
    {
        match self.groups.iter().find(|group| group.contains(&key)) {
            Some(group) => group.to_vec(),
            None => vec![key],
        }
    }

    /// The shape of the members of a list.
    pub fn members_of(&self, list: &str) -> Option<&'static Shape> {
        self.lists
            .iter()
            .find(|(name, _)| *name == list)
            .map(|(_, shape)| *shape)
    }
}
