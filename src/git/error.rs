//! What can go wrong in this layer: what was attempted, why it failed, and
//! where a way out is known, the way out.

use std::io;
use std::path::{Path, PathBuf};

use super::Oid;

/// The result of everything in this layer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A cause from the Git library, kept for the chain of sources.
pub(super) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why an operation on the repository failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No repository at the folder or above it.
    #[error("there is no Git repository at {} or above it", path.display())]
    NotARepository {
        /// Where the search began.
        path: PathBuf,
        /// What the search found.
        source: Cause,
    },
    /// A repository is there but cannot be opened.
    #[error("could not open the Git repository at {}", path.display())]
    Open {
        /// Where the search began.
        path: PathBuf,
        /// Why.
        source: Cause,
    },
    /// Git refuses the repository, for instance by `safe.directory`; or it lies inside the working
    /// tree of another one.
    #[error("this repository is not trusted: {hint}")]
    Unsafe {
        /// What Git itself says, or we do, with the way out.
        hint: String,
    },
    /// The refs are stored in a format that this layer cannot read.
    #[error(
        "this repository stores its refs as \"{format}\", which is not supported; \
         `git refs migrate --ref-format=files` converts it"
    )]
    RefStorage {
        /// The value of `extensions.refStorage`.
        format: String,
    },
    /// `GIT_COMMON_DIR` names another folder than the repository's own.
    #[error("GIT_COMMON_DIR is {}, but this repository's common folder is {}", wanted.display(), actual.display())]
    CommonDir {
        /// The variable's value.
        wanted: PathBuf,
        /// What the repository says.
        actual: PathBuf,
    },
    /// A configuration value cannot be understood.
    #[error("the configuration value of {key} cannot be used")]
    Config {
        /// The key.
        key: String,
        /// Why.
        source: Cause,
    },
    /// A name that no ref can have.
    #[error("\"{name}\" is not a valid name for a ref")]
    RefName {
        /// The name.
        name: String,
        /// Why.
        source: Cause,
    },
    /// A ref that should name an object names another ref.
    #[error("the ref {name} is a symbolic ref to {target}")]
    SymbolicRef {
        /// The ref.
        name: String,
        /// The ref it points to.
        target: String,
    },
    /// A ref exists but cannot be read.
    #[error("could not read the ref {name}")]
    RefRead {
        /// The ref, or the prefix that was listed.
        name: String,
        /// Why.
        source: Cause,
    },
    /// Another ref takes the place of the wanted one.
    #[error("the ref {name} cannot be created because {existing} exists")]
    RefConflict {
        /// The wanted ref.
        name: String,
        /// The ref in its way.
        existing: String,
    },
    /// A lock file is in the way and stays there.
    #[error(
        "{} exists: another Git process holds it, or one was killed; \
         if none is running, remove the file", path.display()
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// A revision names no commit.
    #[error("\"{revision}\" names no commit")]
    Revision {
        /// The revision as it was given.
        revision: String,
        /// Why.
        source: Cause,
    },
    /// An object is not in the repository.
    #[error("the object {0} is not in this repository")]
    Missing(Oid),
    /// An object is larger than the caller allows.
    #[error("the object {oid} has {size} bytes, the limit is {limit}")]
    TooLarge {
        /// The object.
        oid: Oid,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// An object has another kind than expected.
    #[error("the object {oid} is a {actual}, not a {wanted}")]
    Kind {
        /// The object.
        oid: Oid,
        /// What it is.
        actual: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// An object cannot be read or decoded.
    #[error("could not read the object {oid}")]
    Object {
        /// The object.
        oid: Oid,
        /// Why.
        source: Cause,
    },
    /// An object cannot be encoded or compressed.
    #[error("could not encode a {kind}")]
    Encode {
        /// The kind of object.
        kind: String,
        /// Why.
        source: Cause,
    },
    /// The history between commits cannot be followed.
    #[error("could not follow the history of {from}")]
    History {
        /// Where the walk began.
        from: Oid,
        /// Why.
        source: Cause,
    },
    /// History that is asked for is not all here.
    #[error(
        "the history is not complete: the commit {oid} is missing, or its parents were cut off; \
         `git fetch --unshallow` brings what a shallow clone left out"
    )]
    Incomplete {
        /// The commit that is missing, or at which history ends too early.
        oid: Oid,
    },
    /// It took longer than it may.
    #[error("the time for looking through the history is up")]
    OutOfTime,
    /// There is too much to look for at once.
    #[error("could not prepare the search: {reason}")]
    Search {
        /// Why.
        reason: String,
    },
    /// A path that no tree may hold, or that contradicts another of the edit.
    #[error("the path \"{path}\" cannot be stored: {reason}")]
    TreePath {
        /// The path.
        path: String,
        /// Why.
        reason: String,
    },
    /// There are no files to look at: the repository is bare.
    #[error("this repository has no working tree")]
    NoWorkTree,
    /// The working tree cannot be compared with the index.
    #[error("could not compare the working tree with the index")]
    WorkTree {
        /// Why.
        source: Cause,
    },
    /// Something is in the working tree that Git cannot record.
    #[error("\"{path}\" is neither a file nor a link nor a folder; Git cannot record it")]
    NotAFile {
        /// Its path in the working tree.
        path: String,
    },
    /// A repository inside the working tree has nothing that could be recorded.
    #[error("\"{path}\" is a repository of its own without a commit: commit there, or ignore it")]
    NestedWithoutCommit {
        /// Its path in the working tree.
        path: String,
    },
    /// The clean filter that a file requires failed.
    #[error("the clean filter \"{filter}\" failed for \"{path}\"")]
    CleanFilter {
        /// The file's path in the working tree.
        path: String,
        /// The name of the filter, as in `filter.<name>.clean`.
        filter: String,
        /// Why.
        source: Cause,
    },
    /// A file has no form that Git could record: its encoding is not what its
    /// attributes say, or `core.safecrlf` forbids its line endings.
    #[error("could not convert \"{path}\" to Git's form")]
    Convert {
        /// The file's path in the working tree.
        path: String,
        /// Why.
        source: Cause,
    },
    /// A file or folder of the repository cannot be read or written.
    #[error("could not {action} {}", path.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A format of signatures that is not supported.
    #[error(
        "signatures of the format \"{format}\" are not supported: set gpg.format to openpgp or ssh"
    )]
    SignatureFormat {
        /// The value of `gpg.format`.
        format: String,
    },
    /// There is no key to sign with.
    #[error("there is no key to sign with: set user.signingKey to the file of an SSH key")]
    NoSigningKey,
    /// A program that signs or verifies cannot be run.
    #[error(
        "could not run {program}: it has to be in a folder of PATH outside of the working tree, or to be named \
         in your own Git configuration by {key}"
    )]
    SigningProgram {
        /// The program, by its name or its path.
        program: String,
        /// The key of configuration that names it.
        key: &'static str,
    },
    /// The program could not sign.
    #[error("{program} did not sign: {message}")]
    NotSigned {
        /// The program.
        program: String,
        /// Its own message.
        message: String,
    },
    /// Neither environment nor configuration say who commits.
    #[error("nobody is named as committer: {missing} is not set")]
    NoIdentity {
        /// The configuration key that is missing.
        missing: &'static str,
    },
    /// The `git` program cannot be started.
    #[error("could not run the `git` program")]
    GitMissing {
        /// Why.
        source: io::Error,
    },
    /// The `git` program is too old for what is asked of it.
    #[error("Git {}.{} is too old: this needs Git {}.{} or newer", found.0, found.1, needed.0, needed.1)]
    GitTooOld {
        /// The version that runs.
        found: (u32, u32),
        /// The oldest version that does.
        needed: (u32, u32),
    },
    /// The `git` program failed.
    #[error("`git {command}` failed: {message}")]
    Git {
        /// The subcommand.
        command: String,
        /// Git's own message.
        message: String,
    },
    /// A remote could not be reached or refused.
    #[error("could not {action} {remote}: {message}")]
    Network {
        /// What was attempted: "ask" or "fetch from".
        action: &'static str,
        /// The remote.
        remote: String,
        /// Git's own message.
        message: String,
    },
}

impl Error {
    /// For `map_err` on file operations: `action` completes "could not …".
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// For `map_err` on reading or decoding the object `oid`.
    pub(super) fn object(oid: Oid) -> impl FnOnce(gix::Error) -> Self {
        move |source| Self::Object {
            oid,
            source: source.into(),
        }
    }
}
