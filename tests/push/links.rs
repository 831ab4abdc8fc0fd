//! R4: every commit on a protected branch names a task that is there, or brings nothing of its own.

use crate::remote::Site;

fn with_policy(word: &str) -> Site {
    let site = Site::new();
    let policy = format!("unlinked={word}");
    site.plan(&["update-plan", "--policy", &policy, "--reason", "To see"]);
    site.share_plans();
    site
}

#[test]
fn a_commit_without_task_is_told() {
    let site = Site::new();
    site.commit("Aside");
    site.commit("Beside");
    site.push(&["origin", "main"]).passed(
        r#"
warning (R4): main: commit <oid> "Beside" and 1 other name no task
"#,
    );
}

#[test]
fn a_commit_without_task_is_refused_where_the_policy_says_so() {
    let site = with_policy("block");
    site.commit("Aside");
    site.work_on("1");
    site.push(&["origin", "main"]).refused(
        r#"
refused (R4): main: commit <oid> "Aside" names no task
    → git rebase -i --rebase-merges <oid>
error: the push is refused
"#,
    );
    // On another branch nobody minds.
    site.push(&["origin", "HEAD:draft"]).passed("");
}

#[test]
fn a_commit_without_task_is_nothing_where_the_policy_says_so() {
    let site = with_policy("off");
    site.commit("Aside");
    site.push(&["origin", "main"]).passed("");
    site.commit("Wrong\n\nPlan-Task: demo/77");
    site.push(&["origin", "main"]).refused(
        r#"
refused (R4): main: commit <oid> "Wrong": there is no task '77' in plan demo
error: the push is refused
"#,
    );
}

#[test]
fn a_task_that_is_not_there_is_refused() {
    let site = Site::new();
    site.commit("Wrong\n\nPlan-Task: demo/77");
    site.commit("Worse\n\nPlan-Task: elsewhere/1");
    site.commit("Worst\n\nPlan-Task: 1");
    site.push(&["origin", "main"]).refused(r#"
refused (R4): main: commit <oid> "Worst": "Plan-Task: 1" does not name a task: Plan-Task: PLAN/TASK does, such as Plan-Task: auth-migration/4
refused (R4): main: commit <oid> "Worse": there is no plan 'elsewhere'
refused (R4): main: commit <oid> "Wrong": there is no task '77' in plan demo
error: the push is refused
"#);
}

/// Git reads a message up to a NUL.
#[test]
fn a_task_behind_a_nul_is_refused() {
    let site = Site::new();
    let tree = site.git(&["rev-parse", "HEAD^{tree}"]);
    let head = site.git(&["rev-parse", "HEAD"]);
    let who = "Ada <ada@example.org> 1769851800 +0000";
    let line = format!(
        "printf 'tree {tree}\\nparent {head}\\nauthor {who}\\ncommitter {who}\\n\\nHidden\\n\\0\\nPlan-Task: demo/1\\n' \
         | git hash-object -t commit -w --literally --stdin"
    );
    let commit = site.sandbox.sh(&line).ok();
    let refspec = format!("{}:main", commit.trim());
    site.push(&["origin", &refspec]).refused(r#"
refused (R4): main: commit <oid> "Hidden": the message holds a NUL character, which hides from Git what follows it
error: the push is refused
"#);
}

#[test]
fn a_merge_that_git_makes_by_itself_needs_no_task() {
    let site = with_policy("block");
    site.git(&["switch", "-q", "-c", "side"]);
    site.work_on("1");
    site.git(&["switch", "-q", "main"]);
    site.commit("Main\n\nPlan-Task: demo/1");
    site.git(&["merge", "-q", "--no-edit", "side"]);
    site.push(&["origin", "main"]).passed("");
}

#[test]
fn a_merge_that_brings_something_of_its_own_needs_one() {
    let site = with_policy("block");
    site.git(&["switch", "-q", "-c", "side"]);
    site.work_on("1");
    site.git(&["switch", "-q", "main"]);
    site.commit("Main\n\nPlan-Task: demo/1");
    site.git(&["merge", "-q", "--no-commit", "side"]);
    site.sandbox.write("smuggled", "x\n");
    site.git(&["add", "-A"]);
    site.git(&["commit", "-q", "-m", "Merge branch 'side'"]);
    site.push(&["origin", "main"]).refused(
        r#"
refused (R4): main: commit <oid> "Merge branch 'side'" names no task
    → git commit --amend
error: the push is refused
"#,
    );
}

#[test]
fn an_octopus_is_looked_at_as_a_whole() {
    let site = with_policy("block");
    for name in ["one", "two"] {
        site.git(&["switch", "-q", "-c", name, "main"]);
        site.commit(&format!("{name}\n\nPlan-Task: demo/1"));
    }
    site.git(&["switch", "-q", "main"]);
    site.commit("Main\n\nPlan-Task: demo/1");
    site.git(&["merge", "-q", "--no-edit", "one", "two"]);
    site.push(&["origin", "main"]).refused(
        r#"
refused (R4): main: commit <oid> "Merge branches 'one' and 'two'" names no task
    → git commit --amend
error: the push is refused
"#,
    );
    site.git(&["commit", "-q", "--amend", "-m", "All\n\nPlan-Task: demo/1"]);
    site.push(&["origin", "main"]).passed("");
}

#[test]
fn a_commit_without_a_change_needs_no_task() {
    let site = with_policy("block");
    site.git(&[
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "Start the build again",
    ]);
    site.push(&["origin", "main"]).passed("");
}

/// A forge puts the messages of many commits into one: all lines count, not only the last paragraph's.
#[test]
fn a_squash_is_linked_to_every_task_that_it_names() {
    let github = "Login (#12)\n\n* Dig\n\nPlan-Task: demo/1\n\n* Cover\n\nPlan-Task: demo/3\n\n\
                  ---------\n\nCo-authored-by: Ben <ben@example.org>\n";
    let gitlab = "Merge branch 'login' into 'main'\n\n* Cover\n\n  Plan-Task: demo/3\n* Dig\n\n  \
                  Plan-Task: demo/1\n\nSee merge request group/project!7";
    let site = Site::new();
    let first = site.git(&["rev-parse", "HEAD"]);
    for message in [github, gitlab] {
        site.git(&["reset", "-q", "--hard", &first]);
        site.commit(message);
        site.push(&["origin", "main"]).refused(
            "
refused (R2): main: phase ground comes before roof, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
refused (R2): main: phase walls comes before roof, which this push brings work of: it is open
    unmet walls/tasks: task 2 is open (pending)
      → git plan -p demo done 2
    → git plan -p demo close-phase walls
error: the push is refused
",
        );
    }
}
