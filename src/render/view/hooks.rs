//! Git's hooks.

use schemars::JsonSchema;
use serde::Serialize;

/// How Git's hooks stand.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HooksView {
    /// The folder that Git looks into; absent where hooks are switched off.
    pub folder: Option<String>,
    /// The value of core.hooksPath, where it is set.
    pub hooks_path: Option<String>,
    /// Each hook.
    pub hooks: Vec<HookView>,
}

/// A hook.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HookView {
    /// Its name.
    pub name: String,
    /// Its file, where it is or would be.
    pub path: String,
    /// How it stands: `current`, `old`, `no_binary`, `edited`, `not_executable`, `called`, `foreign`,
    /// `absent`.
    pub state: String,
    /// The program that wrote it, where that is another one, and known.
    pub tool: Option<String>,
    /// The program that it starts first, where it is ours.
    pub binary: Option<String>,
    /// The hook that runs before ours, where one was there.
    pub before: Option<String>,
    /// The file with the call of this program, where another one's hook calls it.
    pub caller: Option<String>,
    /// What was done to it, where something was: `unchanged`, `called`, `installed`, `renewed`,
    /// `chained`, `removed`, `restored`, `left edited`, `left both`.
    pub act: Option<String>,
}
