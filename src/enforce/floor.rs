//! What an administrator's configuration asks for, whatever the plans say.

use super::protection::Globs;
use crate::git::{self, Oid, Repo};
use crate::model::Policy;
use crate::model::policy::Choice;

/// The configuration `plan.floor.*`, `plan.required`, `plan.protectable`, `plan.allowRewrite`.
pub struct Floor {
    /// `plan.floor.protect`: refs that are protected whatever plans say.
    pub protect: Globs,
    /// `plan.protectable`: the refs that plans may protect; none: all.
    pub protectable: Option<Globs>,
    /// `plan.floor.land`, `.unlinked`, `.weakening`, `.waive`, `.reviewed`: the least strict that counts.
    pub policy: Policy,
    /// `plan.required`: whether a protected ref takes nothing while there is no plan.
    pub required: bool,
    /// `plan.allowRewrite`: the one commit that the plan ref may be rewritten to.
    pub allow_rewrite: Option<Oid>,
}

impl Floor {
    /// Reads the configuration.
    ///
    /// # Errors
    /// [`git::Error::Config`] where a value is none that the key takes.
    pub fn of(repo: &Repo) -> git::Result<Self> {
        let protect = repo.config_all("plan.floor.protect");
        let protectable = repo.config_all("plan.protectable");
        let globs = |words: &[String]| Globs::new(words.iter().map(String::as_str));
        Ok(Self {
            protect: globs(&protect),
            protectable: (!protectable.is_empty()).then(|| globs(&protectable)),
            policy: Policy {
                land: choice(repo)?,
                unlinked: least(repo)?,
                weakening: choice(repo)?,
                waive: choice(repo)?,
                reviewed: repo.config_bool("plan.floor.reviewed")?.unwrap_or(false),
                ..Policy::default()
            },
            required: repo.config_bool("plan.required")?.unwrap_or(false),
            allow_rewrite: repo
                .config("plan.allowRewrite")
                .and_then(|text| Oid::from_hex(text.trim().as_bytes()).ok()),
        })
    }

    /// Whether plans may protect a ref.
    pub fn may_protect(&self, name: &str) -> bool {
        self.protectable
            .as_ref()
            .is_none_or(|globs| globs.matches(name))
    }
}

fn configured<C: Choice>(repo: &Repo) -> git::Result<Option<C>> {
    let key = format!("plan.floor.{}", C::KEY);
    let Some(word) = repo.config(&key) else {
        return Ok(None);
    };
    let wrong = || git::Error::Config {
        key,
        source: format!("'{word}' is none of {}", crate::model::policy::words::<C>()).into(),
    };
    C::of_word(&word).map(Some).ok_or_else(wrong)
}

fn choice<C: Choice>(repo: &Repo) -> git::Result<C> {
    Ok(configured(repo)?.unwrap_or_default())
}

/// As [`choice`], for one whose usual value is not the loosest.
fn least<C: Choice>(repo: &Repo) -> git::Result<C> {
    let loosest = C::WORDS
        .first()
        .map(|(_, value)| *value)
        .unwrap_or_default();
    Ok(configured(repo)?.unwrap_or(loosest))
}
