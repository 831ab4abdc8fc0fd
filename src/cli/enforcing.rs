//! The say that plans have in a push: what hooks and CI ask, and how they are told.

use std::time::{Duration, Instant};

use super::context::{Context, variable};
use super::error::{Error, Kind, Result};
use super::find_checkpoint::Checkpoints;
use super::{last_good, output};
use crate::enforce::{self, Report, Request, Side, Update};
use crate::git::{Oid, Repo, Time as GitTime};
use crate::model::Slug;
use crate::render::view::EnforcementView;
use crate::render::{checkpoint, enforcement, quote};
use crate::store::{Place, Snapshot, Store};

/// What is not judged within this time is refused.
const CLIENT: Duration = Duration::from_secs(5);
const SERVER: Duration = Duration::from_secs(20);

/// Judges a push from here.
///
/// # Errors
/// [`Kind::No`] where it is refused; where it cannot be judged.
pub fn pre_push(cx: &Context, remote: &str, updates: &[Update]) -> Result<()> {
    let repo = cx.repo()?;
    repo.stay_offline();
    let store = cx.store(&repo)?;
    let mut request = request(cx, &repo, &store, Side::Client(remote.to_owned()), CLIENT);
    request.updates = updates.to_vec();
    request.known = known_of(&repo, remote)?;
    request.old_plans = plans_of(&repo, &store.place, remote, &request)?;
    let report = enforce::enforce(&request)?;
    tell(cx, &repo, &report);
    if !report.is_refused() {
        return Ok(());
    }
    for line in going_back(cx, &store, &request, &report) {
        output::complain(&line);
    }
    let error = Error::new(Kind::No, "the push is refused");
    Err(with_plans(error, request, remote)?)
}

/// Judges a push that arrives here.
///
/// # Errors
/// [`Kind::No`] where it is refused; where it cannot be judged.
pub fn pre_receive(cx: &Context, updates: &[Update]) -> Result<()> {
    let repo = cx.repo()?;
    repo.stay_offline();
    let store = cx.store(&repo)?;
    let mut request = request(cx, &repo, &store, Side::Server, SERVER);
    for update in updates {
        // A push to a symbolic ref changes the one that it points to.
        let remote_ref = repo.ref_target(&update.remote_ref)?;
        request.updates.push(Update {
            remote_ref,
            ..update.clone()
        });
    }
    request.known = repo.refs("refs/heads/")?;
    request.known.extend(repo.refs("refs/tags/")?);
    request.old_plans = repo.reference(&store.place.reference)?;
    request.is_reviewed = is_merge_of_the_forge(&repo);
    let report = enforce::enforce(&request)?;
    tell(cx, &repo, &report);
    match report.is_refused() {
        true => Err(Error::new(Kind::No, "the push is refused")),
        false => Ok(()),
    }
}

/// A request without updates.
pub fn request<'r>(
    cx: &Context,
    repo: &'r Repo,
    store: &'r Store<'r>,
    side: Side,
    time: Duration,
) -> Request<'r> {
    let side_is_review = side == Side::Ci;
    Request {
        repo,
        place: &store.place,
        side,
        updates: Vec::new(),
        old_plans: None,
        known: Vec::new(),
        is_reviewed: side_is_review,
        now: cx.now,
        until: Instant::now().checked_add(time),
    }
}

/// Whether the forge says, by what the server's configuration names, that it merges a reviewed change
/// itself. The environment of a hook there is the server's, not the pusher's.
fn is_merge_of_the_forge(repo: &Repo) -> bool {
    let named = repo.config_all("plan.reviewedWhere");
    let is_set = |pair: &String| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        !value.is_empty() && variable(name).as_deref() == Some(value)
    };
    named.iter().any(is_set)
}

fn tell(cx: &Context, repo: &Repo, report: &Report) {
    if report.findings.is_empty() {
        return;
    }
    let view = EnforcementView::of(report);
    let paint = cx.paint_of_errors(repo);
    output::complain(&enforcement::findings(&view, paint, cx.now));
}

/// Branches and tags of a remote as they were last seen, by their names there.
fn known_of(repo: &Repo, remote: &str) -> Result<Vec<(String, Oid)>> {
    let mut known = Vec::new();
    for (name, oid) in repo.refs("refs/remotes/")? {
        if let Some(there) = repo.fetched_from(remote, &name) {
            known.push((there, oid));
        }
    }
    Ok(known)
}

/// The plans as the remote has them: as they were last seen there, else, for a remote that was never
/// asked, as they are known here.
fn plans_of(
    repo: &Repo,
    place: &Place,
    remote: &str,
    request: &Request<'_>,
) -> Result<Option<Oid>> {
    if let Some(update) = request.plan_update()
        && let Some(old) = update.remote
    {
        return Ok(Some(old));
    }
    let tracking = repo.tracking_ref(remote, &place.reference);
    if let Some(name) = tracking
        && let Some(oid) = repo.reference(&name)?
    {
        return Ok(Some(oid));
    }
    match request.plan_update() {
        // The first plans that the remote gets.
        Some(_) => Ok(None),
        None => Ok(repo.reference(&place.reference)?),
    }
}

/// Where plans are here that the remote lacks, says how to push them along, and whether that helps.
fn with_plans(error: Error, mut request: Request<'_>, remote: &str) -> Result<Error> {
    let plan_ref = request.place.reference.clone();
    let local = request.repo.reference(&plan_ref)?;
    if request.plan_update().is_some() || local.is_none() || local == request.old_plans {
        return Ok(error);
    }
    let mut words = vec!["push".to_owned(), "--atomic".to_owned(), remote.to_owned()];
    let pushed = request
        .updates
        .iter()
        .filter(|update| update.local.is_some());
    words.extend(pushed.map(refspec));
    words.push(request.place.short().to_owned());
    request.updates.push(Update {
        local_ref: plan_ref.clone(),
        local,
        remote_ref: plan_ref,
        remote: request.old_plans,
    });
    let line = format!("git {}   pushes both", quote::command(&words));
    let helps = !enforce::enforce(&request)?.is_refused();
    Ok(match helps {
        true => error
            .hint(format!(
                "the plans that are only here let it through; {remote} lacks them"
            ))
            .hint(line),
        false => error
            .hint("plans that are only here do not count there yet")
            .hint(line),
    })
}

fn refspec(update: &Update) -> String {
    match update.local_ref == update.remote_ref {
        true => {
            let name = update.local_ref.strip_prefix("refs/heads/");
            name.unwrap_or(&update.local_ref).to_owned()
        }
        false => format!("{}:{}", update.local_ref, update.remote_ref),
    }
}

/// The way back to the last good checkpoint, where a program's judgement failed and there is one.
/// Nothing that goes wrong here is the push's fault.
fn going_back(
    cx: &Context,
    store: &Store<'_>,
    request: &Request<'_>,
    report: &Report,
) -> Vec<String> {
    let failed = report.findings.iter().filter(|finding| finding.is_failure);
    let plan = failed.filter_map(|finding| finding.plan.as_ref()).next();
    let text = plan.and_then(|plan| way_back(cx, store, request, plan).ok().flatten());
    text.into_iter().collect()
}

fn way_back(
    cx: &Context,
    store: &Store<'_>,
    request: &Request<'_>,
    plan: &Slug,
) -> Result<Option<String>> {
    let repo = store.repo;
    let local = repo.reference(&request.place.reference)?;
    let Some(commit) = local.or(request.old_plans) else {
        return Ok(None);
    };
    let snapshot = Snapshot::to_enforce(repo, &store.place, commit)?;
    let all = Checkpoints::shared(snapshot.plan(plan)?);
    let Some(row) = last_good::last_good(repo, &all, cx.now)? else {
        return Ok(None);
    };
    let name = quote::word(&row.checkpoint.name).into_owned();
    let line = format!("git plan -p {plan} rewind {name}");
    let head = format!("\nThe last good checkpoint is {name}: {line}\n");
    let who = cx.writer(repo)?.who.at(GitTime {
        seconds: cx.now.0,
        offset: cx.offset,
    });
    let target =
        super::commands::rewind::target(&row.checkpoint, all.is_private(row.checkpoint.id))?;
    let way = crate::checkpoint::rewind::judge_unwritten(repo, &target, &who)?;
    let steps = way.map(|way| {
        let view = super::commands::rewind::view(&row.checkpoint, way);
        checkpoint::steps_back(&view, cx.canvas(Some(repo)))
    });
    Ok(Some(head + &steps.unwrap_or_default()))
}
