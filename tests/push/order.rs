//! R2: work of a phase reaches a protected branch once what comes before it is closed.

use crate::remote::Site;

#[test]
fn work_of_the_first_phase_lands() {
    let site = Site::new();
    let tip = site.work_on("1");
    site.push(&["origin", "main"]).passed("");
    assert_eq!(site.there("main"), Some(tip));
}

#[test]
fn work_of_a_later_phase_waits_for_all_before_it() {
    let site = Site::new();
    let before = site.there("main");
    site.work_on("3");
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
    assert_eq!(site.there("main"), before);
}

#[test]
fn work_lands_once_the_phase_before_it_is_closed() {
    let site = Site::new();
    site.work_on("1");
    site.close("ground", "1");
    let tip = site.work_on("2");
    // Closed here, and not there yet.
    site.push(&["origin", "main"]).refused(
        "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
hint: the plans that are only here let it through; origin lacks them
hint: git push --atomic origin main git-plan   pushes both
",
    );
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .passed("");
    assert_eq!(site.there("main"), Some(tip));
}

/// The line that is printed is the one that helps.
#[test]
fn the_printed_line_pushes_both() {
    let site = Site::new();
    site.work_on("1");
    site.close("ground", "1");
    let tip = site.work_on("2");
    let refused = site.push(&["origin", "HEAD:main"]);
    let line = refused
        .text
        .lines()
        .find_map(|line| line.strip_suffix("   pushes both"));
    let line = line.and_then(|line| line.strip_prefix("hint: "));
    site.sandbox.sh(line.unwrap()).ok();
    assert_eq!(site.there("main"), Some(tip));
}

#[test]
fn elsewhere_it_is_one_line_of_warning() {
    let site = Site::new();
    let tip = site.work_on("3");
    site.push(&["origin", "HEAD:draft"]).passed("
warning (R2): draft: phase ground comes before roof, which this push brings work of: it is open (draft is not protected)
    → git plan -p demo close-phase ground
");
    assert_eq!(site.there("draft"), Some(tip));
    // To another branch first, and then to main: it is as new there as before.
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

#[test]
fn where_work_lands_closed_its_own_phase_counts_too() {
    let site = Site::new();
    site.plan(&["update-plan", "--policy", "land=closed"]);
    site.share_plans();
    site.work_on("1");
    site.push(&["origin", "main"]).refused(
        "
refused (R2): main: phase ground has to be closed before its work lands: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
    site.close("ground", "1");
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .passed("");
}

#[test]
fn phases_side_by_side_do_not_wait_for_each_other() {
    let site = Site::new();
    site.plan(&["add-phase", "Garden", "--no-after"]);
    site.plan(&["add-task", "Plant", "--phase", "garden"]);
    site.share_plans();
    site.work_on("4");
    site.push(&["origin", "main"]).passed("");
}

#[test]
fn a_phase_that_is_opened_again_stops_what_comes_after_it() {
    let site = Site::new();
    site.work_on("1");
    site.close("ground", "1");
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .passed("");
    site.work_on("2");
    site.plan(&["reopen-phase", "ground", "--reason", "Mud", "--yes"]);
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .refused(
            "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    → git plan -p demo close-phase ground
error: the push is refused
",
        );
}

/// A gate that is added opens its phase: nobody has to remember to.
#[test]
fn a_phase_whose_gates_changed_since_is_open() {
    let site = Site::new();
    site.work_on("1");
    site.close("ground", "1");
    site.share_plans();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    site.share_plans();
    site.work_on("2");
    site.push(&["origin", "main"]).refused("
refused (R2): main: phase ground comes before walls, which this push brings work of: it was closed with other gates, or on evidence that was taken back
    unmet ground/seen: nobody has approved it
      → git plan -p demo gate approve ground/seen --note TEXT
    → git plan -p demo close-phase ground
error: the push is refused
");
}

#[test]
fn a_task_that_came_into_a_closed_phase_opens_it() {
    let site = Site::new();
    site.work_on("1");
    site.close("ground", "1");
    site.sandbox
        .change_by_hand(&site.sandbox.task_path("demo", "2"), |text| {
            text.replace("phase = \"walls\"", "phase = \"ground\"")
        });
    site.share_plans();
    site.work_on("3");
    site.push(&["origin", "main"]).refused("
refused (R2): main: phase ground comes before roof, which this push brings work of: it was closed, but task 2 is open (pending)
    unmet ground/tasks: task 2 is open (pending)
      → git plan -p demo done 2
refused (R2): main: phase walls comes before roof, which this push brings work of: it is open
    → git plan -p demo close-phase walls
error: the push is refused
");
}

/// Closed on a branch that was never merged: what was proven there is not proven here.
#[test]
fn a_phase_that_was_closed_on_other_code_is_open_here() {
    let site = Site::new();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    site.git(&["switch", "-q", "-c", "side"]);
    site.work_on("1");
    site.plan(&["gate", "approve", "ground/seen", "--note", "Seen"]);
    site.close("ground", "1");
    site.share_plans();
    site.git(&["switch", "-q", "main"]);
    site.work_on("2");
    site.push(&["origin", "main"]).refused("
refused (R2): main: phase ground comes before walls, which this push brings work of: it was closed at <oid>, which is not in what is pushed
    stale ground/seen: Ada <ada@example.org> approved other code: Work-on-1.txt and Work-on-2.txt have changed since (just now)
      → git plan -p demo gate approve ground/seen --note TEXT
    → git merge <oid>
error: the push is refused
");
    // Merged, it is in what is pushed.
    site.git(&["merge", "-q", "--no-edit", "side"]);
    site.push(&["origin", "main"]).passed("");
}

/// The same tree under another commit, as a forge's rebase or squash makes it.
#[test]
fn a_phase_stays_closed_for_the_same_tree_in_another_commit() {
    let site = Site::new();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    site.git(&["switch", "-q", "-c", "side"]);
    site.work_on("1");
    site.plan(&["gate", "approve", "ground/seen", "--note", "Seen"]);
    site.close("ground", "1");
    site.share_plans();
    site.git(&["switch", "-q", "main"]);
    site.git(&["merge", "-q", "--squash", "side"]);
    site.git(&["commit", "-q", "-m", "Squashed\n\nPlan-Task: demo/1"]);
    site.work_on("2");
    site.push(&["origin", "main"]).passed("");
}

/// Which phase a task is in is asked before as well as after the push.
#[test]
fn a_task_moved_in_the_same_push_gains_nothing() {
    let site = Site::new();
    site.work_on("3");
    site.plan(&["update-task", "3", "--phase", "ground"]);
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .refused(
            "
refused (R2): main: phase ground comes before roof, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending) and 1 more
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
refused (R2): main: phase walls comes before roof, which this push brings work of: it is open
    unmet walls/tasks: task 2 is open (pending)
      → git plan -p demo done 2
    → git plan -p demo close-phase walls
error: the push is refused
",
        );
    site.plan(&["update-task", "3", "--no-phase"]);
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .refused(
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
    // By hand, under another number: what was 3 is 4, and what is 3 is of the first phase.
    site.plan(&["update-task", "3", "--phase", "roof"]);
    site.plan(&["add-task", "Decoy", "--phase", "ground"]);
    let (real, decoy) = (
        site.sandbox.task_path("demo", "3"),
        site.sandbox.task_path("demo", "4"),
    );
    site.sandbox
        .change_by_hand(&real, |text| text.replace("number = 3", "number = 9"));
    site.sandbox
        .change_by_hand(&decoy, |text| text.replace("number = 4", "number = 3"));
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .refused(
            "
refused (R2): main: phase ground comes before roof, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending) and 1 more
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

#[test]
fn a_task_removed_in_the_same_push_gains_nothing() {
    let site = Site::new();
    site.work_on("3");
    site.plan(&["remove-task", "3"]);
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .refused(
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
