//! `git plan edit`: a task, a plan or a specification in the editor.

use std::io::Write as _;
use std::process::Command;

use super::super::context::Context;
use super::super::error::{Error, Result};
use super::super::mutation::{self, Act, Entity, Scope};
use super::super::spec_file;
use super::super::status_author::StatusAuthor;
use super::super::text_edits::{self, Base};
use super::super::verbs::Run;
use super::super::{complete, current};
use super::show::{self, Found};
use crate::format::{read, text};
use crate::git::Repo;
use crate::model::{self, Plan, Slug, SpecForm, Target, TaskId};
use crate::render::view::TextView;
use crate::store::{Draft, Error as StoreError, Snapshot, Store, Writer, Written, paths};

/// Edit a task, a plan or a specification in your editor
///
/// A task and a specification are edited as their files. A plan is edited as one text, with all its tasks; what is left
/// out of it goes. What others change meanwhile is kept: only what you changed is stored, and
/// where both changed the same key nothing is stored and the exit code is 5. A file that cannot
/// be read can be mended here.
#[derive(Debug, clap::Args)]
pub struct Edit {
    /// The task, plan or specification; the current plan if not given
    #[arg(add = complete::entities())]
    pub entity: Option<String>,
    /// Why, where less has to hold afterwards than before
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

const UNCHANGED: &str = "nothing was changed\n";

/// A text under edit; kept on disk when it cannot be stored.
struct Session<'a> {
    cx: &'a Context,
    repo: &'a Repo,
    file: tempfile::NamedTempFile,
    before: String,
}

impl<'a> Session<'a> {
    fn start(cx: &'a Context, repo: &'a Repo, name: &str, text: &str) -> Result<Self> {
        Self::of_form(cx, repo, (name, SpecForm::Toml), text)
    }

    /// The same, for a text that may not be TOML.
    fn of_form(
        cx: &'a Context,
        repo: &'a Repo,
        (name, form): (&str, SpecForm),
        text: &str,
    ) -> Result<Self> {
        let failed = |error: std::io::Error| {
            Error::environment(format!("could not write a temporary file: {error}"))
        };
        let mut file = tempfile::Builder::new()
            .prefix(&format!("git-plan-{name}-"))
            .suffix(&format!(".{}", form.extension()))
            .tempfile()
            .map_err(failed)?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.flush())
            .map_err(failed)?;
        Ok(Self {
            cx,
            repo,
            file,
            before: text.to_owned(),
        })
    }

    /// Lets the person edit; none where the text is as it was.
    fn edit(&self) -> Result<Option<String>> {
        let output = self.repo.program(["var", "GIT_EDITOR"]).output();
        let output =
            output.map_err(|error| Error::environment(format!("could not run git: {error}")))?;
        let editor = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if editor.is_empty() {
            return Err(Error::environment("no editor is configured")
                .hint("git config --global core.editor NAME   sets one")
                .hint("git plan show --toml and git plan apply   do it without"));
        }
        let status = Command::new("sh")
            .arg("-c")
            .arg(format!("{editor} \"$@\""))
            .arg(&editor)
            .arg(self.file.path())
            .status()
            .map_err(|error| {
                Error::environment(format!("could not run the editor '{editor}': {error}"))
            })?;
        if !status.success() {
            return Err(Error::environment(format!(
                "the editor '{editor}' failed; nothing was stored"
            )));
        }
        let text = std::fs::read_to_string(self.file.path()).map_err(|error| {
            Error::environment(format!("could not read the edited text: {error}"))
        })?;
        Ok((text != self.before).then_some(text))
    }

    /// Says where the text is, when it could not be stored.
    fn keep(self, error: Error) -> Error {
        if self.cx.globals.dry_run {
            return error;
        }
        match self.file.keep() {
            Ok((_, path)) => error.hint(format!("your text is kept in {}", path.display())),
            Err(_) => error,
        }
    }
}

impl Run for Edit {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let writer = cx.writer(&repo)?;
        let snapshot = cx.snapshot(&store)?;
        let work = Work {
            cx,
            repo: &repo,
            store: &store,
            writer: &writer,
            reason: self.reason.as_deref(),
        };
        if let Some(word) = &self.entity
            && let Some(broken) = find_broken(cx, &repo, &snapshot, word)?
        {
            return work.mend(snapshot, broken);
        }
        let found = match &self.entity {
            Some(word) => show::find(cx, &store, &snapshot, word)?,
            None => Found::Plan(snapshot.plan(&current::plan(cx, &repo, &snapshot)?)?),
        };
        match found {
            Found::Task(plan, id) => work.task(snapshot, &plan, id),
            Found::Plan(plan) | Found::Phase(plan, _) | Found::Gate(plan, ..) => {
                work.plan(snapshot, &plan)
            }
            Found::Entry(plan, id) => {
                let name = plan.entry_name(id);
                Err(
                    Error::data("an entry of the register is not edited: it is resolved").hint(
                        format!("git plan register resolve {name} TEXT   resolves it"),
                    ),
                )
            }
            Found::Spec(plan, name) => work.spec(snapshot, &plan, &name),
            Found::Checkpoint(..) => Err(Error::data("a checkpoint is a record: it never changes")
                .hint("git plan checkpoint NAME   takes another one")),
        }
    }
}

struct Work<'a, 'r> {
    cx: &'a Context,
    repo: &'a Repo,
    store: &'a Store<'r>,
    writer: &'a Writer,
    reason: Option<&'a str>,
}

impl<'r> Work<'_, 'r> {
    fn task(&self, snapshot: Snapshot<'r>, plan: &Plan, id: TaskId) -> Result<()> {
        let stored = snapshot
            .text(&paths::task(&plan.id, id))?
            .unwrap_or_default();
        let old = snapshot.task(&plan.id, id)?;
        let act = Act::new(&plan.id, Entity::Task(id), ("edit", "edited"));
        let session = Session::start(self.cx, self.repo, id.as_str(), &stored)?;
        let Some(text) = session.edit()? else {
            return self.unchanged(snapshot, &act);
        };
        let mut draft = Draft::on(snapshot);
        let stored = text_edits::read_task(self.store, &text, id)
            .and_then(|mut new| {
                self.author().complete(Some(&old), &mut new);
                // Comments, or keys that are not known, are a change by themselves.
                if text::task(Some(&text), &old).ok().as_ref() != Some(&stored) {
                    draft.write_over(&plan.id, Target::Task(id), written(&text, stored));
                }
                Ok(draft.apply_all(&plan.id, model::Edit::between_tasks(&old, &new))?)
            })
            .and_then(|()| self.finish(draft, &act));
        stored.map_err(|error| session.keep(error))
    }

    fn plan(&self, snapshot: Snapshot<'r>, plan: &Plan) -> Result<()> {
        let before = show::whole_plan(&snapshot, plan)?;
        let act = Act::new(&plan.id, Entity::Plan, ("edit", "edited")).because(self.reason);
        let session = Session::start(self.cx, self.repo, plan.id.as_str(), &before)?;
        let Some(text) = session.edit()? else {
            return self.unchanged(snapshot, &act);
        };
        let base = Base::of_whole(&snapshot, &plan.id)?;
        let mut draft = Draft::on(snapshot);
        let stored = text_edits::read("the edited text", &text)
            .and_then(|whole| {
                text_edits::apply(self.store, &mut draft, &base, &self.author(), whole)
            })
            .and_then(|_| self.finish(draft, &act));
        stored.map_err(|error| session.keep(error))
    }

    fn spec(&self, snapshot: Snapshot<'r>, plan: &Plan, name: &Slug) -> Result<()> {
        let mut draft = Draft::on(snapshot);
        let gone = || Error::data(format!("there is no specification {name}"));
        let old = draft.spec(&plan.id, name)?.ok_or_else(gone)?;
        let act = Act::new(&plan.id, Entity::Spec(name.clone()), ("edit", "edited"));
        let act = act.because(self.reason);
        let form = (name.as_str(), old.form);
        let session = Session::of_form(self.cx, self.repo, form, &old.text)?;
        let Some(text) = session.edit()? else {
            return self.unchanged(draft.snapshot, &act);
        };
        let stored = spec_file::of_text("the edited text", old.form, name.clone(), &text)
            .and_then(|loaded| {
                let mut scope = Scope {
                    cx: self.cx,
                    store: self.store,
                    draft: &mut draft,
                    writer: self.writer,
                };
                scope.add_spec(&plan.id, &loaded, true).map(|_| ())
            })
            .and_then(|()| self.finish(draft, &act));
        stored.map_err(|error| session.keep(error))
    }

    fn mend(&self, snapshot: Snapshot<'r>, (plan, target, path): BrokenFile) -> Result<()> {
        let before = snapshot.text(&path)?.unwrap_or_default();
        let session = Session::start(self.cx, self.repo, plan.as_str(), &before)?;
        let Some(text) = session.edit()? else {
            let view = TextView {
                name: path,
                text: before,
            };
            return self.cx.print("text", &view, || UNCHANGED.to_owned());
        };
        let mut draft = Draft::on(snapshot);
        let broken = |error: crate::format::FormatError| {
            Error::from(StoreError::Text {
                what: "the edited text".to_owned(),
                source: error,
            })
        };
        let edit = match target {
            Target::Task(id) => text_edits::read_task(self.store, &text, id)
                .map(|task| (model::Edit::add_task(&task), Entity::Task(id))),
            _ => read::header(text.as_bytes())
                .map_err(broken)
                .map(|header| (model::Edit::add_plan(&header), Entity::Plan)),
        };
        let stored = edit.and_then(|(edit, entity)| {
            if target == Target::Plan {
                draft.open_broken(&plan)?;
            }
            draft.write_over(&plan, target, written(&text, before));
            draft.apply(&plan, edit)?;
            self.finish(draft, &Act::new(&plan, entity, ("mend", "mended")))
        });
        stored.map_err(|error| session.keep(error))
    }

    fn author(&self) -> StatusAuthor {
        StatusAuthor::of(self.cx, self.repo, self.writer)
    }

    fn finish(&self, draft: Draft<'r>, act: &Act) -> Result<()> {
        mutation::finish(self.cx, self.store, draft, self.writer, "edit", act)
    }

    fn unchanged(&self, snapshot: Snapshot<'r>, act: &Act) -> Result<()> {
        if self.cx.globals.json {
            return self.finish(Draft::on(snapshot), act);
        }
        super::super::output::write(UNCHANGED)
    }
}

fn written(text: &str, from: String) -> Written {
    Written {
        text: text.to_owned(),
        from: Some(from),
    }
}

type BrokenFile = (Slug, Target, String);

/// A file that cannot be read, by the task's id or the plan's name.
fn find_broken(
    cx: &Context,
    repo: &Repo,
    snapshot: &Snapshot<'_>,
    word: &str,
) -> Result<Option<BrokenFile>> {
    if let Ok(folder) = snapshot.folder(word)
        && matches!(snapshot.header(&folder.id), Err(StoreError::Broken { .. }))
    {
        return Ok(Some((
            folder.id.clone(),
            Target::Plan,
            paths::header(&folder.id),
        )));
    }
    let (Ok(id), Ok(plan)) = (word.parse::<TaskId>(), current::plan(cx, repo, snapshot)) else {
        return Ok(None);
    };
    let path = paths::task(&plan, id);
    let is_broken = snapshot
        .plan_or_headless(&plan)?
        .broken
        .iter()
        .any(|file| file.path == path);
    Ok(is_broken.then_some((plan, Target::Task(id), path)))
}
