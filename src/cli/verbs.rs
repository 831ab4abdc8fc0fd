//! The list of commands. Help, completion, man pages and `batch` are made from it.
//!
//! A command is there when it works: one that is not built yet is not in the list.

use std::ffi::OsString;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::commands as c;
use super::context::{Context, Globals};
use super::error::{Error, Result};
use super::mutation::{self, Mutation};

/// What a command is about: its heading in the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// A plan.
    Plan,
    /// Phases.
    Phases,
    /// Tasks.
    Tasks,
    /// Gates.
    Gates,
    /// The code that is planned.
    Code,
    /// Keeping it sound.
    Health,
    /// In and out.
    InOut,
    /// This machine.
    Machine,
}

impl Group {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 8] = [
        Self::Plan,
        Self::Phases,
        Self::Tasks,
        Self::Gates,
        Self::Code,
        Self::Health,
        Self::InOut,
        Self::Machine,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Plan => "A plan",
            Self::Phases => "Phases",
            Self::Tasks => "Tasks",
            Self::Gates => "Gates",
            Self::Code => "Code",
            Self::Health => "Health",
            Self::InOut => "In and out",
            Self::Machine => "This machine",
        }
    }
}

/// How a command's arguments become a mutation, for `batch`.
pub type ToMutation = fn(&ArgMatches) -> Result<Box<dyn Mutation>, clap::Error>;

/// A command.
pub struct Verb {
    /// Its name.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// What the commit calls it: its name, behind that of its family.
    operation: &'static str,
    arguments: fn(Command) -> Command,
    run: fn(&Context, &'static str, &ArgMatches) -> Result<()>,
    mutation: Option<ToMutation>,
    children: &'static [Verb],
}

/// A command that only reads, or that has a way of its own to write.
pub trait Run: Args + FromArgMatches {
    /// Does it.
    ///
    /// # Errors
    /// Those of the command.
    fn run(&self, cx: &Context) -> Result<()>;
}

const fn plain<C: Run>(name: &'static str, group: Group) -> Verb {
    Verb {
        name,
        group,
        operation: name,
        arguments: C::augment_args,
        run: run_plain::<C>,
        mutation: None,
        children: &[],
    }
}

const fn writes<M: Mutation + Args + FromArgMatches + 'static>(
    name: &'static str,
    group: Group,
) -> Verb {
    Verb {
        name,
        group,
        operation: name,
        arguments: M::augment_args,
        run: run_mutation::<M>,
        mutation: Some(boxed::<M>),
        children: &[],
    }
}

const fn family(
    name: &'static str,
    group: Group,
    arguments: fn(Command) -> Command,
    children: &'static [Verb],
) -> Verb {
    Verb {
        name,
        group,
        operation: name,
        arguments,
        run: run_nothing,
        mutation: None,
        children,
    }
}

fn gate_family(command: Command) -> Command {
    family_arguments(command, "Conditions that a phase must satisfy")
}

fn register_family(command: Command) -> Command {
    family_arguments(
        command,
        "Questions, assumptions, risks, decisions, discrepancies and hypotheses",
    )
}

fn hooks_family(command: Command) -> Command {
    family_arguments(
        command,
        "Git's hooks, by which the plans have a say in commits and pushes",
    )
}

fn ci_family(command: Command) -> Command {
    family_arguments(
        command,
        "The rules on proposed changes, where hooks can be skipped",
    )
}

fn family_arguments(command: Command, about: &'static str) -> Command {
    command
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
}

fn run_plain<C: Run>(cx: &Context, _: &'static str, matches: &ArgMatches) -> Result<()> {
    parsed::<C>(matches)?.run(cx)
}

fn run_mutation<M: Mutation + Args + FromArgMatches>(
    cx: &Context,
    name: &'static str,
    matches: &ArgMatches,
) -> Result<()> {
    mutation::run(cx, name, &parsed::<M>(matches)?)
}

fn run_nothing(_: &Context, name: &'static str, _: &ArgMatches) -> Result<()> {
    Err(Error::usage(format!("{name} takes a command of its own")))
}

fn parsed<T: FromArgMatches>(matches: &ArgMatches) -> Result<T> {
    T::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))
}

fn boxed<M: Mutation + FromArgMatches + 'static>(
    matches: &ArgMatches,
) -> Result<Box<dyn Mutation>, clap::Error> {
    Ok(Box::new(M::from_arg_matches(matches)?))
}

use Group::{Code, Gates, Health, InOut, Machine, Phases, Plan, Tasks};

static TRUST: [Verb; 2] = [
    plain::<c::trust::List>("list", Gates),
    plain::<c::trust::Revoke>("revoke", Gates),
];

static GATE: [Verb; 7] = [
    writes::<c::gate::Add>("add", Gates).recorded_as("gate add"),
    plain::<c::gate::List>("list", Gates),
    plain::<c::gate::RunGates>("run", Gates),
    plain::<c::gate::Check>("check", Gates),
    writes::<c::gate::Approve>("approve", Gates).recorded_as("gate approve"),
    writes::<c::gate::Waive>("waive", Gates).recorded_as("gate waive"),
    writes::<c::gate::Remove>("remove", Gates).recorded_as("gate remove"),
];

static CI: [Verb; 2] = [
    plain::<c::ci::Check>("check", Gates),
    plain::<c::ci::RunGates>("run", Gates),
];
static REGISTER: [Verb; 3] = [
    writes::<c::register::Add>("add", Plan).recorded_as("register add"),
    plain::<c::register::List>("list", Plan),
    writes::<c::register::Resolve>("resolve", Plan).recorded_as("register resolve"),
];

static HOOKS: [Verb; 3] = [
    plain::<c::hooks::Install>("install", Gates),
    plain::<c::hooks::Uninstall>("uninstall", Gates),
    plain::<c::hooks::Status>("status", Gates),
];

/// What programs call and people do not: in no list, no help and no manual.
static HIDDEN: [Verb; 2] = [
    plain::<c::hook::RunHook>("hook", Gates),
    plain::<c::textconv::TextConv>("textconv", Machine),
];

/// Every command, in the order of the help.
pub static VERBS: [Verb; 50] = [
    plain::<c::init::Init>("init", Plan),
    plain::<c::list::List>("list", Plan),
    plain::<c::use_plan::Use>("use", Plan),
    plain::<c::status::Status>("status", Plan),
    plain::<c::show::Show>("show", Plan),
    writes::<c::update_plan::UpdatePlan>("update-plan", Plan),
    family("register", Plan, register_family, &REGISTER),
    plain::<c::archive::Archive>("archive", Plan),
    plain::<c::log::Log>("log", Plan),
    plain::<c::undo::Undo>("undo", Plan),
    plain::<c::diff::Diff>("diff", Plan),
    writes::<c::add_phase::AddPhase>("add-phase", Phases),
    writes::<c::update_phase::UpdatePhase>("update-phase", Phases),
    writes::<c::remove_phase::RemovePhase>("remove-phase", Phases),
    writes::<c::close_phase::ClosePhase>("close-phase", Phases),
    writes::<c::reopen_phase::ReopenPhase>("reopen-phase", Phases),
    writes::<c::add_task::AddTask>("add-task", Tasks),
    writes::<c::update_task::UpdateTask>("update-task", Tasks),
    writes::<c::remove_task::RemoveTask>("remove-task", Tasks),
    plain::<c::tasks::Tasks>("tasks", Tasks),
    plain::<c::ready::Ready>("ready", Tasks),
    writes::<c::start::Start>("start", Tasks),
    writes::<c::done::Done>("done", Tasks),
    writes::<c::block::Block>("block", Tasks),
    writes::<c::unblock::Unblock>("unblock", Tasks),
    writes::<c::note::NoteTask>("note", Tasks),
    writes::<c::add_item::AddItem>("add-item", Tasks),
    writes::<c::check_item::CheckItem>("check-item", Tasks),
    plain::<c::verify_task::VerifyTask>("verify-task", Tasks),
    family("gate", Gates, gate_family, &GATE),
    plain::<c::trust::Allow>("trust", Gates).with(&TRUST),
    family("hooks", Gates, hooks_family, &HOOKS),
    family("ci", Gates, ci_family, &CI),
    plain::<c::review::Review>("review", Gates),
    plain::<c::checkpoint::TakeCheckpoint>("checkpoint", Code),
    plain::<c::checkpoints::ListCheckpoints>("checkpoints", Code),
    plain::<c::show_diff::ShowDiff>("show-diff", Code),
    plain::<c::rewind::Rewind>("rewind", Code),
    writes::<c::add_spec::AddSpec>("add-spec", Code),
    writes::<c::remove_spec::RemoveSpec>("remove-spec", Code),
    plain::<c::similar_code::SimilarCode>("similar-code", Code),
    plain::<c::doctor::Doctor>("doctor", Health),
    plain::<c::edit::Edit>("edit", InOut),
    plain::<c::apply::Apply>("apply", InOut),
    plain::<c::batch::Batch>("batch", InOut),
    plain::<c::setup::Setup>("setup", Machine),
    plain::<c::config::Config>("config", Machine),
    plain::<c::completions::Completions>("completions", Machine),
    plain::<c::schema::Schema>("schema", Machine),
    plain::<c::demo::Demo>("demo", Machine),
];

impl Verb {
    const fn recorded_as(self, operation: &'static str) -> Self {
        Self { operation, ..self }
    }

    const fn with(self, children: &'static [Verb]) -> Self {
        Self { children, ..self }
    }

    /// The command as the argument parser knows it.
    pub fn command(&self) -> Command {
        let command = (self.arguments)(Command::new(self.name).disable_help_subcommand(true));
        self.children.iter().fold(command, |command, child| {
            command.subcommand(child.command())
        })
    }

    /// Its commands, where it has some.
    pub fn children(&self) -> &'static [Verb] {
        self.children
    }

    /// How its arguments become a mutation, where it writes.
    pub fn mutation(&self) -> Option<ToMutation> {
        self.mutation
    }
}

fn root() -> Command {
    let root = Command::new("git-plan")
        .bin_name("git plan")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A Git-native plan tracker")
        .disable_help_subcommand(true)
        .max_term_width(100);
    Globals::augment_args(root)
}

/// The whole command line: for help, completion, man pages, and words that are no command.
pub fn whole_command() -> Command {
    let root = VERBS
        .iter()
        .fold(root(), |root, verb| root.subcommand(verb.command()));
    root.override_help(super::manual::overview())
}

/// The command line as far as these arguments need it: the one command that they name. Building
/// all of them would cost more than most commands do.
pub fn command_for(args: &[OsString]) -> Command {
    let named = args
        .iter()
        .skip(1)
        .find_map(|word| VERBS.iter().find(|verb| *verb.name == **word));
    let hidden = args
        .get(1)
        .and_then(|word| HIDDEN.iter().find(|verb| *verb.name == **word));
    match hidden.or(named) {
        Some(verb) if args.get(1).is_some_and(|word| *word == *verb.name) => {
            root().subcommand(verb.command())
        }
        _ if args.len() == 1 => root(),
        _ => whole_command(),
    }
}

/// Runs the command of that name.
///
/// # Errors
/// Those of the command.
pub fn run(cx: &Context, name: &str, matches: &ArgMatches) -> Result<()> {
    let (verb, matches) = find(&VERBS, name, matches)
        .or_else(|| find(&HIDDEN, name, matches))
        .ok_or_else(|| Error::usage(format!("there is no command '{name}'")))?;
    (verb.run)(cx, verb.operation, matches)
}

fn find<'a>(
    verbs: &'static [Verb],
    name: &str,
    matches: &'a ArgMatches,
) -> Option<(&'static Verb, &'a ArgMatches)> {
    let verb = verbs.iter().find(|verb| verb.name == name)?;
    match matches.subcommand() {
        Some((child, matches)) if !verb.children.is_empty() => find(verb.children, child, matches),
        _ => Some((verb, matches)),
    }
}
