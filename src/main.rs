//! `git-plan`: the exit code comes from [`git_plan::cli`]; everything else does too.

use std::process::ExitCode;

fn main() -> ExitCode {
    git_plan::cli::main()
}
