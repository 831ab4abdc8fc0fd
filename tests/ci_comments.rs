//! The jobs in `hooks/ci/` that write comments: their scripts run as a forge would run them, in a clone of a
//! repository that has a pull request, against a stand-in for the forge's API.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

#[path = "cli/sandbox.rs"]
#[expect(dead_code, reason = "the other tests of the program use the rest")]
mod sandbox;

#[path = "ci/api.rs"]
mod api;
#[path = "ci/forge.rs"]
#[expect(dead_code, reason = "the other tests of these files use the rest")]
mod forge;
#[path = "ci/scripts.rs"]
mod scripts;

use std::fs;
use std::path::PathBuf;

use api::{Api, BOT, TOKEN};
use forge::{Forge, NUMBER};
use sandbox::Run;
use scripts::{gitlab_scripts, scripts, text};

/// A forge with a pull request of the plan branch, its API, and the clone of a runner.
struct Site {
    forge: Forge,
    api: Api,
}

/// Whose files are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    GitHub,
    GitLab,
}

const BOTH: [Of; 2] = [Of::GitHub, Of::GitLab];

impl Site {
    /// None where there is no `jq` or `curl`: forges' machines have them, and so has whatever runs `.ci/run`.
    fn new() -> Option<Self> {
        let forge = Forge::new();
        if forge.sandbox.sh("command -v jq && command -v curl").code != 0 {
            return None;
        }
        forge.stub("apt-get", ":");
        let api = Api::new(forge.sandbox.root().join("forge.git"));
        let site = Self { forge, api };
        site.change("Third");
        site.forge.take();
        Some(site)
    }

    /// The pull request goes on by a task; its head.
    fn change(&self, title: &str) -> String {
        let sandbox = &self.forge.sandbox;
        sandbox.plan(&["add-task", title]).ok();
        let head = sandbox.git(&["rev-parse", "git-plan"]);
        let refspec = format!("+git-plan:refs/pull/{NUMBER}/head");
        sandbox.git(&["push", "-q", "origin", &refspec]);
        self.api.state().head.clone_from(&head);
        head
    }

    fn head(&self) -> String {
        self.api.state().head.clone()
    }

    /// A state of the plans that follows another one, known to the forge and to the runner.
    fn plans_after(&self, commit: &str, message: &str) -> String {
        let sandbox = &self.forge.sandbox;
        let tree = sandbox.git(&["rev-parse", "git-plan^{tree}"]);
        let new = sandbox.git(&["commit-tree", "-p", commit, "-m", message, &tree]);
        let refspec = format!("+{new}:refs/heads/git-plan");
        sandbox.git(&["push", "-q", "origin", &refspec]);
        new
    }

    fn comment_file(&self, of: Of) -> PathBuf {
        match of {
            Of::GitHub => self.forge.sandbox.root().join("home/comment.md"),
            Of::GitLab => self.forge.runner().join("plan-note.md"),
        }
    }

    /// Runs these scripts for a head of the plan branch.
    fn run(&self, of: Of, scripts: &[String], head: &str) -> Run {
        self.run_for(of, ("diff", "git-plan"), scripts, head)
    }

    /// Runs these scripts for a head that goes to a branch.
    fn run_for(&self, of: Of, to: (&str, &str), scripts: &[String], head: &str) -> Run {
        let (kind, branch) = to;
        if of == Of::GitLab {
            // Its runner brings the commit of the pipeline.
            let head = ["fetch", "-q", "origin", "refs/pull/7/head"];
            self.forge.sandbox.git_in(&self.forge.runner(), &head);
        }
        if self.api.state().base.is_empty() {
            branch.clone_into(&mut self.api.state().base);
        }
        let summary = self.forge.sandbox.root().join("home/summary");
        let url = self.api.url();
        let variables = [
            ("GITHUB_API_URL", url.as_str()),
            ("GITHUB_REPOSITORY", "o/r"),
            ("GITHUB_TOKEN", TOKEN),
            ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
            ("HEAD_SHA", head),
            ("NUMBER", NUMBER),
            ("BASE_REF", branch),
            ("KIND", kind),
            ("CI_API_V4_URL", &url),
            ("CI_PROJECT_ID", "1"),
            ("CI_MERGE_REQUEST_IID", NUMBER),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", branch),
            ("CI_COMMIT_SHA", head),
            ("PLAN_NOTE_TOKEN", TOKEN),
        ];
        self.forge.run(scripts, &variables)
    }

    /// All that is run for a pull request of the plan branch.
    fn all(&self, of: Of, head: &str) -> Run {
        self.run(of, &all_scripts(of), head)
    }

    /// The last step alone, with this comment.
    fn post(&self, of: Of, comment: &str, head: &str) -> Run {
        fs::write(self.comment_file(of), comment).unwrap();
        let script = all_scripts(of).pop().unwrap();
        self.run(of, &[script], head)
    }

    fn bodies(&self) -> Vec<String> {
        let state = self.api.state();
        state
            .comments
            .iter()
            .map(|comment| comment.body.clone())
            .collect()
    }
}

fn all_scripts(of: Of) -> Vec<String> {
    match of {
        Of::GitHub => scripts(&text("github-plan-review.yml")),
        Of::GitLab => gitlab_scripts(&text("gitlab-review.yml"), "plan-diff"),
    }
}

fn comment(plan: &str, head: &str, text: &str) -> String {
    format!("<!-- git-plan:diff v=1 plan={plan} base=none head={head} -->\n{text}\n")
}

#[test]
fn the_first_run_comments_and_later_ones_update() {
    for of in BOTH {
        let Some(site) = Site::new() else { return };
        site.api.state().say("ada", "Looks good");
        let head = site.head();
        site.all(of, &head).ok();
        let first = site.bodies();
        let range = format!("origin/git-plan...{head}");
        let told = site
            .forge
            .plan(&["diff", "--format", "markdown", &range])
            .ok();
        assert_eq!(first, ["Looks good", &told]);
        assert!(
            told.contains("task 3 \"Third\"") && !told.contains("Fourth"),
            "{told}"
        );
        // The same again writes nothing.
        let again = site.all(of, &head).ok();
        assert!(
            again.contains("nothing is written: it is what is there"),
            "{again}"
        );
        assert_eq!(site.api.state().writes().len(), 1);
        let head = site.change("Fourth");
        site.all(of, &head).ok();
        let second = site.bodies();
        assert_eq!(second.len(), 2);
        assert!(second[1].contains("task 4 \"Fourth\""), "{second:?}");
        assert_eq!(site.api.state().writes().len(), 2, "{of:?}");
        site.forge.assert_not_left_behind(TOKEN);
    }
}

#[test]
fn a_pull_request_of_code_gets_a_review() {
    for of in BOTH {
        let Some(site) = Site::new() else { return };
        let mut told = Vec::new();
        for task in ["2", "1"] {
            let head = site.forge.pull_request(task);
            site.api.state().head.clone_from(&head);
            let scripts = match of {
                Of::GitHub => scripts(&text("github-review.yml")),
                Of::GitLab => gitlab_scripts(&text("gitlab-review.yml"), "plan-review"),
            };
            let run = site.run_for(of, ("review", "main"), &scripts, &head);
            // What is refused is told, and judged elsewhere.
            let said = run.ok();
            assert_eq!(
                said.contains("::error "),
                of == Of::GitHub && task == "2",
                "{said}"
            );
            let base = "origin/main";
            let words = [
                "review", "--base", base, "--head", &head, "--branch", "main",
            ];
            let words = [&words[..], &["--format", "markdown"]].concat();
            let bodies = site.bodies();
            assert_eq!(bodies, [site.forge.plan(&words).ok()], "{of:?}");
            told.extend(bodies);
        }
        assert_ne!(told[0], told[1]);
        assert_eq!(site.api.state().writes().len(), 2);
        if of == Of::GitLab {
            let report = fs::read(site.forge.runner().join("plan-code-quality.json")).unwrap();
            assert!(
                serde_json::from_slice::<serde_json::Value>(&report)
                    .unwrap()
                    .is_array()
            );
        }
    }
}

#[test]
fn the_summary_of_the_step_has_it_too() {
    let Some(site) = Site::new() else { return };
    site.all(Of::GitHub, &site.head()).ok();
    let summary = site.forge.sandbox.root().join("home/summary");
    assert_eq!(fs::read_to_string(summary).unwrap(), site.bodies()[0]);
}

#[test]
fn what_others_wrote_is_not_touched() {
    for of in BOTH {
        let Some(site) = Site::new() else { return };
        let head = site.head();
        let faked = comment("none", &head, "Faked");
        let others = [
            ("mallory", faked.clone()),
            ("github-actions", faked.clone()),
            (BOT, format!("Said: {faked}")),
            (BOT, faked.replace("git-plan:diff", "git-plan:review")),
            (BOT, faked.replace("v=1", "v=2")),
        ];
        for (author, body) in &others {
            site.api.state().say(author, body);
        }
        site.post(of, &comment("none", &head, "Ours"), &head).ok();
        let bodies = site.bodies();
        assert_eq!(bodies.len(), others.len() + 1, "{of:?}");
        for (body, (_, other)) in bodies.iter().zip(&others) {
            assert_eq!(body, other);
        }
        assert!(bodies.last().unwrap().contains("Ours"));
    }
}

#[test]
fn a_run_that_is_late_writes_nothing() {
    for of in BOTH {
        let Some(site) = Site::new() else { return };
        let head = site.head();
        let older = site.forge.sandbox.git(&["rev-parse", "git-plan^"]);
        let newer = site.plans_after(&older, "newer");
        // The pull request has moved on.
        let old_head = site.head();
        let new_head = site.change("Fourth");
        let said = site
            .post(of, &comment(&older, &old_head, "Late"), &old_head)
            .ok();
        assert!(said.contains("has moved on"), "{said}");
        assert_eq!(site.bodies(), [""; 0]);
        // What is there knows newer plans.
        site.api.state().head.clone_from(&head);
        let there = comment(&newer, &head, "There");
        site.api.state().say(BOT, &there);
        let said = site.post(of, &comment(&older, &head, "Late"), &head).ok();
        assert!(said.contains("knows newer plans"), "{of:?}: {said}");
        assert_eq!(site.bodies(), [there]);
        assert_eq!(site.api.state().writes(), [""; 0]);
        // It goes to another branch now: GitHub names a run by its branch, GitLab its base.
        if of == BOTH[0] {
            site.api.state().base = "release".to_owned();
            site.api.state().head.clone_from(&new_head);
            let said = site
                .post(of, &comment(&older, &new_head, "Late"), &new_head)
                .ok();
            assert!(said.contains("goes to another branch"), "{said}");
            site.api.state().base.clear();
        }
        // It does, but it is about an older head.
        site.api.state().head.clone_from(&new_head);
        let ours = comment(&older, &new_head, "Ours");
        site.post(of, &ours, &new_head).ok();
        assert_eq!(site.bodies(), [ours]);
    }
}

#[test]
fn newer_plans_and_plans_that_were_rewritten_are_told() {
    for of in BOTH {
        let Some(site) = Site::new() else { return };
        let head = site.head();
        let older = site.forge.sandbox.git(&["rev-parse", "git-plan^"]);
        let newer = site.plans_after(&older, "newer");
        let other = site.plans_after(&older, "other");
        let unknown = "1".repeat(40);
        site.api.state().say(BOT, &comment(&older, &head, "Older"));
        for (plan, text) in [
            (&newer, "Newer"),
            (&other, "Other"),
            (&newer, "Newer again"),
        ] {
            let ours = comment(plan, &head, text);
            site.post(of, &ours, &head).ok();
            assert_eq!(site.bodies(), [ours], "{of:?}");
        }
        // The forge no longer has the commit.
        site.api.state().comments[0].body = comment(&unknown, &head, "Unknown");
        let ours = comment(&newer, &head, "Ours");
        site.post(of, &ours, &head).ok();
        assert_eq!(site.bodies(), [ours], "{of:?}");
    }
}

#[test]
fn the_comment_is_found_among_many() {
    for of in BOTH {
        let Some(site) = Site::new() else { return };
        let head = site.head();
        for number in 0..200 {
            site.api.state().say("ada", &format!("Remark {number}"));
        }
        site.post(of, &comment("none", &head, "First"), &head).ok();
        for number in 200..299 {
            site.api.state().say("ada", &format!("Remark {number}"));
        }
        assert!(site.bodies()[200].contains("First"));
        site.api.state().asked.clear();
        site.post(of, &comment("none", &head, "Second"), &head).ok();
        let bodies = site.bodies();
        assert_eq!(bodies.len(), 300);
        assert!(bodies[200].contains("Second"));
        let asked = site.api.state().asked.clone();
        let pages = asked.iter().filter(|request| request.contains("&page="));
        assert_eq!(pages.count(), 3, "{asked:?}");
    }
}

#[test]
fn where_the_forge_says_no_the_job_fails_and_nothing_is_written() {
    for of in BOTH {
        let Some(site) = Site::new() else { return };
        let head = site.head();
        site.api.state().is_down = true;
        let run = site.post(of, &comment("none", &head, "Ours"), &head);
        assert_ne!(run.code, 0, "{run:?}");
        assert_eq!(site.api.state().writes(), [""; 0]);
        site.api.state().is_down = false;
        // What is no comment of ours is not posted either.
        for text in ["", "Anything\n", "<!-- git-plan:review v=1 -->\n"] {
            let run = site.post(of, text, &head);
            assert_eq!(run.code, 1, "{run:?}");
        }
        assert_eq!(site.bodies(), [""; 0]);
    }
}

#[test]
fn without_a_token_gitlab_writes_no_note() {
    let Some(site) = Site::new() else { return };
    fs::write(site.comment_file(Of::GitLab), comment("none", "none", "x")).unwrap();
    let script = all_scripts(Of::GitLab).pop().unwrap();
    let said = site.forge.run(&[script], &[("KIND", "diff")]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("there is no PLAN_NOTE_TOKEN"), "{said:?}");
}

/// Each file can be copied by itself, so that two have the same step: to the letter.
#[test]
fn both_workflows_post_in_the_same_way() {
    let last = |file| scripts(&text(file)).pop().unwrap();
    assert_eq!(last("github-review.yml"), last("github-plan-review.yml"));
}
