//! A whole comment, below the limit of a forge: what does not fit is left out in whole sections, which
//! are named and counted.

use super::{Marker, Phrase, Section};

/// Characters that a comment has at most. Forges take 65,536 (GitHub; GitLab more): what is between is
/// for whoever puts a line above it.
pub const LIMIT: usize = 60_000;

/// Characters of what stands first; further lines are counted only.
const HEAD: usize = 8_000;

/// Characters of the names of what was left out; further ones are counted only.
const NAMES: usize = 3_000;

/// What the last paragraph takes beside the names.
const CLOSING: usize = 2_000;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// What it is about.
    pub marker: Marker,
    /// Its first line.
    pub title: Phrase,
    /// What always stands: the answer, and the counts. A paragraph each.
    pub summary: Vec<Phrase>,
    /// What follows, the most important first.
    pub sections: Vec<Section>,
    /// The command that shows all of it.
    pub command: String,
}

impl Comment {
    /// As Markdown, of at most [`LIMIT`] characters.
    pub fn markdown(&self) -> String {
        let head = self.head();
        let bodies: Vec<String> = self.sections.iter().map(Section::markdown).collect();
        let sizes: Vec<usize> = bodies.iter().map(|body| length(body)).collect();
        let room = LIMIT.saturating_sub(length(&head));
        let kept = kept(&sizes, room);
        let shown = bodies.iter().zip(&kept).filter(|(_, kept)| **kept);
        let shown: String = shown.map(|(body, _)| body.as_str()).collect();
        let left_out = self.sections.iter().zip(&kept).filter(|(_, kept)| !**kept);
        let left_out: Vec<&Section> = left_out.map(|(section, _)| section).collect();
        head + &shown + &self.closing(&left_out)
    }

    fn head(&self) -> String {
        let mut out = format!("{}\n### {}\n", self.marker, self.title.markdown());
        for (at, line) in self.summary.iter().enumerate() {
            let line = format!("\n{}\n", line.markdown());
            if length(&out) + length(&line) > HEAD {
                let rest = self.summary.len() - at;
                out.push_str(&format!("\n… and {rest} more to say than fits here.\n"));
                break;
            }
            out.push_str(&line);
        }
        out
    }

    /// What was left out, and where it is.
    fn closing(&self, left_out: &[&Section]) -> String {
        if left_out.is_empty() {
            return String::new();
        }
        let count: usize = left_out.iter().map(|section| section.count()).sum();
        let all: usize = self.sections.iter().map(Section::count).sum();
        let mut out = format!(
            "\n---\n\n**A comment has its limits: {count} of {all} are not shown here.** Left out:\n\n"
        );
        out.push_str(&names(left_out));
        let command = Phrase::new("All of it: ").word(&*self.command);
        out.push_str(&format!("\n{}\n", command.markdown()));
        out
    }
}

/// The names of sections, as far as there is room, and how many have none here.
fn names(sections: &[&Section]) -> String {
    let mut out = String::new();
    for (at, section) in sections.iter().enumerate() {
        let line = format!("- {}\n", section.titled().markdown());
        if length(&out) + length(&line) > NAMES {
            let rest = &sections[at..];
            let count: usize = rest.iter().map(|section| section.count()).sum();
            out.push_str(&format!(
                "- and {} more sections, with {count}\n",
                rest.len()
            ));
            break;
        }
        out.push_str(&line);
    }
    out
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// Which sections of these sizes are shown: each that still fits when it is its turn.
fn kept(sizes: &[usize], room: usize) -> Vec<bool> {
    if sizes.iter().sum::<usize>() <= room {
        return vec![true; sizes.len()];
    }
    let mut room = room.saturating_sub(NAMES + CLOSING);
    let fits = |size: &usize| {
        let fits = *size <= room;
        room -= if fits { *size } else { 0 };
        fits
    };
    sizes.iter().map(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Entry, Kind};
    use super::*;

    fn comment(sections: Vec<Section>) -> Comment {
        Comment {
            marker: Marker {
                kind: Kind::Diff,
                plan: None,
                base: None,
                head: None,
            },
            title: Phrase::new("Plans"),
            summary: vec![Phrase::new("Counts")],
            sections,
            command: "git plan diff a..b".to_owned(),
        }
    }

    /// A section of so many entries of so many characters each.
    fn section(title: &'static str, count: usize, size: usize) -> Vec<Section> {
        let entry = Entry::new(Phrase::default().word("x".repeat(size)));
        Section::parts(&Phrase::new(title), &vec![entry; count], false)
    }

    #[test]
    fn what_fits_is_shown_whole() {
        let text = comment(section("Added", 2, 1)).markdown();
        let expected = "<!-- git-plan:diff v=1 plan=none base=none head=none -->\n### Plans\n\nCounts\n\n\
                        <details>\n<summary>Added (2)</summary>\n\n- `x`\n- `x`\n\n</details>\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_does_not_fit_is_left_out_whole_and_counted() {
        let many = ["A", "B", "C"]
            .map(|title| section(title, 90, 250))
            .concat();
        let parts = many.len();
        let sections = [many, section("Small", 1, 3)].concat();
        let all: usize = sections.iter().map(Section::count).sum();
        let text = comment(sections).markdown();
        assert!(length(&text) <= LIMIT, "{}", length(&text));
        assert!(length(&text) > LIMIT - 15_000, "{}", length(&text));
        let shown = text.matches("\n- `x").count();
        let left_out = all - shown;
        let said = format!("**A comment has its limits: {left_out} of {all} are not shown here.**");
        assert!(text.contains(&said), "{said} in {text}");
        let named = text.matches("\n- C (").count();
        assert_eq!(text.matches("<details>").count() + named, parts + 1);
        assert!(text.contains("<summary>Small (1)</summary>"), "still fits");
        assert!(text.ends_with("\nAll of it: `git plan diff a..b`\n"));
    }

    #[test]
    fn nothing_makes_it_longer_than_the_limit() {
        let title = || Phrase::new("In ").word("`".repeat(300));
        let entry = Entry::new(Phrase::default().word("登".repeat(300)));
        let one = Section::parts(&title(), &[entry], true);
        let mut long = comment(std::iter::repeat_n(one, 2_000).flatten().collect());
        long.summary = vec![title(); 500];
        long.title = title();
        long.command = "c".repeat(100_000);
        let text = long.markdown();
        assert!(length(&text) <= LIMIT, "{}", length(&text));
        assert!(text.contains("more sections, with"));
        assert!(text.contains("more to say than fits here"));
    }
}
