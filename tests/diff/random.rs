//! Whatever key of a gate, a policy, a waiver is changed by hand: the diff says so.

use proptest::prelude::*;

use crate::world::{HEADER, STRICT, changes, strict, tip};

/// Lines of the header that hold one key each.
fn keys() -> Vec<usize> {
    let lines = STRICT.lines().enumerate();
    let has_key = |line: &str| line.contains(" = ") && !line.starts_with("id");
    lines
        .filter(|(_, line)| has_key(line))
        .map(|(at, _)| at)
        .collect()
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("true".to_owned()),
        Just("7".to_owned()),
        Just("[]".to_owned()),
        Just("[\"x\"]".to_owned()),
        Just("\"3d\"".to_owned()),
        Just("\"manual\"".to_owned()),
        Just("{ a = 1 }".to_owned()),
        "[a-z]{1,6}".prop_map(|word| format!("\"{word}\"")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_key_of_the_header_never_changes_unseen(at in prop::sample::select(keys()), to in value(), gone: bool) {
        let lines: Vec<&str> = STRICT.lines().collect();
        let (key, old) = lines[at].split_once(" = ").unwrap();
        prop_assume!(gone || old != to);
        let line = format!("{key} = {to}");
        let mut lines: Vec<&str> = lines;
        match gone {
            true => drop(lines.remove(at)),
            false => lines[at] = &line,
        }
        let sandbox = strict();
        let base = tip(&sandbox);
        sandbox.store_by_hand(&[(HEADER, Some(&(lines.join("\n") + "\n")))]);
        let found = changes(&sandbox, &base);
        prop_assert!(!found.is_empty(), "{} was changed unseen", line);
        let told = found.iter().any(|change| {
            change.to_string().contains(key) || change["severity"] == "weakening"
        });
        prop_assert!(told, "{line}: {found:?}");
    }

    #[test]
    fn a_key_of_a_waiver_never_changes_unseen(at in 0..12_usize, to in value()) {
        let sandbox = strict();
        let words = ["gate", "waive", "a/read", "--reason", "late", "--until", "2026-03-01"];
        sandbox.plan(&words).ok();
        let list = ["ls-tree", "-r", "--name-only", "git-plan", ".plans/demo-plan/evidence/"];
        let path = sandbox.git(&list);
        let base = tip(&sandbox);
        let mut changed = false;
        sandbox.change_by_hand(&path, |text| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let place = at % lines.len();
            let key = lines[place].split(" = ").next().unwrap().to_owned();
            let line = format!("{key} = {to}");
            changed = lines[place] != line;
            lines[place] = line;
            lines.join("\n") + "\n"
        });
        prop_assume!(changed);
        let found = changes(&sandbox, &base);
        prop_assert_eq!(&found[0]["severity"], "weakening", "{:?}", found);
    }
}
