//! The table of weakenings has a row for every key that a file may have.

use git_plan::format::layout::{self, Kind, Layout};
use git_plan::review::{Sort, rows};

fn check(sort: Sort, layout: &Layout) {
    for (key, kind) in layout.keys.iter().filter(|(key, _)| *key != "id") {
        // What a record of the register is called never changes.
        let is_name = sort == Sort::Entry && matches!(*key, "kind" | "label");
        assert!(is_name || rows::has_row(sort, key), "{sort:?} {key}");
        if let (Kind::Tables(inner), Some(sort)) = (kind, member(key)) {
            check(sort, inner);
        }
    }
}

fn member(list: &str) -> Option<Sort> {
    match list {
        "phase" => Some(Sort::Phase),
        "gate" => Some(Sort::Gate),
        "item" => Some(Sort::Item),
        "note" => Some(Sort::Note),
        _ => None,
    }
}

#[test]
fn every_key_has_a_row() {
    check(Sort::Plan, &layout::PLAN);
    check(Sort::Task, &layout::TASK);
    check(Sort::Entry, &layout::ENTRY);
    assert!(
        !rows::has_row(Sort::Task, "spec"),
        "what is in no row has none"
    );
}
