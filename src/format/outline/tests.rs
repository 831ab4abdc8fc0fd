//! What a reader of a diff sees of each kind of file.

use super::lines;

fn shown(text: &str) -> String {
    lines(text).unwrap().join("\n")
}

#[test]
fn a_task_is_named_and_its_parts_are_sections() {
    let text = "id = \"kdpebve9jx\"\n# why it is first\nnumber = 4\ntitle = \"Add \\\"login\\\" route\" # short\n\
        labels = [\"auth\", # all of it\n \"api\"]\ncolour = 'red'\ndescription = \"\"\"\nRoutes:\n\n* POST /login \n\"\"\"\n\
        report = \"one\\ntwo\"\n\n# who has it\n[claim]\nholder = \"ada@example.org/main\"\nsince = 2026-01-31T10:00:00Z\n\n\
        [[item]]\nid = \"sdr3aban6a\"\ntext = \"unit test\"\n\n[[note]]\nid = \"1pa3t2wqmp\"\ntext = \"[[item]]\"\n# the end\n";
    let expected = "\
task 4 \"Add \\\"login\\\" route\"
    id = \"kdpebve9jx\"
    # why it is first
    # short
    # all of it
    labels:
        \"auth\"
        \"api\"
    colour = \"red\"
    description:
        | Routes:
        |
        | * POST /login 
        |
    report:
        | one
        | two

claim
    # who has it
    holder = \"ada@example.org/main\"
    since = 2026-01-31T10:00:00Z

item \"unit test\"
    id = \"sdr3aban6a\"

note 1pa3t2wqmp
    text = \"[[item]]\"
    # the end";
    assert_eq!(shown(text), expected);
}

#[test]
fn gates_are_named_by_their_phase() {
    let text = "title = \"Demo\"\n[policy]\nwaive = \"other\"\n[[phase]]\nid = \"foundation\"\ntitle = \"Foundation\"\n\
        [[phase.gate]]\nid = \"tests\"\nkind = \"command\"\nrun = []\n[phase.more]\nx = { a = 1, b = [true] }\n\
        [[phase]]\nid = \"a b\"\n";
    let expected = "\
plan \"Demo\"

policy
    waive = \"other\"

phase foundation
    title = \"Foundation\"

gate foundation/tests
    kind = \"command\"
    run = []

more of foundation
    x = { a = 1, b = [true] }

phase \"a b\"";
    assert_eq!(shown(text), expected);
}

#[test]
fn every_kind_of_file_is_told_from_its_keys() {
    for (text, heading) in [
        ("version = \"1.0\"\n", "format 1.0"),
        (
            "id = \"9eq886n6z6\"\nplan = \"p\"\nkind = \"outcome\"\n",
            "record outcome 9eq886n6z6",
        ),
        (
            "id = \"9eq886n6z6\"\nkind = \"question\"\nlabel = \"Q-1\"\n",
            "entry Q-1 question",
        ),
        (
            "id = \"9eq886n6z6\"\nsequence = 3\nname = \"before it\"\n",
            "checkpoint 3 \"before it\"",
        ),
        ("colour = \"red\"\n", "file"),
        // What is not of its type is no name, and shown with its type below.
        (
            "id = \"9eq886n6z6\"\nnumber = \"4\"\ntitle = \"T\"\n",
            "plan \"T\"",
        ),
    ] {
        assert_eq!(shown(text).lines().next(), Some(heading), "{text}");
    }
}

/// Each part of a file, changed alone, is another text.
#[test]
fn nothing_is_hidden() {
    let text = "id = \"kdpebve9jx\" # a\nnumber = 4\ntitle = \"T\"\n# b\nodd = [1, [2, \"3\"], { c = 4.5 }]\n\
        long = \"\"\"\nd\n\"\"\"\nyes = true\n[more.x]\n\"q w\" = 1979-05-27\n[[item]]\nid = \"e\"\ntext = \"f\" # g\n# h\n";
    let before = shown(text);
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        let other = if c == '7' { '8' } else { '7' };
        let changed = format!("{}{other}{}", &text[..at], &text[at + c.len_utf8()..]);
        if let Ok(after) = lines(&changed) {
            assert_ne!(after.join("\n"), before, "{changed}");
        }
    }
    for (old, new) in [("4\n", "\"4\"\n"), ("\nd\n\"", "\nd\""), ("d\n", "d \n")] {
        assert_ne!(shown(&text.replacen(old, new, 1)), before, "{new}");
    }
}

#[test]
fn what_is_no_toml_is_shown_as_it_is() {
    assert!(lines("title = \n<<<<<<< ours").is_err());
    let shown = super::raw("title = \n[[item]]\n", "no TOML: line 1\nof it");
    assert_eq!(
        shown,
        ["no TOML: line 1\\nof it", "    title = ", "    [[item]]"]
    );
}

#[test]
fn no_line_has_a_break_in_it() {
    let text = "\"a\\nb\" = \"c\\nd\"\ntitle = \"e\\nf\"\nlist = [\"g\\nh\"]\n[[\"i\\nj\"]]\n\"k\\nl\" = \"m\"\n";
    assert!(lines(text).unwrap().iter().all(|line| !line.contains('\n')));
}
