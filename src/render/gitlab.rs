//! Annotations as a report that GitLab shows beside the lines of a merge request: its form of Code Climate's
//! issues.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::annotation::{Annotation, Severity};
use super::escape;
use crate::model::phase::hex;

/// Where something is shown that is about no file; GitLab asks for a path.
const NO_FILE: &str = ".";

#[derive(Debug, Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: usize,
}

/// The report, as JSON with a line break at its end.
///
/// # Errors
///
/// None that can be thought of: everything in it is a text or a number.
pub fn code_quality(found: &[Annotation]) -> serde_json::Result<String> {
    let mut seen = BTreeMap::new();
    let issues: Vec<Issue> = found.iter().map(|one| issue(one, &mut seen)).collect();
    Ok(serde_json::to_string_pretty(&issues)? + "\n")
}

fn issue(annotation: &Annotation, seen: &mut BTreeMap<String, usize>) -> Issue {
    let title = escape::line(&annotation.title).into_owned();
    // One line: the lines of the annotation are sentences of their own.
    let text = escape::line(&annotation.text.replace('\n', "; ")).into_owned();
    let path = annotation.file.as_deref().unwrap_or(NO_FILE);
    let path = escape::line(path).into_owned();
    Issue {
        fingerprint: fingerprint(&[&title, &path, &text], seen),
        description: format!("{title}: {text}"),
        check_name: format!("git-plan: {title}"),
        severity: match annotation.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Notice => "info",
        },
        location: Location {
            path,
            lines: Lines {
                begin: annotation.line.unwrap_or(1),
            },
        },
    }
}

/// By this GitLab knows an issue again in the next report. A line may move, so that it does not count;
/// of several that say the same, each has its own.
fn fingerprint(words: &[&str], seen: &mut BTreeMap<String, usize>) -> String {
    let words = words.join("\0");
    let times = seen.entry(words.clone()).or_default();
    *times += 1;
    hex(&Sha256::digest(format!("{words}\0{times}")))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn report(found: &[Annotation]) -> Vec<Value> {
        serde_json::from_str(&code_quality(found).unwrap()).unwrap()
    }

    #[test]
    fn every_key_that_gitlab_asks_for_is_there() {
        let mut annotation =
            Annotation::new(Severity::Error, "script", "changed\u{202e}").at("ci/x.sh");
        annotation.line = Some(4);
        let issues = report(&[annotation, Annotation::new(Severity::Notice, "n", "t")]);
        assert_eq!(issues[0]["description"], "script: changed\\u{202e}");
        assert_eq!(issues[0]["check_name"], "git-plan: script");
        assert_eq!(issues[0]["severity"], "critical");
        assert_eq!(issues[0]["location"]["path"], "ci/x.sh");
        assert_eq!(issues[0]["location"]["lines"]["begin"], 4);
        assert_eq!(issues[1]["location"]["path"], ".");
        assert_eq!(issues[1]["location"]["lines"]["begin"], 1);
        assert_eq!(report(&[]), [] as [Value; 0]);
    }

    #[test]
    fn an_issue_is_known_again_and_is_no_other() {
        let at = |line| {
            let mut annotation = Annotation::new(Severity::Error, "a", "b").at("c");
            annotation.line = Some(line);
            annotation
        };
        let prints = |found: &[Annotation]| -> Vec<String> {
            let issues = report(found).into_iter();
            issues
                .map(|issue| issue["fingerprint"].to_string())
                .collect()
        };
        let two = prints(&[at(1), at(2)]);
        assert_ne!(two[0], two[1]);
        assert_eq!(prints(&[at(7)])[0], two[0], "it has moved");
        assert_ne!(prints(&[at(1).at("d")])[0], two[0]);
    }
}
