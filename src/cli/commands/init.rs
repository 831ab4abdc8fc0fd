//! `git plan init`: a new plan, or the plans that a remote has already.

use super::super::context::Context;
use super::super::current;
use super::super::error::{Error, Kind, Result};
use super::super::mutation::{self, Act, Entity};
use super::super::verbs::Run;
use super::hooks::Planned;
use crate::git::{self, Repo};
use crate::model::{Edit, Header, Slug, validity};
use crate::store::{Draft, Store};

/// Make a new plan, or adopt the plans of the remote
///
/// The first plan of a repository makes the plan ref. Where a remote is configured, it is asked
/// first: plans found there are adopted, and the new one is added to them. Without a title, only
/// that is done.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan init \"Auth migration\"
  git plan init \"Auth migration\" --enforce
  git plan init \"Fix login\" --branch 'fix/login*' --key JIRA-120
  git plan init                     # in a fresh clone: adopt what the remote has")]
pub struct Init {
    /// What the plan is called
    pub title: Option<String>,
    /// Its name in commands; made from the title if not given
    #[arg(long, value_name = "SLUG")]
    pub id: Option<Slug>,
    /// Its name elsewhere, such as JIRAPRJ-120
    #[arg(long)]
    pub key: Option<String>,
    /// What is true when it is done
    #[arg(long, value_name = "TEXT")]
    pub goal: Option<String>,
    /// Branches on which it is the current plan
    #[arg(long, value_name = "GLOB")]
    pub branch: Vec<String>,
    /// Protected refs, whose pushes are held to the plan: a branch such as main, or refs/tags/v*
    #[arg(long, value_name = "GLOB")]
    pub protect: Vec<String>,
    /// Tasks that one holder may have in progress
    #[arg(long, value_name = "N")]
    pub wip_limit: Option<u32>,
    /// Protect the default branch, and put Git's hooks in place
    #[arg(long)]
    pub enforce: bool,
    /// Do not ask the remote
    #[arg(long)]
    pub offline: bool,
}

impl Run for Init {
    fn run(&self, cx: &Context) -> Result<()> {
        let adopted = !self.offline && !cx.globals.dry_run && adopt(cx)?;
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        match &self.title {
            Some(title) => self.create(cx, &repo, &store, title),
            None if adopted => {
                if let Some(hooks) = self.hooks(&repo)? {
                    hooks.carry_out()?;
                }
                super::list::List { all: false }.run(cx)
            }
            None => Err(Error::usage(
                "a new plan takes a title: git plan init \"TITLE\"",
            )),
        }
    }
}

impl Init {
    fn create(&self, cx: &Context, repo: &Repo, store: &Store<'_>, title: &str) -> Result<()> {
        let writer = cx.writer(repo)?;
        let id = self.slug(title)?;
        let hooks = self.hooks(repo)?;
        let header = self.header(title, store)?;
        let mut draft = Draft::on(store.snapshot_or_empty()?);
        let is_first = draft.snapshot.root.is_none();
        draft.add_plan(&id)?;
        draft.apply(&id, Edit::add_plan(&header))?;
        let mut act = Act::new(&id, Entity::Plan, ("create", "created"));
        if is_first {
            act = act.note(format!(
                "Plans of this repository are on {}.",
                store.place.short()
            ));
        }
        let act = act
            .note(enforced(repo, &header, hooks.is_some())?)
            .note("next: git plan add-task \"TITLE\"");
        mutation::finish(cx, store, draft, &writer, "init", &act)?;
        if cx.globals.dry_run {
            return Ok(());
        }
        if let Some(hooks) = hooks {
            hooks.carry_out()?;
        }
        current::remember(repo, Some(&id))
    }

    /// The hooks that are to be put in place: none where that is not wished. Where something is in
    /// their way, no plan is made either.
    fn hooks(&self, repo: &Repo) -> Result<Option<Planned>> {
        let hooks = self.enforce.then(|| {
            let hooks = super::hooks::of_kind(repo);
            Planned::of(repo, hooks, false)
        });
        hooks.transpose()
    }

    fn slug(&self, title: &str) -> Result<Slug> {
        self.id
            .clone()
            .or_else(|| Slug::from_title(title))
            .ok_or_else(|| {
                Error::usage(format!("no name can be made from the title '{title}'"))
                    .hint("--id NAME   gives the plan one (a-z, 0-9 and '-')")
            })
    }

    fn header(&self, title: &str, store: &Store<'_>) -> Result<Header> {
        let remote = store.place.remote.as_deref();
        for glob in self.branch.iter().chain(&self.protect) {
            validity::check_ref_glob(glob)?;
        }
        let mut protect = self.protect.clone();
        if self.enforce
            && let Some(branch) = store.repo.default_branch(remote)?
            && !protect.contains(&branch)
        {
            protect.push(branch);
        }
        Ok(Header {
            title: title.to_owned(),
            protect,
            goal: self.goal.clone(),
            key: self.key.clone(),
            branches: self.branch.clone(),
            wip_limit: self.wip_limit,
            ..Header::default()
        })
    }
}

/// A line on what pushes are held to, and the command by which they would be.
fn enforced(repo: &Repo, header: &Header, installing: bool) -> Result<String> {
    Ok(match header.protect.as_slice() {
        _ if !installing && !super::hooks::are_working(repo)? => {
            "No push is held to it yet: git plan hooks install".to_owned()
        }
        [] => "It protects no branch yet: git plan update-plan --protect BRANCH".to_owned(),
        branches => format!("Pushes to {} are held to it.", branches.join(", ")),
    })
}

/// Brings the plans of the remote, where it has some and this clone has none. Tells whether
/// there are plans now. A repository opened before this does not know what it has configured.
fn adopt(cx: &Context) -> Result<bool> {
    let repo = cx.repo()?;
    let store = cx.store(&repo)?;
    if store.source()?.commit.is_some() {
        return Ok(true);
    }
    let Some(remote) = &store.place.remote else {
        return Ok(false);
    };
    let reference = &store.place.reference;
    let found = repo.remote_ref(remote, reference).map_err(|error| {
        Error::from(error)
            .hint("--offline   goes on without asking; plans there will be merged later")
    })?;
    if found.is_none() {
        return Ok(false);
    }
    fetch(&repo, &store, remote)?;
    if !cx.globals.json {
        super::super::output::complain(&format!("adopted the plans of {remote}\n"));
    }
    Ok(true)
}

/// Fetches the plan ref into the remote's copy of it, now and at every fetch.
///
/// # Errors
/// Those of the network and of writing the configuration.
pub fn fetch(repo: &Repo, store: &Store<'_>, remote: &str) -> Result<()> {
    let reference = &store.place.reference;
    let refspec = match &store.place.tracking {
        Some(tracking) => format!("+{reference}:{tracking}"),
        None => widened(remote, reference),
    };
    match repo.fetch(remote, &[&refspec]) {
        Err(git::Error::Network { message, .. }) => {
            return Err(Error::new(
                Kind::Environment,
                format!("could not fetch the plans from {remote}: {message}"),
            ));
        }
        other => other?,
    }
    if store.place.tracking.is_none() {
        repo.add_fetch_refspec(remote, &refspec)?;
    }
    Ok(())
}

/// The refspec by which a remote's plan ref is fetched.
pub fn widened(remote: &str, reference: &str) -> String {
    let name = reference
        .strip_prefix("refs/heads/")
        .or_else(|| reference.strip_prefix("refs/"));
    format!(
        "+{reference}:refs/remotes/{remote}/{}",
        name.unwrap_or(reference)
    )
}
