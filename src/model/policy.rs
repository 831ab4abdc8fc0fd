//! What enforcement does where a plan leaves it a choice: the keys of `policy`.

use serde_json::Value;

use super::Header;

/// What happens to a commit that names no task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unlinked {
    /// It is let through, with a word about it.
    #[default]
    Warn,
    /// It is refused.
    Block,
    /// It is let through.
    Off,
}

/// What a plan does about commits that name no task. A value that is not known counts as the
/// strictest.
pub fn unlinked(header: &Header) -> Unlinked {
    let value = header.policy.as_ref().and_then(|keys| keys.get("unlinked"));
    match value.map(Value::as_str) {
        None | Some(Some("warn")) => Unlinked::Warn,
        Some(Some("off")) => Unlinked::Off,
        Some(_) => Unlinked::Block,
    }
}
