//! A plan with something of everything, and what its diff says.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

/// Where the header of the plan is.
pub const HEADER: &str = ".plans/demo-plan/plan.toml";

/// A header in which everything that can be weakened is there to be weakened.
pub const STRICT: &str = r#"title = "Demo plan"
status = "active"
branches = ["feat/*", "fix/*"]
protect = ["main", "refs/tags/v*"]

[policy]
land = "closed"
unlinked = "block"
weakening = "approve"
waive = "other"

[[phase]]
id = "a"
title = "First"

[[phase.gate]]
id = "tests"
kind = "command"
on = "push"
run = ["cargo", "test"]
inputs = ["src"]
timeout = "10m"
max_age = "7d"
platform = "linux"
runner = "ci"
signed = true

[[phase.gate]]
id = "read"
kind = "approval"
count = 2

[[phase]]
id = "b"
title = "Second"

[[phase]]
id = "c"
title = "Third"
after = ["a", "b"]
"#;

/// A plan with that header.
pub fn strict() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    sandbox.store_by_hand(&[(HEADER, Some(STRICT))]);
    sandbox.git(&["config", "--global", "plan.unattended", "true"]);
    sandbox
}

/// The commit that the plan ref is at.
pub fn tip(sandbox: &Sandbox) -> String {
    sandbox.git(&["rev-parse", "git-plan"])
}

/// What `git plan diff` prints of what came since a state.
pub fn diff(sandbox: &Sandbox, base: &str) -> String {
    sandbox.plan(&["diff", &format!("{base}..")]).ok()
}

/// The same for programs.
pub fn json(sandbox: &Sandbox, base: &str) -> Value {
    let range = format!("{base}..");
    sandbox.plan(&["diff", &range, "--json"]).json()["data"].clone()
}

/// The changes, for programs.
pub fn changes(sandbox: &Sandbox, base: &str) -> Vec<Value> {
    json(sandbox, base)["changes"].as_array().unwrap().clone()
}

/// A class and the lines below its heading.
pub fn class<'t>(text: &'t str, title: &str) -> Vec<&'t str> {
    let lines = text.lines().skip_while(|line| *line != title).skip(1);
    lines.take_while(|line| !line.is_empty()).collect()
}

/// Changes an entity by `git plan edit` as an editor would: words of its text are exchanged.
pub fn edit(sandbox: &Sandbox, entity: &str, from: &str, to: &str) -> Run {
    let file = sandbox.root().join("words");
    fs::write(&file, format!("{from}\0{to}")).unwrap();
    let editor = sandbox.root().join("editor");
    let script = format!(
        "#!/bin/sh\nexec perl -0777 -pi -e 'BEGIN {{ open F, \"<\", \"{}\"; local $/; \
         ($f, $t) = split /\\0/, <F>, 2 }} s/\\Q$f\\E/$t/' \"$1\"\n",
        file.display()
    );
    fs::write(&editor, script).unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    sandbox.plan_with(
        &[("EDITOR", editor.to_str().unwrap())],
        &["edit", entity, "--reason", "we agreed"],
    )
}

/// The same by hand, in the file.
pub fn by_hand(sandbox: &Sandbox, path: &str, from: &str, to: &str) {
    sandbox.change_by_hand(path, |text| {
        assert!(text.contains(from), "{from} is not in {text}");
        text.replacen(from, to, 1)
    });
}
