//! A section of a comment: entries under a title, shown or left out as one.

use std::fmt::Write as _;

use super::{Phrase, Text};

/// So many entries make a section; what has more is told in parts.
pub const ENTRIES: usize = 100;

/// Beyond so many characters of Markdown a part ends, so that several fit into a comment.
const PART: usize = 10_000;

/// Something that a section tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// How much of what is counted it tells.
    pub count: usize,
    /// What it says.
    pub line: Phrase,
    /// What there is to say about it, a line each.
    pub notes: Vec<Phrase>,
    /// Texts below it.
    pub texts: Vec<Text>,
}

impl Entry {
    /// One that counts as one, and says no more than this.
    pub fn new(line: Phrase) -> Self {
        Self {
            count: 1,
            line,
            ..Self::default()
        }
    }

    /// As an item of a list. The texts stand in it, indented, without a blank line that would be outside of
    /// them: so the list stays one list.
    fn markdown(&self) -> String {
        let mut out = format!("- {}\n", self.line.markdown());
        for note in &self.notes {
            let _ = writeln!(out, "  - {}", note.markdown());
        }
        for text in &self.texts {
            let _ = writeln!(out, "  - {}", text.name.markdown());
            for line in text.markdown().lines() {
                let _ = writeln!(out, "    {line}");
            }
        }
        out
    }
}

/// Which of all entries of a title a section has: the first and the last of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    first: usize,
    last: usize,
    all: usize,
}

/// Entries under a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    title: Phrase,
    count: usize,
    part: Option<Part>,
    is_open: bool,
    body: String,
}

impl Section {
    /// The entries under a title; several sections where they are many. None where there are none.
    pub fn parts(title: &Phrase, entries: &[Entry], is_open: bool) -> Vec<Self> {
        let all = entries.iter().map(|entry| entry.count).sum();
        let mut sections: Vec<Self> = Vec::new();
        let (mut entries_in_last, mut size_of_last) = (0, 0);
        for entry in entries {
            let text = entry.markdown();
            let size = text.chars().count();
            let is_full = entries_in_last == ENTRIES || size_of_last + size > PART;
            match sections.last_mut().filter(|_| !is_full) {
                Some(last) => {
                    last.body.push_str(&text);
                    last.count += entry.count;
                    entries_in_last += 1;
                    size_of_last += size;
                }
                None => {
                    sections.push(Self {
                        title: title.clone(),
                        count: entry.count,
                        part: None,
                        is_open,
                        body: text,
                    });
                    (entries_in_last, size_of_last) = (1, size);
                }
            }
        }
        number(&mut sections, all);
        sections
    }

    /// How much of what is counted it tells.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Its title, with what it counts.
    pub(super) fn titled(&self) -> Phrase {
        let title = self.title.clone().own(" (");
        let counted = match self.part {
            None => title.number(self.count),
            Some(Part { first, last, all }) if first == last => {
                title.number(first).own(" of ").number(all)
            }
            Some(Part { first, last, all }) => {
                let range = title.number(first).own("–").number(last);
                range.own(" of ").number(all)
            }
        };
        counted.own(")")
    }

    /// Its lines, with a blank one before it.
    pub(super) fn markdown(&self) -> String {
        if self.is_open {
            return format!("\n#### {}\n\n{}", self.titled().markdown(), self.body);
        }
        let title = self.titled().html();
        let body = &self.body;
        format!("\n<details>\n<summary>{title}</summary>\n\n{body}\n</details>\n")
    }
}

/// Lets each of several sections say which part it is.
fn number(sections: &mut [Section], all: usize) {
    if sections.len() < 2 {
        return;
    }
    let mut told = 0;
    for section in sections {
        section.part = Some(Part {
            first: told + 1,
            last: told + section.count,
            all,
        });
        told += section.count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(count: usize) -> Vec<Entry> {
        let entry = |number| Entry::new(Phrase::new("task ").number(number));
        (1..=count).map(entry).collect()
    }

    #[test]
    fn many_entries_are_told_in_parts_that_add_up() {
        let title = Phrase::new("Changed in phase ").word("routes");
        let parts = Section::parts(&title, &entries(312), false);
        let titles: Vec<String> = parts.iter().map(|part| part.titled().markdown()).collect();
        let expected = ["1–100", "101–200", "201–300", "301–312"];
        let expected = expected.map(|range| format!("Changed in phase `routes` ({range} of 312)"));
        assert_eq!(titles, expected);
        assert_eq!(parts.iter().map(Section::count).sum::<usize>(), 312);
    }

    #[test]
    fn a_section_is_open_or_folded() {
        let title = Phrase::new("Removed <b>");
        let open = &Section::parts(&title, &entries(1), true)[0];
        assert_eq!(open.markdown(), "\n#### Removed <b> (1)\n\n- task 1\n");
        let folded = &Section::parts(&title, &entries(1), false)[0];
        let expected =
            "\n<details>\n<summary>Removed &lt;b&gt; (1)</summary>\n\n- task 1\n\n</details>\n";
        assert_eq!(folded.markdown(), expected);
        assert_eq!(Section::parts(&title, &[], true), []);
    }

    #[test]
    fn notes_and_texts_stand_below_their_entry() {
        let entry = Entry {
            notes: vec![Phrase::new("held by "), Phrase::new("b")],
            texts: vec![Text::changed(Phrase::new("text:"), "", "x\n\ny\n")],
            ..Entry::new(Phrase::new("a"))
        };
        let expected = "- a\n  - held by \n  - b\n  - text:\n    <pre>\n    + x\n    + \n    + y\n    </pre>\n";
        assert_eq!(entry.markdown(), expected);
    }
}
