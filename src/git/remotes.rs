//! The remotes as the configuration knows them; nothing here uses the network.

use std::collections::BTreeSet;

use gix::refspec::parse::Operation;

use super::Repo;

impl Repo {
    /// The names of the configured remotes, sorted.
    pub fn remotes(&self) -> Vec<String> {
        let snapshot = self.git.config_snapshot();
        let sections = snapshot.sections_by_name("remote").into_iter().flatten();
        let configured = sections
            .filter(|section| section.value("url").is_some() || section.value("fetch").is_some());
        let names = configured.filter_map(|section| section.header().subsection_name());
        let names: BTreeSet<_> = names.map(ToString::to_string).collect();
        names.into_iter().collect()
    }

    /// What `remote` fetches by default.
    pub fn fetch_refspecs(&self, remote: &str) -> Vec<String> {
        self.config_all(&format!("remote.{remote}.fetch"))
    }

    /// The local ref in which `remote`'s fetch refspecs keep its ref `name`,
    /// such as `refs/remotes/origin/main`; `None` if it is not fetched.
    pub fn tracking_ref(&self, remote: &str, name: &str) -> Option<String> {
        let refspecs = self.fetch_refspecs(remote);
        let excluded = refspecs
            .iter()
            .filter_map(|refspec| refspec.strip_prefix('^'))
            .any(|pattern| expand(pattern, pattern, name).is_some());
        if excluded {
            return None;
        }
        refspecs.iter().find_map(|refspec| {
            gix::refspec::parse(refspec.as_str().into(), Operation::Fetch).ok()?;
            let (source, target) = refspec.trim_start_matches('+').split_once(':')?;
            expand(source, target, name)
        })
    }

    /// The name in `remote` of the ref that it keeps in the local ref `name`; `None` if it is not
    /// fetched there.
    pub fn fetched_from(&self, remote: &str, name: &str) -> Option<String> {
        let refspecs = self.fetch_refspecs(remote);
        refspecs.iter().find_map(|refspec| {
            let (source, target) = refspec.trim_start_matches('+').split_once(':')?;
            let there = expand(target, source, name)?;
            (self.tracking_ref(remote, &there).as_deref() == Some(name)).then_some(there)
        })
    }

    /// The remote that a partial clone fetches missing objects from; none where nothing is to be
    /// fetched ([`Repo::stay_offline`]).
    pub fn promisor_remote(&self) -> Option<String> {
        if self.offline.get() {
            return None;
        }
        let promises = |remote: &String| {
            let key = format!("remote.{remote}.promisor");
            matches!(self.config_bool(&key), Ok(Some(true)))
        };
        let configured = self.remotes().into_iter().find(promises);
        configured.or_else(|| self.config("extensions.partialClone"))
    }
}

/// Puts what `*` stands for in `source` into `target`.
fn expand(source: &str, target: &str, name: &str) -> Option<String> {
    let Some((before, after)) = source.split_once('*') else {
        return (source == name).then(|| target.to_owned());
    };
    let middle = name.strip_prefix(before)?.strip_suffix(after)?;
    Some(target.replacen('*', middle, 1))
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn a_pattern_is_expanded() {
        let expanded = expand("refs/heads/*", "refs/remotes/o/*", "refs/heads/a/b");
        assert_eq!(expanded.as_deref(), Some("refs/remotes/o/a/b"));
        assert_eq!(
            expand("refs/heads/*", "refs/remotes/o/*", "refs/tags/a"),
            None
        );
        let exact = expand("refs/heads/a", "refs/remotes/o/a", "refs/heads/a");
        assert_eq!(exact.as_deref(), Some("refs/remotes/o/a"));
    }
}
