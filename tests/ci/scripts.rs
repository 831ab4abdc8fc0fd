//! What the files in `hooks/ci/` run.

use std::fs;
use std::path::Path;

/// A file of `hooks/ci/`.
pub fn text(file: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks/ci");
    fs::read_to_string(folder.join(file)).unwrap()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The scripts of a file of GitHub: what stands behind `run:`, on that line or indented below it.
pub fn scripts(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let key = line.trim_start().trim_start_matches("- ");
        match key.strip_prefix("run: ") {
            Some("|") => {
                let below = lines[at + 1..].iter();
                let script = below.take_while(|l| l.is_empty() || indent(l) > indent(line));
                found.push(script.map(|line| format!("{}\n", line.trim())).collect());
            }
            Some(script) => found.push(script.to_owned()),
            None => {}
        }
    }
    found
}

/// The scripts of a job of a file of GitLab; those of another job that it refers to stand in its place.
pub fn gitlab_scripts(text: &str, job: &str) -> Vec<String> {
    let lines = text.lines().skip_while(|line| *line != format!("{job}:"));
    let mut lines = lines
        .skip_while(|line| line.trim() != "script:")
        .skip(1)
        .peekable();
    let mut found = Vec::new();
    while let Some(line) = lines.next_if(|line| line.starts_with("    ")) {
        let Some(item) = line.strip_prefix("    - ") else {
            continue;
        };
        let other = item
            .strip_prefix("!reference [")
            .and_then(|it| it.strip_suffix(", script]"));
        match (item, other) {
            (_, Some(other)) => found.extend(gitlab_scripts(text, other)),
            ("|", _) => {
                let mut script = String::new();
                while let Some(line) = lines.next_if(|line| indent(line) > 4) {
                    script.push_str(line.trim());
                    script.push('\n');
                }
                found.push(script);
            }
            (item, _) => found.push(item.to_owned()),
        }
    }
    found
}
