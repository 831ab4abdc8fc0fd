//! No word of a repository is more than text in a comment, wherever it stands: held by a renderer of
//! GitHub-flavoured Markdown. What it makes of a hostile word has the elements that it makes of a
//! harmless one, and no others; and the word is there to be read, in code.

mod forge;
mod hostile;

use git_plan::render::diff::texts::TextLine;
use git_plan::render::escape;
use git_plan::render::markdown::{Comment, Entry, Kind, Marker, Phrase, Section, Text};
use proptest::prelude::*;
use proptest::sample::select;

use forge::{Page, page};

/// A word that means nothing to anybody.
const HARMLESS: &str = "harmless";

/// The word in every place that a comment has for one, alone and among others.
fn comment(word: &str) -> String {
    let phrase = || {
        let phrase = Phrase::new("task ")
            .number(3)
            .own(" ")
            .word(word)
            .strong(" is ");
        phrase.word(word).own(", and ").word("`x`")
    };
    let entry = || Entry {
        notes: vec![phrase(), Phrase::default().word(word)],
        ..Entry::new(Phrase::default().word(word))
    };
    let entries = [entry(), Entry::new(phrase()), entry()];
    let sections = [true, false].map(|is_open| Section::parts(&phrase(), &entries, is_open));
    let marker = Marker {
        kind: Kind::Review,
        plan: None,
        base: None,
        head: None,
    };
    let comment = Comment {
        marker,
        title: phrase(),
        summary: vec![phrase(), Phrase::default().word(word)],
        sections: sections.concat(),
        command: word.to_owned(),
    };
    comment.markdown()
}

/// The text as it was, and as lines that changed.
fn with_text(text: &str) -> String {
    let changed = |sign, line: &str| {
        let pieces = [(false, line), (true, line), (false, "|")];
        let pieces = pieces.map(|(is_marked, text)| (is_marked, text.to_owned()));
        TextLine {
            sign,
            pieces: pieces.to_vec(),
        }
    };
    let lines = text
        .lines()
        .map(|line| ['-', '+', ' '].map(|sign| changed(sign, line)));
    let text = Text {
        name: Phrase::new("text:"),
        places: lines.map(|lines| lines.to_vec()).collect(),
    };
    let entry = Entry {
        notes: vec![Phrase::new("note")],
        texts: vec![text],
        ..Entry::new(Phrase::new("entry"))
    };
    let entries = [entry.clone(), Entry::new(Phrase::new("last"))];
    let sections =
        [true, false].map(|is_open| Section::parts(&Phrase::new("t"), &entries, is_open));
    let comment = Comment {
        marker: Marker {
            kind: Kind::Diff,
            plan: None,
            base: None,
            head: None,
        },
        title: Phrase::new("title"),
        summary: Vec::new(),
        sections: sections.concat(),
        command: String::new(),
    };
    comment.markdown()
}

/// The word as it is shown, by the rule that people read: what deceives is an escape.
fn shown(word: &str) -> String {
    escape::line(word).into_owned()
}

#[track_caller]
fn assert_inert(markdown: &str, of_harmless: &Page, text: &str, word: &str) {
    let page = page(markdown);
    assert_eq!(page.tags, of_harmless.tags, "{word:?} in {markdown}");
    assert_eq!(page.prose, of_harmless.prose, "{word:?} in {markdown}");
    assert_eq!(page.text, text, "{word:?} in {markdown}");
    assert!(!page.tags.iter().any(|tag| tag.starts_with("<a")));
}

#[track_caller]
fn word_is_inert(word: &str) {
    let harmless = page(&comment(HARMLESS));
    let text = harmless.text.replace(HARMLESS, &shown(word));
    assert_inert(&comment(word), &harmless, &text, word);
}

/// A text of as many lines, each of them harmless.
fn text_is_inert(text: &str) {
    let lines: Vec<String> = text.lines().map(shown).collect();
    let name = |at: usize| format!("<{at}>");
    let names = lines.iter().enumerate().map(|(at, line)| {
        let name = if line.is_empty() {
            String::new()
        } else {
            name(at)
        };
        name + "\n"
    });
    let names: String = names.collect();
    let harmless = page(&with_text(&names));
    let expected = lines.iter().enumerate();
    let expected = expected.fold(harmless.text.clone(), |text, (at, line)| {
        text.replace(&name(at), line)
    });
    assert_inert(&with_text(text), &harmless, &expected, text);
}

#[test]
fn no_hostile_word_is_more_than_text() {
    for word in hostile::WORDS {
        word_is_inert(word);
    }
}

#[test]
fn no_hostile_text_is_more_than_text() {
    for text in hostile::TEXTS {
        text_is_inert(text);
    }
}

/// The renderer would see it: without the rule nearly all of them are something.
#[test]
fn the_renderer_sees_what_is_there_to_be_seen() {
    let plain = page("harmless\n");
    for word in [
        "# a",
        "**a**",
        "<b>",
        "www.example.org",
        "a@example.org",
        "$x$",
        "a\n\nb",
    ] {
        assert_ne!(page(&format!("{word}\n")).tags, plain.tags, "{word}");
    }
    let page = page("a &lt;b&#64; `@c`");
    assert_eq!(
        (page.prose.as_str(), page.text.as_str()),
        ("a <b@ \n", "a <b@ @c\n")
    );
}

/// Where there is no text, that is said.
#[test]
fn an_empty_word_is_seen() {
    let page = page(&Phrase::new("title: ").word("").own(".").markdown());
    assert_eq!(page.prose, "title: (empty).\n");
}

/// A parser that counts backticks up to eighty takes what is longer for text: then no code ends there.
#[test]
fn a_run_of_backticks_of_any_length_ends_no_code() {
    let harmless = page(&comment(HARMLESS));
    for length in [1, 8, 9, 79, 80, 81, 150] {
        let word = format!("{}<b>@a", "`".repeat(length));
        let page = page(&comment(&word));
        assert_eq!(page.tags, harmless.tags, "{length}");
        assert!(!page.prose.contains('@'), "{length}");
    }
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Signs that mean something, blanks, letters, and hostile words, in any order.
fn mixture() -> impl Strategy<Value = String> {
    let sign = "[ -/:-@\\[-`{-~ a-c\u{202e}\u{1b}登]{1,4}";
    let word = select(hostile::WORDS).prop_map(str::to_owned);
    let parts = proptest::collection::vec(prop_oneof![sign.prop_map(|it| it), word], 1..8);
    parts.prop_map(|parts| parts.concat())
}

/// What no rule but those of the tests above is about: an empty word, and long runs of backticks.
fn is_shown_as_it_is(word: &str) -> bool {
    !word.is_empty() && word.chars().count() <= 300 && !word.contains("`````````")
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_mixture_is_more_than_text(word in mixture()) {
        prop_assume!(is_shown_as_it_is(&word));
        word_is_inert(&word);
    }

    #[test]
    fn no_word_is_more_than_text(word in any::<String>()) {
        prop_assume!(is_shown_as_it_is(&word));
        word_is_inert(&word);
    }

    #[test]
    fn no_lines_are_more_than_text(lines in proptest::collection::vec(mixture(), 1..6)) {
        text_is_inert(&lines.join("\n"));
    }
}
