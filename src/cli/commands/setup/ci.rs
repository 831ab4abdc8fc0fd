//! `git plan setup --ci`: the workflows for plan pull requests, stored beside the plans.
//!
//! One operation on the plan ref. No command writes into the working tree: what belongs on another
//! branch is printed, for a person to put there.

use super::super::super::context::Context;
use super::super::super::error::{Error, Kind, Result};
use super::super::super::mutation;
use super::forge::{Forge, ForgeFile};
use crate::render::view::{SetupView, TextView};
use crate::render::{escape, quote};
use crate::store::{DEFAULT_REF, Draft, Exchange, Found, Message, Snapshot, Store};

/// Prints one of the files of a forge.
///
/// # Errors
/// [`Kind::Data`] where there is none of that name.
pub(super) fn print(cx: &Context, forge: Forge, name: &str) -> Result<()> {
    let mut files = forge.files().iter();
    let Some(file) = files.find(|file| file.name == name) else {
        let names: Vec<&str> = forge.files().iter().map(|file| file.name).collect();
        let error = Error::data(format!("there is no file '{name}' for {}", forge.word()));
        return Err(error.hint(format!("there are: {}", names.join(", "))));
    };
    let view = TextView {
        name: file.path.to_owned(),
        text: file.text.to_owned(),
    };
    cx.print("text", &view, || view.text.clone())
}

/// Stores what belongs on the plan branch, and says what belongs elsewhere.
///
/// # Errors
/// [`Kind::Conflict`] where a file of that name with another content is there, unless it is to be
/// replaced; those of storing.
pub(super) fn store(cx: &Context, forge: Forge, replace: bool) -> Result<()> {
    let repo = cx.repo()?;
    let store = cx.store(&repo)?;
    let writer = cx.writer(&repo)?;
    let snapshot = cx.snapshot(&store)?;
    let mut wanted = Vec::new();
    for file in forge.files().iter().filter(|file| file.is_of_plans) {
        if let Some(exchange) = exchange(&snapshot, &store, forge, (file, replace))? {
            wanted.push((file.path, exchange));
        }
    }
    let mut view = SetupView {
        advice: advice(&store, forge, !wanted.is_empty()),
        ..SetupView::default()
    };
    let mut draft = Draft::on(snapshot);
    for (path, exchange) in wanted {
        draft.exchange(path, exchange)?;
        view.written.push(format!("{}:{path}", store.place.short()));
    }
    let message = |_: &mut Draft<'_>| {
        Ok(Message {
            subject: format!(
                "setup: store the workflows of {} for the plans",
                forge.word()
            ),
            operation: "setup".to_owned(),
            ..Message::default()
        })
    };
    if !cx.globals.dry_run && !draft.is_empty() {
        mutation::commit(cx, &store, draft, &writer, (&message, None))?;
    }
    cx.print("setup", &view, || text(cx, &view))
}

/// How a file comes to be there; none where it is.
fn exchange(
    snapshot: &Snapshot<'_>,
    store: &Store<'_>,
    forge: Forge,
    (file, replace): (&ForgeFile, bool),
) -> Result<Option<Exchange>> {
    let text = || file.text.to_owned();
    match snapshot.found(file.path)? {
        Found::Nothing => Ok(Some(Exchange::text(None, text()))),
        Found::File(_) if snapshot.text(file.path)?.as_deref() == Some(file.text) => Ok(None),
        Found::File(oid) if replace => Ok(Some(Exchange::text(Some(oid), text()))),
        found => Err(in_the_way(store, forge, (file, found))),
    }
}

fn in_the_way(store: &Store<'_>, forge: Forge, (file, found): (&ForgeFile, Found)) -> Error {
    let (plan_ref, path) = (store.place.short(), file.path);
    let show = quote::command(&["show", &format!("{plan_ref}:{path}")]);
    let text = format!("{plan_ref} has another {path}, and it is not written over");
    let (word, name) = (forge.word(), file.name);
    let error = Error::new(Kind::Conflict, text)
        .hint(format!("git {show}   shows it"))
        .hint(format!(
            "git plan setup --ci {word} --print {name}   shows the one of this version"
        ));
    match found {
        Found::File(_) => {
            error.hint("--replace   writes it over; git plan undo brings back what was there")
        }
        _ => error,
    }
}

/// What is left to the person.
fn advice(store: &Store<'_>, forge: Forge, is_new: bool) -> Vec<String> {
    let remote = store.place.remote.as_deref().unwrap_or("REMOTE");
    let push = quote::command(&["push", remote, store.place.short()]);
    let mut advice = Vec::new();
    if is_new {
        advice.push(format!("git {push}   shares it"));
    }
    let plan_ref = store.place.short();
    if store.place.reference != DEFAULT_REF {
        advice.push(format!(
            "These files say git-plan where they mean the plan branch, which is {plan_ref} here: change that \
             where you put them, and let the forge ask for those."
        ));
    }
    match forge {
        Forge::Github => advice.extend(on_the_default_branch(forge)),
        Forge::Gitlab => advice.extend([
            "A merge request can change that file, and so what it is judged by: keep it in a project that \
             its authors cannot write to, and name it in yours as the CI/CD configuration file. It is then \
             the one for code as well:"
                .to_owned(),
            "  git plan setup --ci gitlab --print check > git-plan.yml   # judges merge requests".to_owned(),
            "  git plan setup --ci gitlab --print review > git-plan-review.yml   # tells them the same, in a note"
                .to_owned(),
        ]),
    }
    advice
}

/// GitHub takes a workflow for `pull_request_target` from the default branch, whatever branch the pull
/// request goes to. A server of one's own, of before December 2025, takes it from that branch.
fn on_the_default_branch(forge: Forge) -> Vec<String> {
    let word = forge.word();
    let head = "github.com takes these workflows from the default branch alone, also those for the plans; a \
                server of before December 2025 takes those from the plan branch. On the default branch belong:";
    let line = |file: &ForgeFile| {
        let (name, path) = (file.name, file.path);
        format!(
            "  git plan setup --ci {word} --print {name} > {path}   # {}",
            file.does
        )
    };
    let lines = forge.files().iter().map(line);
    std::iter::once(head.to_owned()).chain(lines).collect()
}

fn text(cx: &Context, view: &SetupView) -> String {
    let verb = if cx.globals.dry_run {
        "would store"
    } else {
        "stored"
    };
    let mut text: String = view
        .written
        .iter()
        .map(|path| format!("{verb} {}\n", escape::line(path)))
        .collect();
    if view.written.is_empty() {
        text.push_str("nothing to do: it is stored already\n");
    }
    let advice = view.advice.iter();
    text.extend(advice.map(|line| format!("{}\n", escape::line(line))));
    text
}
