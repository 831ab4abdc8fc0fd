//! A specification in two states → the rules that ask for less, those that came, and its text.

use serde_json::Value;

use super::{Comparer, Of};
use crate::model::{Slug, SpecForm};
use crate::review::change::{Account, Change, Entity, Kind, Sort};
use crate::review::file::{Content, File, Owner, is_same_spec};
use crate::review::{Meaning, Side, Weakening, loosened, meaning, names, weakening};

impl<'a> Comparer<'a> {
    pub(super) fn spec(&mut self, of: &Of<'_>, (plan, name): (&Slug, &Slug)) {
        let file = of.file;
        let other = self.other_form(file);
        if file.new.is_none() && other.is_some() {
            return;
        }
        let old = file
            .old
            .as_ref()
            .or(other.and_then(|other| other.old.as_ref()));
        let new = file.new.as_ref();
        let value = |side: Option<&Side>| side.map(value);
        let weakening = weakening::of_spec(name, value(old), value(new));
        let weakening = weakening.map(|weakening| {
            let account = self.account(plan, &weakening);
            (weakening, account)
        });
        let mut found = match (old, new) {
            (Some(old), Some(new)) => both(of, (old, new), name, weakening.as_ref()),
            _ => vec![whole(of, weakening.as_ref())],
        };
        if old.is_none()
            && let Some(why) = self.shadowed(of)
            && let Some(first) = found.first_mut()
        {
            first.weakening = Some((why.to_owned(), Account::Missing));
        }
        self.found.extend(found);
    }

    /// The file of the same specification in the other form, where one of the two went and the other
    /// came.
    fn other_form(&self, file: &File) -> Option<&'a File> {
        let is_other =
            |other: &&&File| is_same_spec(&other.owner, &file.owner) && other.path != file.path;
        let is_there = |file: &File| (file.old.is_some(), file.new.is_some());
        let other = self.specs.iter().find(is_other).copied()?;
        matches!(
            (is_there(file), is_there(other)),
            ((true, false), (false, true)) | ((false, true), (true, false))
        )
        .then_some(other)
    }

    /// Whether the specification of that name is in another file already, which no longer counts.
    fn shadowed(&self, of: &Of<'_>) -> Option<&'static str> {
        let Owner::Spec(plan, _, form) = &of.file.owner else {
            return None;
        };
        let plan = self.around.plan(plan)?;
        let stem = of.file.path.strip_suffix(form.extension())?;
        let others = SpecForm::ALL.iter().filter(|other| *other != form);
        let mut paths = others.map(|other| format!("{stem}{}", other.extension()));
        paths
            .any(|path| plan.broken.iter().any(|file| file.path == path))
            .then_some("another file has the specification of that name")
    }
}

/// Why a state of a specification cannot be read.
fn unread(side: &Side) -> Option<String> {
    if let Some(mark) = side.mark {
        return Some(format!("not a plain file ({mark})"));
    }
    let (line, cause) = match &side.content {
        Content::Spec(spec) => spec
            .meaning
            .as_ref()
            .err()
            .map(|(line, cause)| (*line, cause))?,
        Content::Broken { line, cause } => (*line, cause),
        _ => return Some("not a text".to_owned()),
    };
    let line = line.map(|line| format!(" (line {line})"));
    Some(format!("{cause}{}", line.unwrap_or_default()))
}

fn readable(side: &Side) -> Option<&Meaning> {
    match &side.content {
        Content::Spec(spec) if side.mark.is_none() => spec.meaning.as_ref().ok(),
        _ => None,
    }
}

fn value(side: &Side) -> Value {
    match (readable(side), &side.content) {
        (Some(meaning), _) => meaning.value(),
        (None, Content::Spec(spec)) => meaning::unreadable(&spec.text.digest()),
        (None, _) => meaning::unreadable(&unread(side).unwrap_or_default()),
    }
}

type Judged = (Weakening, Account);

/// A specification that came or went.
fn whole(of: &Of<'_>, weakening: Option<&Judged>) -> Change {
    let mut change = of.whole_text();
    if let Some(cause) = of.file.new.as_ref().and_then(unread) {
        change
            .consequences
            .push(format!("it cannot be read: {cause}"));
    }
    match weakening {
        Some((weakening, account)) => change.weaker(weakening.why.clone(), account.clone()),
        None => change,
    }
}

fn both(
    of: &Of<'_>,
    (old, new): (&Side, &Side),
    name: &Slug,
    weakening: Option<&Judged>,
) -> Vec<Change> {
    let text = of.text((Some(&old.text), Some(&new.text)));
    let (Some(before), Some(after)) = (readable(old), readable(new)) else {
        let cause = unread(new).map(|cause| format!("it cannot be read: {cause}"));
        let before = || unread(old).map(|cause| format!("before, it could not be read: {cause}"));
        let why = cause.or_else(before).unwrap_or_default();
        let account = weakening.map_or(Account::Missing, |(_, account)| account.clone());
        return vec![text.weaker(why, account)];
    };
    let mut changes = rules(of, (before, after), name, weakening);
    if old.text != new.text {
        changes.push(Change {
            rank: super::Rank {
                place: usize::MAX,
                ..text.rank.clone()
            },
            ..text
        });
    }
    changes
}

/// The rules that ask for less, and those that came.
fn rules(
    of: &Of<'_>,
    (old, new): (&Meaning, &Meaning),
    name: &Slug,
    weakening: Option<&Judged>,
) -> Vec<Change> {
    let fields = |meaning: &Meaning, id: &str| {
        let asked = meaning.rules.get(id)?;
        Some(Value::Object(asked.fields()))
    };
    let change = |kind: Kind, place: usize, id: &str| {
        let mut change = of.change(kind, place);
        change.entity = rule(name, id);
        change.rank.sort = Sort::Rule as u8;
        change.from = fields(old, id);
        change.to = fields(new, id);
        change
    };
    let account = weakening.map_or(Account::Missing, |(_, account)| account.clone());
    let less = loosened(old, new);
    let less = less.iter().enumerate().map(|(place, less)| {
        let kind = match new.rules.contains_key(&less.rule) {
            true => Kind::Changed,
            false => Kind::Removed,
        };
        change(kind, place, &less.rule).weaker(less.why.clone(), account.clone())
    });
    let came = new.rules.keys().filter(|id| !old.rules.contains_key(*id));
    let came = came
        .enumerate()
        .map(|(place, id)| change(Kind::Added, place, id));
    less.chain(came).collect()
}

fn rule(name: &Slug, id: &str) -> Entity {
    let id = format!("{name}/{id}");
    names::entity(Sort::Rule, id.clone(), format!("rule {id}"))
}
