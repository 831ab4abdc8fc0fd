//! Two states of the plans, as people name them: commits of the plan ref, dates, what the remote has.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

use super::context::Context;
use super::error::{Error, Result};
use crate::git::{Oid, Repo};
use crate::model::Time;
use crate::store::history::last_until;
use crate::store::{self, Snapshot, Store};

/// Two states.
pub struct States {
    /// Before; none: before the first plan.
    pub base: Option<Oid>,
    /// After.
    pub head: Option<Oid>,
    /// Where nobody said which: what they are.
    pub usual: Option<String>,
}

impl States {
    /// The states that words name: `A..B`, `A...B` (from where both began to differ), `A` (up to
    /// now), `A` and `B`. Without a word: what the remote lacks; where there is no remote, the last
    /// operation.
    ///
    /// # Errors
    /// Where a word names no state of the plans.
    pub fn of(cx: &Context, store: &Store<'_>, words: &[String]) -> Result<Self> {
        let here = store.source()?.commit;
        let at = |word: &str| match word {
            "" => Ok(here),
            word => named(cx, store, here, word),
        };
        match words {
            [] => Self::unpublished(store, here),
            [range] if range.is_empty() => Err(Error::usage("an empty word names no state")),
            [one] if one.ends_with("^!") => {
                let head = at(one.trim_end_matches("^!"))?;
                let base = first_parent(store.repo, head)?;
                Ok(Self::between(base, head))
            }
            [range] => {
                if let Some((base, head)) = range.split_once("...") {
                    return Self::since_fork(store.repo, at(base)?, at(head)?);
                }
                let (base, head) = range.split_once("..").unwrap_or((range, ""));
                Ok(Self::between(at(base)?, at(head)?))
            }
            [base, head, ..] => Ok(Self::between(at(base)?, at(head)?)),
        }
    }

    fn unpublished(store: &Store<'_>, here: Option<Oid>) -> Result<Self> {
        let repo = store.repo;
        let place = &store.place;
        let remote = place.remote.as_ref();
        let tracking = remote.and_then(|remote| repo.tracking_ref(remote, &place.reference));
        let (base, usual) = match tracking {
            Some(name) => (
                repo.reference(&name)?,
                format!("what {} lacks", remote.map_or("", String::as_str)),
            ),
            None => (first_parent(repo, here)?, "the last operation".to_owned()),
        };
        Ok(Self {
            usual: Some(usual),
            ..Self::between(base, here)
        })
    }

    fn since_fork(repo: &Repo, base: Option<Oid>, head: Option<Oid>) -> Result<Self> {
        let base = match (base, head) {
            (Some(base), Some(head)) => repo.merge_base(base, head)?,
            (base, _) => base,
        };
        Ok(Self::between(base, head))
    }

    fn between(base: Option<Oid>, head: Option<Oid>) -> Self {
        Self {
            base,
            head,
            usual: None,
        }
    }

    /// What is compared, in words: `from 1a2b3c4d5e to 6f7a8b9c0d`.
    pub fn named(&self) -> String {
        let id = |commit: Option<Oid>, none: &str| match commit {
            Some(commit) => format!("{:.10}", commit.to_string()),
            None => none.to_owned(),
        };
        let (base, head) = (id(self.base, "nothing"), id(self.head, "nothing"));
        let usual = self.usual.iter().map(|usual| format!("{usual}: "));
        format!("{}from {base} to {head}", usual.collect::<String>())
    }

    /// The plans in both states; none where there were none yet.
    ///
    /// # Errors
    /// Where a commit is no state of the plans.
    pub fn snapshots<'r>(
        &self,
        store: &Store<'r>,
    ) -> Result<(Option<Snapshot<'r>>, Option<Snapshot<'r>>)> {
        let read = |commit: Option<Oid>| {
            let commit = commit.map(|commit| Snapshot::of_commit(store.repo, &store.place, commit));
            commit.transpose()
        };
        Ok((read(self.base)?, read(self.head)?))
    }
}

fn first_parent(repo: &Repo, commit: Option<Oid>) -> Result<Option<Oid>> {
    match commit {
        Some(commit) => Ok(repo.commit(commit)?.parents.first().copied()),
        None => Ok(None),
    }
}

/// The state that a word names; none where that is before the first plan.
fn named(cx: &Context, store: &Store<'_>, here: Option<Oid>, word: &str) -> Result<Option<Oid>> {
    let unknown = match store.repo.resolve(word) {
        Ok(commit) => return Ok(Some(is_state(store, word, commit)?)),
        Err(error) => error,
    };
    match date(cx, word) {
        Some(until) => Ok(last_until(store.repo, here, until)?),
        None => Err(Error::from(unknown).hint(
            "a state is a commit of the plan ref (git plan log), or a date: 2026-01-31, '2 days ago'",
        )),
    }
}

fn is_state(store: &Store<'_>, word: &str, commit: Oid) -> Result<Oid> {
    match Snapshot::of_commit(store.repo, &store.place, commit) {
        Ok(_) => Ok(commit),
        Err(error) => {
            let error = match error {
                store::Error::NotAPlanRef { .. } => "it holds no plans".to_owned(),
                other => other.to_string(),
            };
            let error = format!("'{word}' is no state of the plans: {error}");
            Err(Error::data(error).hint(format!(
                "git plan log   lists the states of {}",
                store.place.short()
            )))
        }
    }
}

/// The moment that a word names: a date-time, the beginning of a day, or how long ago.
fn date(cx: &Context, word: &str) -> Option<Time> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(word) {
        return Some(Time(moment.timestamp()));
    }
    let day = NaiveDate::parse_from_str(word, "%Y-%m-%d").ok();
    let day = day.map(|day| NaiveDateTime::new(day, NaiveTime::MIN));
    let local = day.or_else(|| {
        let forms = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"];
        let mut read = forms
            .iter()
            .filter_map(|form| NaiveDateTime::parse_from_str(word, form).ok());
        read.next()
    });
    let midnight = || {
        let today = cx.now.0 + i64::from(cx.offset);
        today.rem_euclid(DAY)
    };
    match local {
        _ if word == "now" => Some(cx.now),
        _ if word == "today" => Some(Time(cx.now.0 - midnight())),
        Some(local) => Some(Time(local.and_utc().timestamp() - i64::from(cx.offset))),
        None => ago(word).map(|seconds| Time(cx.now.0.saturating_sub(seconds))),
    }
}

/// A day, in seconds.
const DAY: i64 = 86_400;

/// `yesterday`, `3 days ago`, `2.weeks.ago`, in seconds.
fn ago(word: &str) -> Option<i64> {
    if word == "yesterday" {
        return Some(DAY);
    }
    let word = word.replace('.', " ");
    let words: Vec<&str> = word.split_whitespace().collect();
    let (count, unit) = match words.as_slice() {
        ["last", unit] => ("1", unit),
        ["a" | "an" | "one", unit, "ago"] => ("1", unit),
        [count, unit, "ago"] => (*count, unit),
        _ => return None,
    };
    let seconds = match unit.strip_suffix('s').unwrap_or(unit) {
        "second" | "sec" => 1,
        "minute" | "min" => 60,
        "hour" => 3_600,
        "day" => DAY,
        "week" => 7 * DAY,
        "month" => 30 * DAY,
        "year" => 365 * DAY,
        _ => return None,
    };
    count.parse::<i64>().ok()?.checked_mul(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_ago_is_read_as_git_writes_it() {
        assert_eq!(ago("yesterday"), Some(86_400));
        assert_eq!(ago("2 weeks ago"), Some(14 * 86_400));
        assert_eq!(ago("1.hour.ago"), Some(3_600));
        assert_eq!(ago("a minute ago"), Some(60));
        assert_eq!(ago("last week"), Some(7 * 86_400));
        for word in ["2 weeks", "ago", "x days ago", "3 moons ago"] {
            assert_eq!(ago(word), None, "{word}");
        }
        assert_eq!(ago("9223372036854775807 days ago"), None);
    }
}
