//! What evidence is bound to: the plan, the phase, the gate, its definition, the code.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use super::{Answer, Code, scripts};
use crate::model::{Gate, Slug, phase};

/// Files that say how others are checked out; they belong to the inputs of every gate.
const ATTRIBUTES: &str = ".gitattributes";
const MODULES: &str = ".gitmodules";

/// The digest of what evidence for a gate is about.
///
/// # Errors
/// Where the code cannot be read.
pub fn subject(plan: &Slug, phase_id: &Slug, gate: &Gate, code: &dyn Code) -> Answer<String> {
    let mut hash = Sha256::new();
    let definition = phase::definition_digest(gate);
    for line in [
        "git-plan subject 1",
        plan.as_str(),
        phase_id.as_str(),
        gate.id.as_str(),
        &gate.kind,
        &definition,
    ] {
        hash.update(line);
        hash.update(b"\n");
    }
    match inputs(gate, code)? {
        None => hash.update(format!("tree {}\n", code.tree())),
        Some(paths) => {
            for path in paths {
                let found = code.entry(&path)?;
                let found = found.as_deref().unwrap_or("absent");
                hash.update(format!("input {path}\0{found}\n"));
            }
        }
    }
    Ok(phase::hex(&hash.finalize()))
}

/// The paths that the outcome of a gate depends on, sorted; none for the whole tree. Besides those
/// that it names: the attributes of each folder on the way to them, what says where submodules come
/// from, and the scripts that its command names.
///
/// # Errors
/// Where the code cannot be read.
pub fn inputs(gate: &Gate, code: &dyn Code) -> Answer<Option<BTreeSet<String>>> {
    let Some(named) = &gate.inputs else {
        return Ok(None);
    };
    let mut paths: BTreeSet<String> = named.iter().map(|path| plain(path)).collect();
    paths.extend(scripts::scripts(gate, code)?);
    let attributes = paths.iter().flat_map(|path| folders_above(path));
    let mut all: BTreeSet<String> = attributes
        .map(|folder| format!("{folder}{ATTRIBUTES}"))
        .collect();
    all.insert(MODULES.to_owned());
    all.extend(paths);
    Ok(Some(all))
}

fn plain(path: &str) -> String {
    path.trim_end_matches('/').to_owned()
}

/// The folders that a path lies in, each with a `/` at its end; the top is empty.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at + 1);
    std::iter::once(0).chain(ends).map(|end| &path[..end])
}

/// Of the paths that changed, those that concern a gate.
///
/// # Errors
/// Where the code cannot be read.
pub fn concerning(gate: &Gate, code: &dyn Code, changed: Vec<String>) -> Answer<Vec<String>> {
    let Some(inputs) = inputs(gate, code)? else {
        return Ok(changed);
    };
    let concerns = |path: &String| {
        let ends = path.match_indices('/').map(|(at, _)| at);
        let mut above = ends.chain([path.len()]).map(|end| &path[..end]);
        above.any(|part| inputs.contains(part))
    };
    Ok(changed.into_iter().filter(concerns).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_folder_above_a_path_is_found() {
        let above: Vec<&str> = folders_above("a/b/c").collect();
        assert_eq!(above, ["", "a/", "a/b/"]);
        assert_eq!(folders_above("a").collect::<Vec<_>>(), [""]);
    }
}
