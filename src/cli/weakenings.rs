//! What makes less hold than before has its record: the one place that every command that writes
//! passes before it stores.

use super::context::Context;
use super::error::{Error, Kind, Result};
use super::person;
use crate::git::{Oid, Repo};
use crate::model::{Edit, Header, Plan, Record, RecordKind, Slug};
use crate::review::{Matter, Weakening, recorded};
use crate::store::weakened::may_weaken;
use crate::store::{Draft, Store, Writer};

/// Adds to a draft the record of each weakening in it, with its reason. Asks for the reason where
/// none is given, and lets a person confirm what only a person may loosen.
///
/// # Errors
/// [`Kind::Usage`] where a reason is missing and nobody can be asked; those of
/// [`person::confirm_act`].
pub fn account(
    cx: &Context,
    store: &Store<'_>,
    draft: &mut Draft<'_>,
    writer: &Writer,
    reason: Option<&str>,
) -> Result<()> {
    let mut given = reason.map(str::to_owned);
    for plan in plans_that_may_be_weaker(draft) {
        let new = draft.plan(&plan)?.header.clone();
        let old = draft.snapshot.header(&plan).ok();
        let found = draft.weakenings(&plan)?;
        if !found.is_empty() {
            let reason = asked(cx, store.repo, draft.plan(&plan)?, &found, given.take())?;
            for weakening in &found {
                let mut record = change(store, &plan, writer)?;
                recorded::fill(&mut record, weakening);
                record.note = Some(reason.clone());
                if weakening.matter == Matter::Protect {
                    record.tips = tips(store, old.as_ref(), &new)?;
                }
                draft.apply(&plan, Edit::add_record(&record))?;
            }
            given = Some(reason);
        }
        protection(store, draft, writer, (&plan, old.as_ref(), &new, &found))?;
    }
    Ok(())
}

fn plans_that_may_be_weaker(draft: &Draft<'_>) -> Vec<Slug> {
    let edits = draft.edits().iter();
    let edits = edits.filter(|(_, edit)| may_weaken(edit));
    let mut plans: Vec<Slug> = edits.map(|(plan, _)| plan.clone()).collect();
    plans.sort();
    plans.dedup();
    plans
}

fn change(store: &Store<'_>, plan: &Slug, writer: &Writer) -> Result<Record> {
    let id = store.new_record_id()?;
    let mut record = Record::new(
        id,
        plan,
        RecordKind::Change,
        &writer.signature(),
        writer.now,
    );
    record.agent.clone_from(&writer.agent);
    Ok(record)
}

/// The reason for weakenings, after a person has confirmed those that are a person's to make.
fn asked(
    cx: &Context,
    repo: &Repo,
    plan: &Plan,
    found: &[Weakening],
    reason: Option<String>,
) -> Result<String> {
    let list: Vec<String> = found
        .iter()
        .map(|w| format!("{} ({})", w.matter.called(plan), w.why))
        .collect();
    let list = list.join(", ");
    if found
        .iter()
        .any(|weakening| weakening.matter.is_a_persons())
    {
        let question = format!("Let less hold in plan {}: {list}?", plan.id);
        person::confirm_act(cx, repo, &question, &person::own_line())?;
    }
    let is_given = |reason: &String| !reason.trim().is_empty();
    match reason.filter(is_given) {
        Some(reason) => Ok(reason),
        None if cx.can_ask() => person::answer(&format!("This lets less hold: {list}. Why?")),
        None => Err(Error::new(
            Kind::Usage,
            format!("this lets less hold than before, which takes a reason: {list}"),
        )
        .hint("--reason TEXT   says why; it is recorded beside the change")),
    }
}

/// Where other refs are protected than before, and no weakening says so: a record of what they were
/// at, so that a protected branch that is made anew does not start from nothing.
fn protection(
    store: &Store<'_>,
    draft: &mut Draft<'_>,
    writer: &Writer,
    (plan, old, new, found): (&Slug, Option<&Header>, &Header, &[Weakening]),
) -> Result<()> {
    let (from, to) = (
        old.and_then(|old| Matter::Protect.value(old)),
        Matter::Protect.value(new),
    );
    let is_told = found
        .iter()
        .any(|weakening| weakening.matter == Matter::Protect);
    if from == to || is_told {
        return Ok(());
    }
    let mut record = change(store, plan, writer)?;
    let why = "more is protected".to_owned();
    recorded::fill(
        &mut record,
        &Weakening {
            matter: Matter::Protect,
            from,
            to,
            why: why.clone(),
        },
    );
    record.note = Some(why);
    record.tips = tips(store, old, new)?;
    draft.apply(plan, Edit::add_record(&record))?;
    Ok(())
}

/// More refs than this are not listed in a record.
const MOST_TIPS: usize = 100;

/// The commits that the protected refs are at: where the plans' remote has such refs, as they were last seen
/// there, since what is only here has not been let through by anybody; else here.
fn tips(store: &Store<'_>, old: Option<&Header>, new: &Header) -> Result<Vec<String>> {
    let globs = || {
        old.into_iter()
            .flat_map(|old| &old.protect)
            .chain(&new.protect)
    };
    let matcher = crate::enforce::protection::Globs::new(globs().map(String::as_str));
    let repo = store.repo;
    let (mut here, mut there) = (Vec::new(), Vec::new());
    for (name, oid) in repo.refs("refs/")? {
        let remote = store.place.remote.as_deref();
        match remote.and_then(|remote| repo.fetched_from(remote, &name)) {
            Some(name) if matcher.matches(&name) => there.push(oid),
            None if matcher.matches(&name) => here.push(oid),
            _ => {}
        }
    }
    let mut tips: Vec<Oid> = if there.is_empty() { here } else { there };
    tips.sort();
    tips.dedup();
    tips.truncate(MOST_TIPS);
    Ok(tips.iter().map(ToString::to_string).collect())
}
