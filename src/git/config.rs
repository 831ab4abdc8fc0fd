//! Reading Git's configuration: all its files, `GIT_CONFIG_*` and `git -c`, as
//! they stood when the repository was opened. The last assignment of a key
//! counts.

use std::collections::HashMap;

use gix::config::file::{Metadata, SectionRef};
use gix::config::source::Kind;
use gix::config::{KeyRef, Source};

use super::{Error, Repo, Result};

/// One assignment in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigEntry {
    /// The whole key, such as `plan.ref`; section and name in lower case.
    pub key: String,
    /// The value; empty for a key alone, which stands for true.
    pub value: String,
    /// Where it stands, nearly as `git config --show-origin` writes it.
    pub origin: String,
}

impl Repo {
    /// The value of `key`, such as `user.name` or `remote.origin.url`.
    pub fn config(&self, key: &str) -> Option<String> {
        let value = self.git.config_snapshot().string(parse(key)?)?;
        Some(value.to_string())
    }

    /// All values of `key`, those that count more last.
    pub fn config_all(&self, key: &str) -> Vec<String> {
        let values = parse(key).and_then(|key| self.git.config_snapshot().strings(key));
        let values = values.unwrap_or_default();
        values.iter().map(ToString::to_string).collect()
    }

    /// The value of `key` as a truth value, in all of Git's spellings.
    ///
    /// # Errors
    /// [`Error::Config`] if the value is none.
    pub fn config_bool(&self, key: &str) -> Result<Option<bool>> {
        self.bool_where(key, |_| true)
    }

    /// Like [`Repo::config_bool`], but only where the user or the system said
    /// so: files outside the repository, `GIT_CONFIG_*`, `git -c`. What the
    /// repository's own files say has no say.
    pub fn user_config_bool(&self, key: &str) -> Result<Option<bool>> {
        self.bool_where(key, is_user)
    }

    /// Like [`Repo::config`], but only where the user or the system said so, as for
    /// [`Repo::user_config_bool`].
    pub fn user_config(&self, key: &str) -> Option<String> {
        let value = self
            .git
            .config_snapshot()
            .string_filter(parse(key)?, is_user)?;
        Some(value.to_string())
    }

    /// Like [`Repo::config_all`], but only where the user or the system said so, as for
    /// [`Repo::user_config_bool`].
    pub fn user_config_all(&self, key: &str) -> Vec<String> {
        let snapshot = self.git.config_snapshot();
        let values = parse(key).and_then(|key| snapshot.strings_filter(key, is_user));
        let values = values.unwrap_or_default();
        values.iter().map(ToString::to_string).collect()
    }

    /// The value of `key` as a number; `k`, `m` and `g` multiply as in Git.
    ///
    /// # Errors
    /// [`Error::Config`] if the value is no number.
    pub fn config_i64(&self, key: &str) -> Result<Option<i64>> {
        let Some(parsed) = parse(key) else {
            return Ok(None);
        };
        let snapshot = self.git.config_snapshot();
        snapshot.try_integer(parsed).map_err(unusable(key))
    }

    /// Every assignment in the sections named `section` with or without a
    /// subsection, in the order in which they count.
    pub fn config_section(&self, section: &str) -> Vec<ConfigEntry> {
        let snapshot = self.git.config_snapshot();
        let sections = snapshot.sections_by_name(section);
        sections.into_iter().flatten().flat_map(entries).collect()
    }

    fn bool_where(&self, key: &str, filter: impl FnMut(&Metadata) -> bool) -> Result<Option<bool>> {
        let Some(parsed) = parse(key) else {
            return Ok(None);
        };
        let snapshot = self.git.config_snapshot();
        snapshot
            .boolean_filter(parsed, filter)
            .map_err(unusable(key))
    }
}

/// Whether a section stands outside of the repository's own files.
fn is_user(section: &Metadata) -> bool {
    section.source.kind() != Kind::Repository
}

fn parse(key: &str) -> Option<KeyRef<'_>> {
    KeyRef::parse_unvalidated(key.into())
}

fn unusable(key: &str) -> impl FnOnce(gix::Error) -> Error {
    let key = key.to_owned();
    move |source| Error::Config {
        key,
        source: source.into(),
    }
}

fn entries(section: SectionRef<'_>) -> Vec<ConfigEntry> {
    let header = section.header();
    let mut prefix = header.name().to_string().to_lowercase();
    if let Some(subsection) = header.subsection_name() {
        prefix = format!("{prefix}.{subsection}");
    }
    let origin = origin(section.meta());
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut entries = Vec::new();
    for name in section.value_names() {
        let nth = seen.entry(name.to_lowercase()).or_default();
        let value = section.values(&name).get(*nth).map(ToString::to_string);
        *nth += 1;
        entries.push(ConfigEntry {
            key: format!("{prefix}.{}", name.to_lowercase()),
            value: value.unwrap_or_default(),
            origin: origin.clone(),
        });
    }
    entries
}

fn origin(section: &Metadata) -> String {
    match (&section.path, section.source) {
        (Some(path), _) => format!("file:{}", path.display()),
        (None, Source::Env | Source::EnvOverride) => "environment:".to_owned(),
        (None, _) => "command line:".to_owned(),
    }
}
