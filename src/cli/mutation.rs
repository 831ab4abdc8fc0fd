//! What every command that writes has in common: load, edit, store, report.

use super::context::Context;
use super::current;
use super::error::{Error, Result};
use super::weakenings;
use crate::enforce::CodeAt;
use crate::git::Repo;
use crate::model::{EntryId, Plan, Slug, Target, Task, TaskId, refer};
use crate::render::view::{DiffView, EntryView, GateView, PhaseView, PlanView, SpecView, TaskView};
use crate::render::{changes, escape};
use crate::store::{Committed, Draft, Message, Store, Writer};
use crate::{gate, model, review};

/// A command that changes plans: its arguments, and how they become edits.
pub trait Mutation {
    /// Applies the edits to the draft and tells what they are about.
    ///
    /// # Errors
    /// Where the arguments name nothing, or a rule forbids it.
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act>;

    /// What follows where the command was typed here, and is stored; never for one that came in a
    /// batch, or after a dry run.
    ///
    /// # Errors
    /// Those are told as a warning: what was to be stored is.
    fn was_typed(&self, _: &Context, _: &Act, _: &mut Committed<'_>) -> Result<()> {
        Ok(())
    }
}

/// What a mutation works with.
pub struct Scope<'s, 'r> {
    /// The world.
    pub cx: &'s Context,
    /// The plans.
    pub store: &'s Store<'r>,
    /// What is being changed.
    pub draft: &'s mut Draft<'r>,
    /// Who changes it.
    pub writer: &'s Writer,
}

impl Scope<'_, '_> {
    /// The plan that the command is about.
    ///
    /// # Errors
    /// As [`current::plan`].
    pub fn plan_id(&self) -> Result<Slug> {
        current::plan(self.cx, self.store.repo, &self.draft.snapshot)
    }

    /// The plan that the command is about, as the edits so far leave it.
    ///
    /// # Errors
    /// As [`current::plan`], and where it cannot be read.
    pub fn plan(&mut self) -> Result<&Plan> {
        let id = self.plan_id()?;
        Ok(self.draft.plan(&id)?)
    }

    /// The task that a word names, `4` or `auth-migration/4`.
    ///
    /// # Errors
    /// Where it names none, or several.
    pub fn task_id(&mut self, word: &str) -> Result<(Slug, TaskId)> {
        let (plan, rest) = refer::split(word);
        let (plan, rest) = match plan {
            None => (self.plan_id()?, word),
            Some(place) => match current::named(&self.draft.snapshot, place) {
                Ok(plan) => (plan, rest),
                // A key may have a slash of its own.
                Err(unknown) => match self.plan_id() {
                    Ok(plan) if refer::task(self.draft.plan(&plan)?, word).is_ok() => (plan, word),
                    _ => return Err(unknown.into()),
                },
            },
        };
        let id = refer::task(self.draft.plan(&plan)?, rest)?;
        Ok((plan, id))
    }

    /// The task that a word names, in full.
    ///
    /// # Errors
    /// Where it names none, or several, or the task cannot be read.
    pub fn task(&mut self, word: &str) -> Result<(Slug, Task)> {
        let (plan, id) = self.task_id(word)?;
        let task = self.draft.task(&plan, id)?;
        Ok((plan, task))
    }

    /// Replaces a task by a changed copy of it, as edits.
    ///
    /// # Errors
    /// Where a rule forbids it.
    pub fn change_task(&mut self, plan: &Slug, old: &Task, new: &Task) -> Result<()> {
        Ok(self
            .draft
            .apply_all(plan, model::Edit::between_tasks(old, new))?)
    }

    /// Replaces a plan's header by a changed copy of it, as edits.
    ///
    /// # Errors
    /// Where a rule forbids it.
    pub fn change_header(&mut self, plan: &Slug, new: &model::Header) -> Result<()> {
        let old = self.draft.plan(plan)?.header.clone();
        Ok(self
            .draft
            .apply_all(plan, model::Edit::between_headers(&old, new))?)
    }
}

/// What a command is about, for its report and its commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entity {
    /// The plan itself.
    Plan,
    /// A phase.
    Phase(Slug),
    /// A gate of a phase.
    Gate(Slug, Slug),
    /// A task.
    Task(TaskId),
    /// An entry of the register.
    Entry(EntryId),
    /// A specification.
    Spec(Slug),
    /// Something that is gone now: its id, and the name it had.
    Gone(String, String),
}

/// What a command did, in the words of its commit and of its report.
#[derive(Debug, Clone)]
pub struct Act {
    /// The plan.
    pub plan: Slug,
    /// What it is about.
    pub entity: Entity,
    /// `add`, for the commit.
    pub verb: &'static str,
    /// `added`, for the report.
    pub past: &'static str,
    /// What else the commit says, behind the entity.
    pub detail: String,
    /// Lines for the person, after it is stored.
    pub notes: Vec<String>,
    /// Why, where less has to hold afterwards than before.
    pub reason: Option<String>,
}

impl Act {
    /// An act without detail.
    pub fn new(plan: &Slug, entity: Entity, (verb, past): (&'static str, &'static str)) -> Self {
        let plan = plan.clone();
        Self {
            plan,
            entity,
            verb,
            past,
            detail: String::new(),
            notes: Vec::new(),
            reason: None,
        }
    }

    /// Adds why, for the case that less has to hold afterwards than before.
    #[must_use]
    pub fn because(self, reason: Option<&str>) -> Self {
        Self {
            reason: reason.map(str::to_owned),
            ..self
        }
    }

    /// Adds what else the commit says; of a long text, its beginning.
    #[must_use]
    pub fn detail(self, detail: impl AsRef<str>) -> Self {
        const LONGEST: usize = 80;
        let detail = detail.as_ref();
        let first = detail.lines().next().unwrap_or_default();
        let short: String = first.chars().take(LONGEST).collect();
        let cut = if short.len() < detail.trim_end().len() {
            "…"
        } else {
            ""
        };
        Self {
            detail: format!("{short}{cut}"),
            ..self
        }
    }

    /// Adds a line for the person.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    fn words(&self, plan: &Plan, verb: &str) -> String {
        let name = match &self.entity {
            Entity::Plan => format!("plan {} \"{}\"", plan.id, plan.header.title),
            Entity::Phase(id) => format!("phase {id}"),
            Entity::Gate(phase, gate) => format!("gate {phase}/{gate}"),
            Entity::Task(id) => {
                let title = plan
                    .tasks
                    .get(id)
                    .map(|task| &*task.title)
                    .unwrap_or_default();
                format!("task {} \"{title}\"", plan.name_of(*id))
            }
            Entity::Entry(id) => plan.called(&Target::Register(*id)),
            Entity::Spec(name) => plan.called(&Target::Spec(name.clone())),
            Entity::Gone(_, name) => name.clone(),
        };
        if self.detail.is_empty() {
            format!("{verb} {name}")
        } else {
            format!("{verb} {name}: {}", self.detail)
        }
    }

    fn message(&self, draft: &mut Draft<'_>, operation: &str) -> crate::store::Result<Message> {
        let plan = draft.plan(&self.plan)?;
        let id = match &self.entity {
            Entity::Plan => self.plan.to_string(),
            Entity::Gone(id, _) => id.clone(),
            Entity::Phase(id) | Entity::Spec(id) => id.to_string(),
            Entity::Gate(phase, gate) => format!("{phase}/{gate}"),
            Entity::Task(id) => id.to_string(),
            Entity::Entry(id) => id.to_string(),
        };
        Ok(Message {
            subject: format!("{}: {}", self.plan, self.words(plan, self.verb)),
            operation: operation.to_owned(),
            ids: vec![id],
            ..Message::default()
        })
    }
}

/// Runs a command that writes, from the repository to the report.
///
/// # Errors
/// Those of the command; nothing is stored then.
pub fn run(cx: &Context, operation: &str, mutation: &dyn Mutation) -> Result<()> {
    let repo = cx.repo()?;
    let store = cx.store(&repo)?;
    let writer = cx.writer(&repo)?;
    let mut draft = Draft::on(cx.snapshot(&store)?);
    let mut scope = Scope {
        cx,
        store: &store,
        draft: &mut draft,
        writer: &writer,
    };
    let act = match mutation.apply(&mut scope) {
        Ok(act) => act,
        Err(error) => {
            warn_of_broken(cx, &draft);
            return Err(error);
        }
    };
    let Some(done) = keep(cx, &store, draft, &writer, operation, &act)? else {
        return Ok(());
    };
    let mut done = super::until_exit(done);
    if let Err(error) = mutation.was_typed(cx, &act, &mut done) {
        cx.warn(format!("it is stored, but: {}", error.message));
    }
    report(cx, &act, &mut done)
}

/// Stores a draft and reports the act.
///
/// # Errors
/// Those of storing; nothing is stored then.
pub fn finish<'r>(
    cx: &Context,
    store: &Store<'r>,
    draft: Draft<'r>,
    writer: &Writer,
    operation: &str,
    act: &Act,
) -> Result<()> {
    match keep(cx, store, draft, writer, operation, act)? {
        Some(done) => report(cx, act, &mut super::until_exit(done)),
        None => Ok(()),
    }
}

/// Stores a draft; in a dry run it prints what would change, and keeps nothing.
fn keep<'r>(
    cx: &Context,
    store: &Store<'r>,
    draft: Draft<'r>,
    writer: &Writer,
    operation: &str,
    act: &Act,
) -> Result<Option<Committed<'r>>> {
    warn_of_broken(cx, &draft);
    if cx.globals.dry_run {
        report_dry_run(cx, store.repo, draft)?;
        return Ok(None);
    }
    let message = |draft: &mut Draft<'r>| act.message(draft, operation);
    let reason = act.reason.as_deref();
    commit(cx, store, draft, writer, (&message, reason)).map(Some)
}

/// What the commit says, asked for at each try.
pub type MessageOf<'a, 'r> = &'a dyn Fn(&mut Draft<'r>) -> crate::store::Result<Message>;

/// Stores a draft; `reason` is for what makes less hold than before. A failure after that no longer decides the exit code.
///
/// # Errors
/// Those of storing; nothing is stored then.
pub fn commit<'r>(
    cx: &Context,
    store: &Store<'r>,
    mut draft: Draft<'r>,
    writer: &Writer,
    (message, reason): (MessageOf<'_, 'r>, Option<&str>),
) -> Result<Committed<'r>> {
    weakenings::account(cx, store, &mut draft, writer, reason)?;
    let done = store.commit(draft, writer, message)?;
    done.warnings.iter().for_each(|text| cx.warn(text.clone()));
    cx.stored.set(cx.stored.get() || done.commit.is_some());
    Ok(done)
}

/// Says which files could not be read on the way.
pub fn warn_of_broken(cx: &Context, draft: &Draft<'_>) {
    for file in draft.snapshot.warnings() {
        cx.warn(super::broken_line(&file));
    }
}

/// Prints what would change.
///
/// # Errors
/// Where it could not be stored; where standard output cannot be written to.
pub fn report_dry_run(cx: &Context, repo: &Repo, mut draft: Draft<'_>) -> Result<()> {
    let base = draft.snapshot.source.commit.map(|oid| oid.to_string());
    let (files, around) = draft.changed()?;
    let changes = review::compare(&files, &around);
    let view = DiffView::of(&changes, base, None);
    cx.print("diff", &view, || {
        changes::text(&changes, cx.canvas(Some(repo)).paint)
    })
}

/// Reports an act that is stored, from the state that it left.
///
/// # Errors
/// Where standard output cannot be written to, or that state cannot be read.
pub fn report_stored(cx: &Context, mut draft: Draft<'_>, act: &Act) -> Result<()> {
    report_on(cx, act, &mut draft, true)
}

fn report(cx: &Context, act: &Act, done: &mut Committed<'_>) -> Result<()> {
    let stored = done.commit.is_some();
    report_on(cx, act, &mut done.draft, stored)
}

/// After these the gate is meant to hold.
const PERSONS: [&str; 2] = ["approve", "waive"];

fn report_on(cx: &Context, act: &Act, draft: &mut Draft<'_>, stored: bool) -> Result<()> {
    let plan = draft.plan(&act.plan)?.clone();
    let text = || {
        let past = if stored { act.past } else { "unchanged:" };
        let mut text = format!("{}\n", escape::line(&act.words(&plan, past)));
        for note in &act.notes {
            text.push_str(&escape::line(note));
            text.push('\n');
        }
        text
    };
    match &act.entity {
        Entity::Task(id) => {
            let task = draft.task(&act.plan, *id)?;
            cx.print("task", &TaskView::of(&plan, &task), text)
        }
        Entity::Phase(id) => match plan.phase(id) {
            Some(phase) => cx.print("phase", &PhaseView::of(&plan, phase), text),
            None => cx.print("plan", &PlanView::of(&plan), text),
        },
        Entity::Gate(phase_id, gate_id) => {
            let code = CodeAt::head(draft.snapshot.repo(), cx.now)?;
            let phase = plan.phase(phase_id);
            let found = phase.and_then(|phase| Some((phase, gate::find(phase, gate_id.as_str())?)));
            match found {
                Some((phase, gate)) => {
                    let judgement = gate::judge_one(&plan, phase, &gate, &code);
                    cx.print("gate", &GateView::of(&judgement), || {
                        let mut text = text();
                        if !judgement.state.is_satisfied() && PERSONS.contains(&act.verb) {
                            let (state, why) = (judgement.state.as_str(), &judgement.reason);
                            let line = format!("it is still {state}: {why}");
                            text.push_str(&escape::line(&line));
                            text.push('\n');
                        }
                        text
                    })
                }
                None => Err(Error::data(format!(
                    "there is no gate {phase_id}/{gate_id}"
                ))),
            }
        }
        Entity::Entry(id) => match plan.entry(*id) {
            Some(entry) => cx.print("register-entry", &EntryView::of(&plan.id, entry), text),
            None => Err(Error::data(format!("there is no register entry {id}"))),
        },
        Entity::Spec(name) => match draft.spec(&act.plan, name)? {
            Some(spec) => cx.print("spec", &SpecView::of(&plan, &spec), text),
            None => Err(Error::data(format!("there is no specification {name}"))),
        },
        Entity::Plan | Entity::Gone(..) => cx.print("plan", &PlanView::of(&plan), text),
    }
}
