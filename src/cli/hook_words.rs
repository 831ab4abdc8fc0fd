//! What is said of hooks: what was done to them, how they stand, what is in the way.

use std::path::{Path, PathBuf};

use super::error::{Error, Kind};
use crate::hook::install::{Obstacle, Why};
use crate::hook::place::{self, Place};
use crate::hook::status::{Row, State};
use crate::hook::step::{Act, Step};
use crate::render::{escape, quote};

/// A line on what was done to a hook; `would` stands before the word where nothing was done yet.
pub fn done(step: &Step, would: &str) -> String {
    let path = step.path.display().to_string();
    let name = &step.hook;
    let before = step.hook.before();
    let line = match &step.act {
        Act::Nothing => format!("unchanged: {name}"),
        Act::Called(file) => format!("unchanged: {name}, called from {}", file.display()),
        Act::Install => format!("{would}installed: {name}"),
        Act::Renew => format!("{would}renewed: {name}"),
        Act::Chain => {
            format!("{would}installed: {name}; the one that was there runs first ({before})")
        }
        Act::Remove => format!("{would}removed: {name}"),
        Act::Restore => format!("{would}removed: {name}; the one before it is back"),
        Act::LeaveEdited => {
            format!(
                "left: {name}, which somebody edited: rm {}   removes it",
                quote::word(&path)
            )
        }
        Act::LeaveBoth => {
            format!("left: {name}, which somebody wrote over, and {before}, which was there before")
        }
    };
    format!("{}\n", escape::line(&line))
}

/// Where Git looks for hooks, and why there.
pub fn folder_line(place: &Place) -> String {
    let set = place.configured.as_ref();
    let because = set.map(|set| format!(" (core.hooksPath, {})", set.origin));
    let because = because.unwrap_or_default();
    let line = match place.looked_into() {
        Some(folder) => format!("Git looks into {}{because}", folder.display()),
        None => format!("hooks are switched off{because}"),
    };
    escape::line(&line).into_owned()
}

/// How a hook stands, and what mends it.
pub fn state(row: &Row) -> String {
    let file = |path: &Option<PathBuf>| {
        let name = path.as_deref().and_then(Path::file_name);
        name.unwrap_or_default().to_string_lossy().into_owned()
    };
    let again = "git plan hooks install";
    match row.state {
        State::Current if row.before.is_some() => {
            format!("in place, after {}", file(&row.before))
        }
        State::Current => "in place".to_owned(),
        State::Old => format!("in place, of an older version: {again}"),
        State::NoBinary => {
            let binary = row.binary.as_deref().unwrap_or_default();
            format!("in place, but {binary} is gone: {again}")
        }
        State::Edited => "in place, edited by somebody".to_owned(),
        State::NotExecutable => format!("not executable, so that Git passes it over: {again}"),
        State::Called => format!("called from {}", file(&row.caller)),
        State::Foreign => match row.tool.name() {
            Some(tool) => format!("that of {tool}"),
            None => "somebody else's".to_owned(),
        },
        State::Absent => "absent".to_owned(),
    }
}

/// What is in the way, and the lines that make up for it.
pub fn in_the_way(place: &Place, obstacles: &[Obstacle]) -> Error {
    let set = place.configured.as_ref();
    let value = set.map(|set| set.value.as_str()).unwrap_or_default();
    let tool = obstacles.iter().find_map(|obstacle| obstacle.tool.name());
    let message = match place.kind {
        place::Kind::Nowhere => format!("hooks are switched off: core.hooksPath is '{value}'"),
        place::Kind::InWorkTree => format!(
            "core.hooksPath is '{value}'{}: hooks there are the project's code, which git plan does not write",
            tool.map(|tool| format!(" ({tool})")).unwrap_or_default()
        ),
        place::Kind::Elsewhere => format!(
            "core.hooksPath is '{value}': hooks there are not this clone's alone, and git plan does not write them"
        ),
        place::Kind::Shared | place::Kind::InGitFolder => {
            let names: Vec<String> = obstacles.iter().map(named).collect();
            format!(
                "nothing is changed, since there is already: {}",
                names.join(", ")
            )
        }
    };
    let mut hints = Vec::new();
    if obstacles
        .iter()
        .all(|obstacle| obstacle.why == Why::Foreign)
    {
        let chain = "git plan hooks install --chain   keeps what is there, and runs it first";
        hints.push(chain.to_owned());
    }
    hints.extend(obstacles.iter().filter_map(way_out));
    let is_off = place.kind == place::Kind::Nowhere;
    hints.extend(is_off.then(|| "git config --unset core.hooksPath   switches them on".to_owned()));
    hints.dedup();
    Error {
        hints,
        ..Error::new(Kind::Person, message)
    }
}

fn named(obstacle: &Obstacle) -> String {
    let name = obstacle.hook;
    match (&obstacle.why, obstacle.tool.name()) {
        (Why::Edited, _) => format!("{name} (ours, edited by somebody)"),
        (_, Some(tool)) => format!("{name} ({tool})"),
        (_, None) => format!("{name} (somebody else's)"),
    }
}

/// The line that makes up for an obstacle.
fn way_out(obstacle: &Obstacle) -> Option<String> {
    let (file, line) = &obstacle.line;
    let path = obstacle.path.display().to_string();
    match obstacle.why {
        Why::Off => None,
        Why::Edited => Some(format!(
            "mv {} {}   lets it be written anew",
            quote::word(&path),
            quote::word(&format!("{path}.edited"))
        )),
        Why::TwoBefore => Some(format!(
            "{} is there besides: keep one of the two",
            obstacle.hook.before()
        )),
        Why::Foreign | Why::ReadsItsName | Why::NotOurFolder => {
            Some(format!("add to {}: {line}", file.display()))
        }
    }
}
