//! Laws that hold for any task, any plan and any text: the library, tried with random ones.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;

use git_plan::format::text::{self, Origin};
use git_plan::format::{document, layout, read};
use git_plan::model::edit::{self, Fields, patch, shape};
use git_plan::model::{
    Checkpoint, CheckpointFile, Claim, Edit, FileStatus, Gate, Header, Item, ItemId, Note, NoteId,
    On, Phase, Plan, PlanStatus, Priority, Refusal, Slug, Span, Status, Task, TaskId, Time, limits,
    refer,
};
use git_plan::render::{escape, quote};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use serde_json::Value;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// The task that everything is about.
const ID: &str = "k3v9x0a2b1";

/// Few enough ids that two random tasks have some in common.
const IDS: [&str; 6] = [
    "aaaaaaaaaa",
    "bbbbbbbbbb",
    "cccccccccc",
    "dddddddddd",
    "eeeeeeeeee",
    "ffffffffff",
];

/// Few enough slugs.
const SLUGS: [&str; 5] = ["first", "second", "third", "spare", "x"];

fn id<T: std::str::FromStr>(word: &str) -> T {
    word.parse().ok().unwrap()
}

/// A text of one line that is not blank: what a title may be.
fn line() -> impl Strategy<Value = String> {
    let any_line = any::<String>().prop_map(|text| {
        let line: String = text
            .chars()
            .filter(|c| !"\n\r\0".contains(*c))
            .take(200)
            .collect();
        if line.trim().is_empty() {
            "x".to_owned()
        } else {
            line
        }
    });
    let odd = select(vec![
        "'quoted'",
        "\"",
        "\\",
        "#",
        "[[task]]",
        "a = 1",
        "\u{202e}",
        "\t.",
        "2026-01-31T09:30:00Z",
    ]);
    prop_oneof![4 => any_line, 1 => odd.prop_map(str::to_owned), 2 => "[a-c]{1,3}"]
}

/// A text of any number of lines.
fn long_text() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        "\n", "\"\"\"", "'''", "\\", "\"", "\r\n", "\r", "\t", "a", "é", "\u{1b}", "\u{2028}", " ",
    ]);
    let odd = vec(pieces, 0..12).prop_map(|pieces| pieces.concat());
    let plain = any::<String>().prop_map(|text| text.replace('\0', ""));
    prop_oneof![2 => plain, 3 => odd, 1 => Just(String::new())]
}

fn time() -> impl Strategy<Value = Time> {
    (0_i64..4_000_000_000).prop_map(Time)
}

fn ids() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(IDS.to_vec(), 0..=IDS.len()).prop_shuffle()
}

fn words() -> impl Strategy<Value = Vec<String>> {
    subsequence(vec!["a", "b", "c", "long word", "\"d\"", "é"], 0..=6)
        .prop_shuffle()
        .prop_map(|words| words.into_iter().map(str::to_owned).collect())
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    (ids(), vec((line(), any::<bool>(), any::<bool>()), 6)).prop_map(|(ids, rest)| {
        let item = |(word, (text, checked, audit))| Item {
            id: id::<ItemId>(word),
            text,
            checked,
            audit,
        };
        ids.into_iter().zip(rest).map(item).collect()
    })
}

fn notes() -> impl Strategy<Value = Vec<Note>> {
    (ids(), vec((line(), time(), long_text()), 6)).prop_map(|(ids, rest)| {
        let note = |(word, (who, when, text))| Note {
            id: id::<NoteId>(word),
            who,
            when,
            text,
        };
        ids.into_iter().zip(rest).map(note).collect()
    })
}

fn claim() -> impl Strategy<Value = Claim> {
    (line(), time(), option::of(time())).prop_map(|(holder, since, until)| Claim {
        holder,
        since,
        until,
    })
}

fn oid() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9a-f]{40}", "[0-9a-f]{64}"]
}

fn checkpoint_file() -> impl Strategy<Value = CheckpointFile> {
    use FileStatus::{Added, Deleted, Modified, TypeChanged};
    let status = select(vec![Added, Deleted, Modified, TypeChanged]);
    let mode = || option::of(select(vec!["100644", "100755", "120000", "160000"]));
    let sides = (mode(), mode(), option::of(oid()), option::of(oid()));
    let counts = (0_u64..1 << 40, 0_u64..1 << 40, any::<bool>());
    (line(), status, sides, counts).prop_map(
        |(path, status, (old_mode, new_mode, old, new), (added, removed, binary))| CheckpointFile {
            path,
            status,
            old_mode: old_mode.map(str::to_owned),
            new_mode: new_mode.map(str::to_owned),
            old,
            new,
            added,
            removed,
            binary,
        },
    )
}

/// A name that is neither a number nor a word for something else.
fn checkpoint() -> impl Strategy<Value = Checkpoint> {
    let name = line().prop_map(|line| format!("n{line}").chars().take(200).collect::<String>());
    let about = (
        name,
        option::of(slug()),
        option::of(long_text()),
        any::<bool>(),
    );
    let oids = (option::of(oid()), oid(), oid(), oid());
    let flags = (any::<bool>(), any::<bool>(), words(), option::of(line()));
    let rest = (
        1..=limits::SEQUENCE,
        line(),
        time(),
        vec(checkpoint_file(), 0..4),
    );
    (about, oids, flags, rest).prop_map(|(about, oids, flags, rest)| Checkpoint {
        id: id(ID),
        sequence: rest.0,
        name: about.0,
        phase: about.1,
        task: about.3.then(|| id::<TaskId>(IDS[0])),
        note: about.2,
        is_final: about.3,
        base: oids.0,
        branch: flags.3.clone(),
        tree: oids.1,
        snapshot: oids.2,
        patch: oids.3,
        during: about.3.then(|| "merge".to_owned()),
        without_untracked: flags.0,
        with_secrets: flags.1,
        skipped: flags.2,
        who: rest.1,
        agent: flags.3,
        when: rest.2,
        files: rest.3,
    })
}

fn slug() -> impl Strategy<Value = Slug> {
    select(SLUGS.to_vec()).prop_map(id)
}

fn task() -> impl Strategy<Value = Task> {
    let state = (
        select(Status::ALL.to_vec()),
        option::of(long_text()),
        option::of(line()),
        option::of(time()),
        option::of(claim()),
    );
    let specs = btree_set(slug(), 0..3).prop_map(|names| names.into_iter().collect());
    let sets = (ids(), words(), words(), specs);
    let lines = (
        option::of(line()),
        option::of(line()),
        option::of(line()),
        option::of(line()),
    );
    let priorities = vec![
        Priority::Critical,
        Priority::High,
        Priority::Medium,
        Priority::Low,
    ];
    let rest = (
        1_u32..5,
        line(),
        option::of(slug()),
        option::of(select(priorities)),
    );
    let texts = (
        option::of(long_text()),
        option::of(long_text()),
        items(),
        notes(),
    );
    (state, sets, lines, rest, texts).prop_map(|(state, sets, lines, rest, texts)| Task {
        id: id(ID),
        number: rest.0,
        title: rest.1,
        status: state.0,
        reason: state.1,
        status_by: state.2,
        status_since: state.3,
        phase: rest.2,
        depends_on: sets.0.into_iter().map(id).collect(),
        labels: sets.1,
        stream: lines.0,
        priority: rest.3,
        assignee: lines.1,
        estimate: lines.2,
        key: lines.3,
        refs: sets.2,
        specs: sets.3,
        description: texts.0,
        report: texts.1,
        claim: state.4,
        items: texts.2,
        notes: texts.3,
    })
}

/// A value that a later version may put under a key.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        long_text().prop_map(Value::from),
        Just(Value::from("2026-01-31T10:30:00+01:00")),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map("[a-c]{1,2}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn gate() -> impl Strategy<Value = Gate> {
    let kind = select(vec!["manual", "command"]).prop_map(str::to_owned);
    let inputs = option::of(words());
    let extra = btree_map("x_[a-c]{1,2}", value(), 0..2);
    let on = select(vec![On::Close, On::Push]);
    let plain = (slug(), kind, on, option::of(line()), inputs, extra);
    let spans = (option::of(span()), option::of(span()));
    let command = (option::of(words()), option::of(line()), option::of(0u32..9));
    (plain, spans, command, any::<(bool, bool)>()).prop_map(
        |(
            (id, kind, on, description, inputs, extra),
            (timeout, max_age),
            (run, shell, count),
            (signed, record_output),
        )| Gate {
            on,
            description,
            inputs,
            extra,
            run,
            shell,
            count,
            timeout,
            max_age,
            signed,
            record_output,
            ..Gate::new(id, &kind)
        },
    )
}

fn span() -> impl Strategy<Value = Span> {
    (1u64..5_000_000).prop_map(Span)
}

fn gates() -> impl Strategy<Value = Vec<Gate>> {
    vec(gate(), 0..4).prop_map(|gates| {
        let mut seen = BTreeMap::new();
        gates
            .into_iter()
            .filter(|gate| seen.insert(gate.id.clone(), ()).is_none())
            .collect()
    })
}

fn phase(
    word: &str,
    title: String,
    objective: Option<String>,
    after: Option<Vec<&str>>,
    gates: Vec<Gate>,
) -> Phase {
    Phase {
        id: id(word),
        title,
        objective,
        after: after.map(|slugs| slugs.into_iter().map(id).collect()),
        gates,
    }
}

fn phases() -> impl Strategy<Value = Vec<Phase>> {
    let after = option::of(subsequence(SLUGS.to_vec(), 0..=2));
    let rest = vec(
        (line(), option::of(long_text()), after, gates()),
        SLUGS.len(),
    );
    let ids = subsequence(SLUGS.to_vec(), 0..=SLUGS.len()).prop_shuffle();
    (ids, rest).prop_map(|(ids, rest)| {
        let phase =
            |(word, (title, objective, after, gates))| phase(word, title, objective, after, gates);
        ids.into_iter().zip(rest).map(phase).collect()
    })
}

fn header() -> impl Strategy<Value = Header> {
    let policy = option::of(btree_map("[a-c]{1,2}", value(), 0..3));
    let numbers = (option::of(any::<u32>()), option::of(any::<u32>()));
    let texts = (
        line(),
        option::of(long_text()),
        option::of(long_text()),
        option::of(line()),
    );
    let status = select(vec![PlanStatus::Active, PlanStatus::Archived]);
    (texts, status, words(), words(), numbers, policy, phases()).prop_map(
        |(texts, status, branches, protect, numbers, policy, phases)| Header {
            title: texts.0,
            goal: texts.1,
            status,
            reason: texts.2,
            key: texts.3.clone(),
            branches,
            protect,
            wip_limit: numbers.0,
            last_number: numbers.1,
            last_checkpoint: numbers.0,
            status_by: texts.3,
            status_since: numbers.1.map(|seconds| Time(i64::from(seconds))),
            policy,
            phases,
        },
    )
}

/// Keys and values with sets sorted: in a set only membership counts.
fn unordered<T: serde::Serialize>(entity: &T, sets: &[&str]) -> Value {
    let mut value = edit::fields(entity);
    for set in sets {
        if let Some(members) = value.get_mut(*set).and_then(Value::as_array_mut) {
            members.sort_by_key(Value::to_string);
        }
    }
    value
}

fn patched(shape: &shape::Shape, old: &Value, edits: &[Edit]) -> Result<Value, TestCaseError> {
    let Value::Object(fields) = old.clone() else {
        return Err(TestCaseError::fail("not a table"));
    };
    let mut fields: Fields = fields;
    for edit in edits {
        patch::apply(shape, &mut fields, &edit.place, &edit.change)
            .map_err(|error| TestCaseError::fail(format!("{error}: {edit:?}")))?;
    }
    Ok(Value::Object(fields))
}

/// The edits from one to the other lead there, and their inverses back.
fn edits_lead_there_and_back(
    shape: &shape::Shape,
    sets: &[&str],
    (old, new): (&Value, &Value),
    edits: &[Edit],
) -> Result<(), TestCaseError> {
    let there = patched(shape, old, edits)?;
    prop_assert_eq!(unordered(&there, sets), unordered(new, sets));
    // Carried out twice they do no harm: a retry after a lost race that was none.
    let inverses: Vec<Edit> = edits.iter().rev().map(Edit::inverse).collect();
    let back = patched(shape, &there, &inverses)?;
    prop_assert_eq!(unordered(&back, sets), unordered(old, sets));
    Ok(())
}

const TASK_SETS: [&str; 4] = ["depends_on", "labels", "refs", "specs"];
const PLAN_SETS: [&str; 2] = ["branches", "protect"];

/// Comments and unknown keys put into the text of an entity, at places that no value leaves.
fn decorated(text: &str, anchor: &str, places: &[Index]) -> (String, Vec<String>) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut added = Vec::new();
    let anchors: Vec<usize> = anchors(&lines, anchor);
    let mut chosen: Vec<usize> = places
        .iter()
        .map(|place| anchors[place.index(anchors.len())])
        .collect();
    chosen.sort_unstable();
    chosen.dedup();
    for (count, at) in chosen.into_iter().enumerate().rev() {
        let comment = format!("# comment {count} # \"'");
        let unknown = format!("unknown_{count} = {{ a = [1, 'x'], b = \"\" }} # beside {count}");
        lines.insert(at, unknown.clone());
        lines.insert(at, comment.clone());
        added.extend([comment, unknown]);
    }
    lines.push("# the end".to_owned());
    added.push("# the end".to_owned());
    (lines.join("\n") + "\n", added)
}

/// Before the first lines, whose keys are always there.
fn anchors(lines: &[String], anchor: &str) -> Vec<usize> {
    let last = lines
        .iter()
        .position(|line| line.starts_with(anchor))
        .unwrap();
    (0..=last).collect()
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn edits_between_tasks_lead_there_and_back(old in task(), new in task()) {
        let edits = Edit::between_tasks(&old, &new);
        let ends = (&edit::fields(&old), &edit::fields(&new));
        edits_lead_there_and_back(&shape::TASK, &TASK_SETS, ends, &edits)?;
        prop_assert_eq!(Edit::between_tasks(&new, &new), []);
    }

    #[test]
    fn edits_between_headers_lead_there_and_back(old in header(), new in header()) {
        let edits = Edit::between_headers(&old, &new);
        let ends = (&edit::fields(&old), &edit::fields(&new));
        edits_lead_there_and_back(&shape::PLAN, &PLAN_SETS, ends, &edits)?;
        prop_assert_eq!(Edit::between_headers(&new, &new), []);
    }

    /// Edits of one task that touch nothing in common come out the same in either order.
    #[test]
    fn edits_of_different_keys_do_not_meet(base in task(), title in line(), labels in words(), items in items()) {
        let renamed = Task { title, ..base.clone() };
        let other = Task { labels, items, ..base.clone() };
        let (one, two) = (Edit::between_tasks(&base, &renamed), Edit::between_tasks(&base, &other));
        let start = edit::fields(&base);
        let first = patched(&shape::TASK, &patched(&shape::TASK, &start, &one)?, &two)?;
        let second = patched(&shape::TASK, &patched(&shape::TASK, &start, &two)?, &one)?;
        prop_assert_eq!(unordered(&first, &TASK_SETS), unordered(&second, &TASK_SETS));
    }

    #[test]
    fn a_task_reads_back_as_it_was_written(task in task()) {
        let text = text::task(None, &task).unwrap();
        prop_assert_eq!(text::read_task(&text, task.id), Ok(task.clone()), "{}", text);
        // Written over itself it stays as it is, to the byte.
        prop_assert_eq!(text::task(Some(&text), &task).unwrap(), text);
    }

    #[test]
    fn a_checkpoint_reads_back_as_it_was_written(checkpoint in checkpoint()) {
        let text = text::checkpoint(&checkpoint).unwrap();
        let read = read::checkpoint(text.as_bytes(), checkpoint.id.as_str());
        prop_assert_eq!(read, Ok(checkpoint), "{}", text);
    }

    #[test]
    fn a_header_reads_back_as_it_was_written(header in header()) {
        let text = text::header(None, &header).unwrap();
        // A list that is empty is a list that is absent.
        let read: Header = read::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(edit::fields(&read), edit::fields(&header), "{}", text);
        prop_assert_eq!(text::header(Some(&text), &header).unwrap(), text);
    }

    #[test]
    fn comments_and_unknown_keys_survive_any_write_of_a_task(
        old in task(),
        new in task(),
        places in vec(any::<Index>(), 0..4),
    ) {
        let (decorated, added) = decorated(&text::task(None, &old).unwrap(), "status = ", &places);
        prop_assert_eq!(text::read_task(&decorated, old.id), Ok(old.clone()));
        let written = text::task(Some(&decorated), &new).unwrap();
        prop_assert_eq!(text::read_task(&written, new.id), Ok(new.clone()), "{}", written);
        for part in &added {
            prop_assert!(written.lines().any(|line| line == part), "{part}: {written}");
        }
        let unknown = document::unknown_keys(&written, &layout::TASK);
        prop_assert_eq!(unknown.len(), (added.len() - 1) / 2);
        // And back: what was there is there again, wherever it stands.
        let back = text::task(Some(&written), &old).unwrap();
        prop_assert_eq!(text::read_task(&back, old.id), Ok(old.clone()));
    }

    #[test]
    fn comments_and_unknown_keys_survive_any_write_of_a_plan(
        old in header(),
        new in header(),
        places in vec(any::<Index>(), 0..4),
    ) {
        let (decorated, added) = decorated(&text::header(None, &old).unwrap(), "title = ", &places);
        let written = text::header(Some(&decorated), &new).unwrap();
        let read: Header = read::parse(written.as_bytes()).unwrap();
        prop_assert_eq!(edit::fields(&read), edit::fields(&new), "{}", written);
        for part in &added {
            prop_assert!(written.lines().any(|line| line == part), "{part}: {written}");
        }
    }

    /// The text of a whole plan comes apart into the files that it was made of.
    #[test]
    fn a_whole_plan_comes_apart_into_its_files(
        header in header(),
        tasks in vec(task(), 0..4),
        places in vec(any::<Index>(), 0..3),
    ) {
        let origin = Origin { plan: id("demo"), commit: "0".repeat(40) };
        let header_text = text::header(None, &header).unwrap();
        let tasks: Vec<Task> = tasks
            .into_iter()
            .zip(IDS)
            .map(|(task, word)| Task { id: id(word), ..task })
            .collect();
        let texts: Vec<String> = tasks
            .iter()
            .map(|task| decorated(&text::task(None, task).unwrap(), "status = ", &places).0)
            .collect();
        let whole = text::write(&origin, &header_text, &texts).unwrap();
        let apart = text::read(&whole).unwrap();
        prop_assert_eq!(apart.origin, Some(origin));
        prop_assert_eq!(apart.tasks.len(), tasks.len());
        for ((_, text), task) in apart.tasks.iter().zip(&tasks) {
            prop_assert_eq!(text::read_task(text, task.id), Ok(task.clone()), "{}", whole);
            prop_assert!(text.ends_with("# the end\n"), "{text}");
        }
        let read: Header = read::parse(apart.header_text.as_bytes()).unwrap();
        prop_assert_eq!(edit::fields(&read), edit::fields(&header));
        // As it is shown it is the same plan, and shows what it is.
        let shown = text::read(&escape::toml(&whole)).unwrap();
        prop_assert_eq!(&shown.header, &apart.header);
        let values = |tasks: &[(Value, String)]| tasks.iter().map(|(value, _)| value.clone()).collect::<Vec<_>>();
        prop_assert_eq!(values(&shown.tasks), values(&apart.tasks));
    }

    /// No text makes the readers panic, whatever it is.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200), text in "[\\[\\]a-c.=\"'#\n{}0-9, ]{0,60}") {
        let _ = read::task(&bytes, ID);
        let _ = read::header(&bytes);
        let _ = text::read(&text);
        let _ = read::task(text.as_bytes(), ID);
        let _ = read::header(text.as_bytes());
        if let Ok(written) = document::write(Some(&text), &layout::TASK, &serde_json::json!({"title": "x"})) {
            let keys = text::keys(&written).unwrap();
            prop_assert_eq!(&keys["title"], "x");
        }
    }

    #[test]
    fn any_text_survives_toml(text in any::<String>()) {
        for key in ["title", "description"] {
            let fields = serde_json::json!({ key: text });
            let written = document::write(None, &layout::TASK, &fields).unwrap();
            prop_assert_eq!(&text::keys(&written).unwrap(), &fields, "{}", written);
            prop_assert!(written.chars().all(|c| !escape::line(&c.to_string()).starts_with('\\') || "\\\n\t".contains(c)), "{written:?}");
        }
    }

    #[test]
    fn a_printed_line_shows_what_it_is(text in any::<String>()) {
        let line = escape::line(&text);
        prop_assert!(!line.chars().any(char::is_control), "{line:?}");
        let bidi = ['\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'];
        prop_assert!(!line.contains(bidi), "{line:?}");
        prop_assert_eq!(escape::line(&line), line.clone());
        let block = escape::block(&text);
        prop_assert!(!block.chars().any(|c| c.is_control() && !"\n\t".contains(c)), "{block:?}");
        // JSON means the same after it.
        let json = serde_json::to_string(&text).unwrap();
        let escaped = escape::json(&json);
        prop_assert!(!escaped.contains(bidi) && !escaped.chars().any(char::is_control), "{escaped:?}");
        prop_assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
    }

    #[test]
    fn a_quoted_word_is_one_word(word in "[^\0]{0,20}") {
        let quoted = quote::word(&word);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/@{}=:,+-".contains(c);
        if quoted.chars().all(is_plain) {
            prop_assert_eq!(quoted.as_ref(), word.as_str());
        } else {
            let inner = quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap();
            prop_assert_eq!(inner.replace("'\\''", "'"), word);
        }
    }

    #[test]
    fn ids_and_slugs_read_back(bytes in any::<[u8; 10]>(), title in any::<String>(), word in "[a-zA-Z0-9._/ -]{0,70}") {
        let drawn = TaskId::from_random(bytes);
        prop_assert_eq!(drawn.to_string().parse::<TaskId>(), Ok(drawn));
        prop_assert_eq!(serde_json::from_value::<TaskId>(serde_json::to_value(drawn).unwrap()).unwrap(), drawn);
        prop_assert!(drawn.as_str().starts_with(drawn.folder()));
        let is_slug = |slug: &str| {
            (1..=63).contains(&slug.len())
                && !slug.starts_with('-')
                && slug.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
        };
        for text in [&title, &word] {
            if let Some(slug) = Slug::from_title(text) {
                prop_assert!(is_slug(slug.as_str()), "{slug}");
                prop_assert_eq!(slug.as_str().parse::<Slug>(), Ok(slug.clone()));
            }
            if let Ok(slug) = text.parse::<Slug>() {
                prop_assert!(is_slug(text), "{text}");
                prop_assert_eq!(slug.as_str(), text);
            }
        }
    }

    #[test]
    fn a_time_reads_back(seconds in -60_000_000_000_i64..250_000_000_000) {
        prop_assert_eq!(Time(seconds).to_string().parse::<Time>(), Ok(Time(seconds)));
    }

    /// What people call a task is its name alone, however many share its number.
    #[test]
    fn every_task_answers_to_its_name(rows in btree_set((any::<[u8; 10]>(), 1_u32..4), 1..12), prefix in any::<Index>()) {
        let mut plan = Plan::new(id("demo"), Header { title: "Demo".to_owned(), ..Header::default() });
        let mut tasks = Vec::new();
        for (bytes, number) in rows {
            // Ids that begin alike.
            let shared = [bytes[0] % 2, bytes[1] % 2, bytes[2] % 2];
            let mut bytes = bytes;
            bytes[..3].copy_from_slice(&shared);
            let task = Task { number, ..Task::new(TaskId::from_random(bytes), "t") };
            if tasks.iter().all(|other: &Task| other.id != task.id) {
                tasks.push(task);
            }
        }
        plan.tasks = git_plan::model::Rows::new(tasks.iter().map(Task::row).collect());
        for task in &tasks {
            let name = plan.name_of(task.id);
            prop_assert_eq!(refer::task(&plan, &name), Ok(task.id), "{}", name);
            prop_assert_eq!(refer::task(&plan, task.id.as_str()), Ok(task.id));
            let length = 4 + prefix.index(7);
            let start = &task.id.as_str()[..length];
            let is_number = start.bytes().all(|c| c.is_ascii_digit());
            let alike = tasks.iter().filter(|other| other.id.as_str().starts_with(start)).count();
            if !is_number && alike == 1 {
                prop_assert_eq!(refer::task(&plan, start), Ok(task.id));
            }
        }
    }

    /// An edit that is refused leaves the plan as it was; one that is carried out can be taken back.
    #[test]
    fn a_refused_edit_changes_nothing(old in task(), new in task(), header in header()) {
        let header = Header { status: PlanStatus::Active, ..header };
        let mut plan = Plan::new(id("demo"), header);
        plan.tasks = git_plan::model::Rows::new(vec![old.row()]);
        plan.full.insert(old.id, old.clone());
        let shot = |plan: &Plan| {
            let task = plan.full.get(&id(ID)).map(edit::fields);
            let row = plan.tasks.get(&id(ID)).cloned();
            (edit::fields(&plan.header), task, row)
        };
        for edit in Edit::between_tasks(&old, &new) {
            let before = shot(&plan);
            match plan.apply(&edit) {
                Err(_) => prop_assert_eq!(shot(&plan), before),
                Ok(()) => {
                    let task = plan.full.get(&id(ID)).unwrap();
                    prop_assert_eq!(plan.tasks.get(&id(ID)), Some(&task.row()));
                    match plan.apply(&edit.inverse()) {
                        Ok(()) => {
                            let back = plan.full.get(&id(ID)).unwrap();
                            let was = before.1.clone().unwrap();
                            prop_assert_eq!(unordered(back, &TASK_SETS), unordered(&was, &TASK_SETS));
                            plan.apply(&edit).unwrap();
                        }
                        // The rules may forbid the way back, but never because of a conflict.
                        Err(Refusal::Conflict { what, cause }) => panic!("{what}: {cause}"),
                        Err(_) => {}
                    }
                }
            }
        }
    }
}
