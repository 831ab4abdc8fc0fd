//! Man pages and the command reference, made from the list of commands.

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::commands::config::KEYS;
use super::verbs::{self, Group, VERBS};

/// What each exit code means; the list of the design, held by a test of each.
pub const EXIT_CODES: [(u8, &str); 8] = [
    (0, "Done: what was to be stored is stored."),
    (
        1,
        "The answer is no: a gate is unmet, a rule forbids it, the question was answered no.",
    ),
    (2, "The command line is wrong."),
    (3, "Bad or missing data: an unknown name, an invalid file."),
    (4, "A person has to do it; the line to type is printed."),
    (
        5,
        "Conflict: somebody else changed the same thing, or was faster every time.",
    ),
    (6, "The environment: Git, the file system, the network."),
    (130, "Interrupted."),
];

/// Environment variables.
pub const VARIABLES: [(&str, &str); 11] = [
    ("GIT_PLAN", "The current plan; -p comes before it."),
    ("GIT_PLAN_AS", "The agent that acts; --as comes before it."),
    (
        "GIT_PLAN_TRUST",
        "A file that git plan trust --export printed: what it lists may run, and nothing else.",
    ),
    (
        "CI",
        "Where it is set and not empty, 0 or false: git plan ci run asks nobody.",
    ),
    (
        "GIT_DIR, GIT_WORK_TREE, GIT_COMMON_DIR",
        "The repository, as for Git.",
    ),
    (
        "GIT_COMMITTER_NAME, GIT_COMMITTER_EMAIL",
        "Author and committer of the commits on the plan ref; before user.name and user.email.",
    ),
    ("GIT_EDITOR, VISUAL, EDITOR", "The editor, as for Git."),
    ("GIT_PAGER, PAGER", "The pager, as for Git."),
    ("NO_COLOR", "No colours, where it is set and not empty."),
    (
        "GIT_PLAN_NOW",
        "The clock, as 2026-01-31T09:30:00Z; for scripts that must print the same twice.",
    ),
    (
        "GIT_PLAN_SEED",
        "A number that ids are made from instead of chance; for the same.",
    ),
];

/// Files.
pub const FILES: [(&str, &str); 5] = [
    (
        "refs/heads/git-plan",
        "The plan ref: the branch that holds all plans under .plans/ (plan.ref).",
    ),
    (
        ".plans/<plan>/plan.toml",
        "On that ref: a plan, its phases and gates.",
    ),
    (
        ".plans/<plan>/tasks/<ab>/<id>.toml",
        "On that ref: a task. Records are under evidence/.",
    ),
    (
        "$GIT_DIR/git-plan/",
        "The choice of git plan use; and, in the common folder, a cache that is safe to delete.",
    ),
    (
        "$XDG_STATE_HOME/git-plan/trust/",
        "What may run on this machine (git plan trust); without that variable, under ~/.local/state/.",
    ),
];

/// How plans are enforced, a paragraph each.
const ENFORCEMENT: [&str; 4] = [
    "Every command that writes refuses what the order of phases and tasks does not allow. What is \
     pushed to a protected ref (git plan update-plan --protect) is judged besides: all phases before \
     those that its commits belong to are closed, each gate for pushes that it concerns holds, and \
     each commit names a task by a line 'Plan-Task: PLAN/TASK' in its message. The plan ref itself \
     loses no record, and asks for no less than before without a record that says why.",
    "The hooks of a clone (git plan hooks install) judge before a push. git push --no-verify passes \
     them. The hook of a server (git plan hooks install --server) and git plan ci check, as a \
     required check of a forge, judge by the same rules, and nobody passes them who may not change \
     that server or that check.",
    "Only a waiver lets an unmet gate pass: git plan gate waive, with a reason and an end. The plan \
     says whose waivers count, and what else is strict (git plan update-plan --policy); the \
     configuration of the side that judges says what is the least (plan.floor.*).",
    "No command of a plan runs on a machine before its person has trusted exactly that command and \
     the files that it names: git plan trust. Then git plan gate run runs it, and records what came of it.",
];

/// A page: the name of its file and its text.
pub struct Page {
    /// `git-plan-add-task.1`.
    pub name: String,
    /// The text, as roff.
    pub text: String,
}

/// Every man page, by name.
pub fn pages() -> Vec<Page> {
    let mut root = verbs::whole_command();
    root.build();
    let mut pages = vec![root_page(&root)];
    for verb in &VERBS {
        if let Some(command) = root.find_subcommand(verb.name) {
            collect(command, &format!("git-plan-{}", verb.name), &mut pages);
        }
    }
    pages
}

fn collect(command: &Command, name: &str, pages: &mut Vec<Page>) {
    pages.push(page(command, name));
    for child in command
        .get_subcommands()
        .filter(|child| !child.is_hide_set())
    {
        collect(child, &format!("{name}-{}", child.get_name()), pages);
    }
}

/// The same day in every page: a page tells its version, not when it was made.
fn man(command: &Command, name: &str) -> Man {
    let command = command
        .clone()
        .name(name.to_owned())
        .display_name(name.to_owned());
    let version = format!("git-plan {}", env!("CARGO_PKG_VERSION"));
    Man::new(command)
        .title(name.to_uppercase())
        .section("1")
        .date("")
        .source(version)
        .manual("Git Plan Manual")
}

fn render(parts: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    // Writing into memory does not fail.
    let _ = parts(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn page(command: &Command, name: &str) -> Page {
    let man = man(command, name);
    let text = render(|out| {
        man.render_title(out)?;
        man.render_name_section(out)?;
        man.render_synopsis_section(out)?;
        man.render_description_section(out)?;
        man.render_options_section(out)?;
        examples(command).to_writer(out)?;
        common(false).to_writer(out)
    });
    Page {
        name: format!("{name}.1"),
        text,
    }
}

fn root_page(root: &Command) -> Page {
    let man = man(root, "git-plan");
    let text = render(|out| {
        man.render_title(out)?;
        man.render_name_section(out)?;
        synopsis().to_writer(out)?;
        man.render_options_section(out)?;
        commands(root).to_writer(out)?;
        enforcement().to_writer(out)?;
        configuration().to_writer(out)?;
        common(true).to_writer(out)
    });
    Page {
        name: "git-plan.1".to_owned(),
        text,
    }
}

fn synopsis() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    roff.text([bold("git plan"), roman(" [options] <command> [arguments]")]);
    roff.control("SH", ["DESCRIPTION"]);
    roff.text([roman(
        "Plans, phases, tasks and gates live as files under .plans/ on a Git ref of their own, \
         beside the code and never in its way: no command changes HEAD, the index, the working \
         tree, or any ref but the plan ref. Every change is one commit there, so that it can be \
         read, shared and taken back.",
    )]);
    roff.text([roman(
        "Without a command, git plan shows the status of the current plan.",
    )]);
    roff
}

fn commands(root: &Command) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["COMMANDS"]);
    for group in Group::ALL {
        roff.control("SS", [group.title()]);
        for verb in VERBS.iter().filter(|verb| verb.group == group) {
            let about = root.find_subcommand(verb.name).and_then(Command::get_about);
            entry(
                &mut roff,
                &format!("git-plan-{}(1)", verb.name),
                &about.map(ToString::to_string).unwrap_or_default(),
            );
        }
    }
    roff
}

fn enforcement() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["ENFORCEMENT"]);
    for paragraph in ENFORCEMENT {
        roff.control("PP", []);
        roff.text([roman(paragraph)]);
    }
    roff
}

fn configuration() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["CONFIGURATION"]);
    for key in &KEYS {
        entry(&mut roff, key.name, key.about);
    }
    roff
}

fn entry(roff: &mut Roff, name: &str, about: &str) {
    roff.control("TP", []);
    roff.text([bold(name)]);
    roff.text([roman(about)]);
}

fn examples(command: &Command) -> Roff {
    let mut roff = Roff::new();
    let text = command
        .get_after_long_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let lines: Vec<&str> = text.lines().skip(1).map(str::trim_start).collect();
    if !lines.is_empty() {
        roff.control("SH", ["EXAMPLES"]);
        roff.control("nf", []);
        lines.iter().for_each(|line| {
            roff.text([roman(*line)]);
        });
        roff.control("fi", []);
    }
    roff
}

fn common(whole: bool) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for (code, about) in EXIT_CODES {
        entry(&mut roff, &code.to_string(), about);
    }
    roff.control("SH", ["ENVIRONMENT"]);
    for (name, about) in VARIABLES {
        entry(&mut roff, name, about);
    }
    roff.control("SH", ["FILES"]);
    for (name, about) in FILES {
        entry(&mut roff, name, about);
    }
    if !whole {
        roff.control("SH", ["SEE ALSO"]);
        roff.text([bold("git-plan"), roman("(1)")]);
    }
    roff
}

/// The help of `git plan` itself: the commands by what they are about.
pub fn overview() -> String {
    let mut text = String::from(
        "A Git-native plan tracker: plans, phases, tasks and gates on a Git ref of their own.\n\n\
         Usage: git plan [options] <command> [arguments]\n",
    );
    for group in Group::ALL {
        text.push_str(&format!("\n{}:\n", group.title()));
        for verb in VERBS.iter().filter(|verb| verb.group == group) {
            let about = verb
                .command()
                .get_about()
                .map(ToString::to_string)
                .unwrap_or_default();
            text.push_str(&format!("  {:<13} {about}\n", verb.name));
        }
    }
    text.push_str(
        "\nCommon options:\n  \
         -p, --plan <PLAN>  The plan to work on, instead of the current one\n      \
         --json         Print JSON for programs\n      \
         --dry-run      Print what would change, and store nothing\n      \
         --as <NAME>    Act as this agent (GIT_PLAN_AS)\n  \
         -y, --yes          Answer yes to questions\n  \
         -h, --help         Print help; git plan <command> -h for one command\n  \
         -V, --version      Print the version\n\n\
         Without a command: git plan status. The manual: git plan --help, after git plan setup.\n",
    );
    text
}

/// The command reference, as Markdown.
pub fn reference() -> String {
    let mut text = String::from(
        "# Command reference\n\nMade from the program by `cargo test`; do not edit. \
         Every command takes `-p/--plan`, `--json`, `--dry-run`, `--as` and `--yes`.\n",
    );
    for group in Group::ALL {
        text.push_str(&format!("\n## {}\n", group.title()));
        for verb in VERBS.iter().filter(|verb| verb.group == group) {
            describe(verb, &format!("git plan {}", verb.name), &mut text);
        }
    }
    text.push_str("\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n");
    for (code, about) in EXIT_CODES {
        text.push_str(&format!("| {code} | {about} |\n"));
    }
    text
}

fn describe(verb: &verbs::Verb, name: &str, text: &mut String) {
    let command = verb.command();
    if !command.is_subcommand_required_set() {
        let mut command = command.bin_name(name).term_width(90);
        let help = command.render_long_help().to_string();
        let help = help
            .lines()
            .map(str::trim_end)
            .collect::<Vec<_>>()
            .join("\n");
        text.push_str(&format!(
            "\n### `{name}`\n\n```text\n{}\n```\n",
            help.trim_end()
        ));
    }
    for child in verb.children() {
        describe(child, &format!("{name} {}", child.name), text);
    }
}
