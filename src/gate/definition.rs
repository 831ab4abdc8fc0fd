//! Whether a gate's definition can be judged: its kind and keys are known, and go together.

use super::{APPROVAL, COMMAND, KINDS, MANUAL, SPEC, TASKS};
use crate::model::{Gate, Span};

/// How long a command may take where its gate does not say.
pub const TIMEOUT: Span = Span(30 * 60);
/// Where evidence can be asked to come from.
pub const RUNNERS: [&str; 1] = ["ci"];

/// What is wrong with a definition; none where it can be judged.
pub fn problem(gate: &Gate) -> Option<String> {
    if let Some(key) = gate.extra.keys().next() {
        return Some(format!(
            "this version of git plan does not know the key '{key}'"
        ));
    }
    let kind = gate.kind.as_str();
    if !KINDS.contains(&kind) && kind != TASKS {
        return Some(format!(
            "this version of git plan cannot judge the kind '{kind}'"
        ));
    }
    misplaced(gate)
        .map(|key| format!("a gate of kind '{kind}' takes no '{key}'"))
        .or_else(|| wrong_command(gate))
        .or_else(|| wrong_value(gate))
}

/// A key that the kind has no use for.
fn misplaced(gate: &Gate) -> Option<&'static str> {
    let of_command = [
        ("run", gate.run.is_some()),
        ("shell", gate.shell.is_some()),
        ("cwd", gate.cwd.is_some()),
        ("env", gate.env.is_some()),
        ("timeout", gate.timeout.is_some()),
        ("max_age", gate.max_age.is_some()),
        ("platform", gate.platform.is_some()),
        ("runner", gate.runner.is_some()),
        ("record_output", gate.record_output),
    ];
    let of_evidence = [("inputs", gate.inputs.is_some()), ("signed", gate.signed)];
    let of_approval = [("count", gate.count.is_some())];
    let of_spec = [("specs", gate.specs.is_some())];
    let takes = |keys: &[(&'static str, bool)], kinds: &[&str]| {
        let set = keys.iter().find(|(_, is_set)| *is_set).map(|(key, _)| *key);
        set.filter(|_| !kinds.contains(&gate.kind.as_str()))
    };
    takes(&of_command, &[COMMAND])
        .or_else(|| takes(&of_evidence, &[COMMAND, APPROVAL, MANUAL]))
        .or_else(|| takes(&of_approval, &[APPROVAL]))
        .or_else(|| takes(&of_spec, &[SPEC]))
}

fn wrong_command(gate: &Gate) -> Option<String> {
    if gate.kind != COMMAND {
        return None;
    }
    match (&gate.run, &gate.shell) {
        (None, None) => Some("it has no command: neither 'run' nor 'shell'".to_owned()),
        (Some(_), Some(_)) => Some("it has two commands: 'run' and 'shell'".to_owned()),
        (Some(words), None) if words.first().is_none_or(String::is_empty) => {
            Some("its command 'run' names no program".to_owned())
        }
        (None, Some(text)) if text.trim().is_empty() => {
            Some("its command 'shell' is empty".to_owned())
        }
        _ => None,
    }
}

fn wrong_value(gate: &Gate) -> Option<String> {
    if gate.specs.as_ref().is_some_and(Vec::is_empty) {
        return Some("its 'specs' are none".to_owned());
    }
    if gate.count == Some(0) {
        return Some("its 'count' is 0".to_owned());
    }
    if let Some(runner) = gate
        .runner
        .as_deref()
        .filter(|word| !RUNNERS.contains(word))
    {
        return Some(format!(
            "its 'runner' is '{runner}'; it can be {}",
            RUNNERS.join(", ")
        ));
    }
    let wrong = gate
        .inputs
        .iter()
        .flatten()
        .chain(&gate.cwd)
        .find(|path| !is_below_top(path));
    if let Some(path) = wrong {
        return Some(format!(
            "'{path}' is not a path below the top of the repository"
        ));
    }
    let is_name = |name: &&String| {
        !name.is_empty() && !name.contains(['=', '\0']) && !name.contains(char::is_whitespace)
    };
    let wrong = gate.env.iter().flatten().find(|name| !is_name(name))?;
    Some(format!(
        "'{wrong}' is not the name of an environment variable"
    ))
}

/// Whether a path, literally, lies below the top of a tree.
pub fn is_below_top(path: &str) -> bool {
    let trimmed = path.strip_suffix('/').unwrap_or(path);
    let is_plain = |part: &str| !matches!(part, "" | "." | "..");
    !trimmed.contains('\0') && trimmed.split('/').all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::{CHECKPOINT, QUESTIONS};

    fn gate(kind: &str) -> Gate {
        Gate::new("g".parse().unwrap(), kind)
    }

    #[test]
    fn a_definition_that_goes_together_is_fine() {
        let command = Gate {
            run: Some(vec!["true".to_owned()]),
            inputs: Some(vec!["src/".to_owned()]),
            ..gate(COMMAND)
        };
        assert_eq!(problem(&command), None);
        for kind in [MANUAL, APPROVAL, QUESTIONS, CHECKPOINT] {
            assert_eq!(problem(&gate(kind)), None, "{kind}");
        }
    }

    #[test]
    fn what_does_not_go_together_is_said() {
        let run = Some(vec!["true".to_owned()]);
        let wrong = [
            gate(COMMAND),
            gate("spel"),
            Gate {
                run: run.clone(),
                ..gate(MANUAL)
            },
            Gate {
                count: Some(2),
                ..gate(MANUAL)
            },
            Gate {
                count: Some(0),
                ..gate(APPROVAL)
            },
            Gate {
                inputs: Some(Vec::new()),
                ..gate(CHECKPOINT)
            },
            Gate {
                signed: true,
                ..gate(QUESTIONS)
            },
            Gate {
                shell: Some("true".to_owned()),
                run: run.clone(),
                ..gate(COMMAND)
            },
            Gate {
                cwd: Some("../x".to_owned()),
                run: run.clone(),
                ..gate(COMMAND)
            },
            Gate {
                runner: Some("mine".to_owned()),
                run: run.clone(),
                ..gate(COMMAND)
            },
            Gate {
                env: Some(vec!["A=b".to_owned()]),
                run,
                ..gate(COMMAND)
            },
        ];
        for gate in wrong {
            assert!(problem(&gate).is_some(), "{gate:?}");
        }
    }
}
