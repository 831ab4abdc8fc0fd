//! Opening the repository around a folder, as Git would open it.

use std::cell::{Cell, OnceCell};
use std::path::{Path, PathBuf};
use std::process::Command;

use gix::discover::upwards;
use gix::open::{Options, permissions};
use gix::sec::Trust;
use gix::sec::trust::{DefaultForLevel, Mapping};

use super::database::Databases;
use super::embedded::refuse_embedded;
use super::environment::Environment;
use super::program::{clear_repository, plain_git, run, usable_message};
use super::{Error, Repo, Result};

/// What we always set. Without the cache, packs are read six times slower.
/// Replaced objects would show a plan that is not the one that is stored.
const SETTINGS: [&str; 3] = [
    "core.deltaBaseCacheLimit=96m",
    "core.useReplaceRefs=false",
    // Git does not check the hash of an index that it reads either.
    "index.skipHash=true",
];

impl Repo {
    /// Opens the repository that `cwd` is in.
    ///
    /// Like Git it reads `GIT_DIR`, `GIT_WORK_TREE`, `GIT_INDEX_FILE`,
    /// `GIT_NAMESPACE`, `GIT_CEILING_DIRECTORIES`,
    /// `GIT_DISCOVERY_ACROSS_FILESYSTEM`, `GIT_OBJECT_DIRECTORY`,
    /// `GIT_ALTERNATE_OBJECT_DIRECTORIES`, `GIT_CONFIG_*` and what `git -c` set.
    ///
    /// # Errors
    /// [`Error::NotARepository`], [`Error::Open`]; [`Error::Unsafe`] where Git
    /// refuses the repository, or where the search led to one inside the working tree of
    /// another; [`Error::RefStorage`] for reftable;
    /// [`Error::CommonDir`] where `GIT_COMMON_DIR` contradicts the repository.
    pub fn discover(cwd: &Path) -> Result<Self> {
        let cwd = std::path::absolute(cwd).map_err(Error::io("find", cwd))?;
        let environment = Environment::from_process(&cwd)?;
        let mut git = open(&cwd, &environment, options(&environment, Trust::Full))?;
        if !environment.names_git_dir {
            refuse_embedded(git.git_dir(), &cwd)?;
        }
        if needs_git_to_decide(&git, &environment) {
            ask_git(&mut plain_git(), &cwd)?;
            git = open(&cwd, &environment, options(&environment, Trust::Reduced))?;
        }
        Self::opened(git, environment)
    }

    /// Opens the repository that has `folder` as its working tree, such as a submodule. What the
    /// environment says is about another one.
    ///
    /// # Errors
    /// As [`Repo::discover`].
    pub(super) fn open_inside(folder: &Path) -> Result<Self> {
        let environment = Environment::default();
        let with = |owner| {
            let opened = gix::open_opts(folder, options(&environment, owner));
            opened.map_err(|source| open_error(folder, &environment, source))
        };
        let mut git = with(Trust::Full)?;
        if git.git_dir_trust() != Trust::Full {
            let mut command = plain_git();
            clear_repository(&mut command);
            ask_git(&mut command, folder)?;
            git = with(Trust::Reduced)?;
        }
        Self::opened(git, environment)
    }

    fn opened(git: gix::Repository, environment: Environment) -> Result<Self> {
        require_known_ref_storage(&git)?;
        let common_dir = common_dir(&git, &environment)?;
        let object_dir = match &environment.object_directory {
            Some(quarantine) => quarantine.clone(),
            None => common_dir.join("objects"),
        };
        Ok(Self {
            objects: Databases::open(&git, &environment, object_dir.clone())?,
            common_dir,
            object_dir,
            git,
            environment,
            program_version: OnceCell::new(),
            offline: Cell::new(false),
        })
    }
}

/// The options to open a repository with. Where its owner is somebody else
/// (`Reduced`) and Git trusts it all the same, its configuration counts and
/// large objects may be read as usual.
fn options(environment: &Environment, owner: Trust) -> Options {
    let mut settings = SETTINGS.to_vec();
    let mut options = Options::default_for_level(Trust::Full)
        .cli_overrides(environment.overrides.iter().map(String::as_str));
    if owner == Trust::Reduced {
        settings.push("gitoxide.objects.allocLimitIfReducedTrust=0");
        options = options.filter_config_section(|_| true);
    }
    options
        .config_overrides(settings)
        .permissions(gix::open::Permissions {
            env: permissions::Environment::all(),
            config: permissions::Config::all(),
            attributes: permissions::Attributes::all(),
        })
}

fn open(cwd: &Path, environment: &Environment, options: Options) -> Result<gix::Repository> {
    let search = upwards::Options {
        match_ceiling_dir_or_error: false,
        current_dir: Some(cwd),
        ..upwards::Options::default()
    };
    let trust = Mapping {
        full: options.clone(),
        reduced: options,
    };
    let mut git: gix::Repository =
        gix::ThreadSafeRepository::discover_with_environment_overrides_opts(cwd, search, trust)
            .map_err(|source| open_error(cwd, environment, source))?
            .into();
    if git.git_dir().is_relative() {
        git.make_paths_absolute()
            .map_err(|source| open_error(cwd, environment, source))?;
    }
    Ok(git)
}

fn open_error(cwd: &Path, environment: &Environment, source: gix::Error) -> Error {
    let path = cwd.to_owned();
    if source.downcast_any_ref::<upwards::Error>().is_some()
        || environment.names_git_dir && source.is_not_found()
    {
        let source = source.into();
        return Error::NotARepository { path, source };
    }
    let source = source.into();
    Error::Open { path, source }
}

/// Whether the repository is one that Git may refuse: it belongs to somebody
/// else, or it is bare and the user wants bare ones to be named explicitly.
fn needs_git_to_decide(git: &gix::Repository, environment: &Environment) -> bool {
    let wants_bare_named = || {
        git.config_snapshot()
            .string("safe.bareRepository")
            .is_some_and(|value| value.eq_ignore_ascii_case(b"explicit"))
    };
    git.git_dir_trust() != Trust::Full
        || (git.is_bare() && !environment.names_git_dir && wants_bare_named())
}

/// Lets the `git` program decide whether this repository may be used, in the
/// same environment.
fn ask_git(command: &mut Command, cwd: &Path) -> Result<()> {
    command.args(["rev-parse", "--git-dir"]).current_dir(cwd);
    let output = run(command)?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Unsafe {
        hint: usable_message(&output.stderr),
    })
}

/// Refuses refs that the library would not find: a missing plan and an
/// unreadable one must never look the same.
fn require_known_ref_storage(git: &gix::Repository) -> Result<()> {
    match git.config_snapshot().string("extensions.refStorage") {
        Some(format) if !format.eq_ignore_ascii_case(b"files") => Err(Error::RefStorage {
            format: format.to_string(),
        }),
        _ => Ok(()),
    }
}

/// The shared folder, in plain words: a linked worktree knows it as `../..`.
fn common_dir(git: &gix::Repository, environment: &Environment) -> Result<PathBuf> {
    let actual = match git.kind() {
        gix::repository::Kind::LinkedWorkTree => resolved(git.common_dir()),
        _ => git.common_dir().to_owned(),
    };
    match &environment.common_dir {
        Some(wanted) if resolved(wanted) != resolved(&actual) => Err(Error::CommonDir {
            wanted: wanted.clone(),
            actual,
        }),
        _ => Ok(actual),
    }
}

fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
