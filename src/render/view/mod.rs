//! What `--json` prints: the types that scripts can count on, a file a family.
//!
//! Fields are only ever added within a version of a kind. Absent values are `null`.

mod change;
mod checkpoint;
mod enforcement;
mod gate;
mod hooks;
mod machine;
mod outcome;
mod plan;
mod register;
mod review;
mod similar;
mod task;
mod trust;
mod verification;

pub use change::{
    BatchView, ChangeCounts, ChangeView, DiffView, FindingView, OperationView, ReasonView, UndoView,
};
pub use checkpoint::{CheckpointActView, CheckpointFileView, CheckpointView, RewindView, StepView};
pub use enforcement::{EnforcementView, RuleFindingView, command_line};
pub use gate::{GateCheckView, GateRunView, GateView, fix_line};
pub use hooks::{HookView, HooksView};
pub use machine::{ConfigView, DemoView, ErrorView, SetupView, TextView};
pub use outcome::OutcomeView;
pub use plan::{Counts, GateLine, PhaseView, PlanLine, PlanView, StatusView};
pub use register::EntryView;
pub use review::{
    EvidenceView, ReviewCommitView, ReviewGateView, ReviewScriptView, ReviewTaskView, ReviewView,
    ReviewViolationView, WrongLinkView,
};
pub use similar::{CodePlaceView, SimilarCodeView};
pub use task::{TaskLine, TaskView};
pub use trust::{ScriptView, TrustView};
pub use verification::{MoreView, SpecView, VerificationNoteView, VerificationView, ViolationView};
