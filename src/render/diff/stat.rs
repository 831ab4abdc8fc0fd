//! How much changed: a line a file with a graph, then what came, went and changed its mode.
//! Widths are divided as `git diff --stat` divides them.

use unicode_width::UnicodeWidthStr as _;

use super::shown;
use crate::patch::{FileDiff, Side, Stats};
use crate::render::style::{Paint, Tone};
use crate::render::table::Canvas;

/// The width of the page where there is no terminal.
const PAGE: u16 = 80;

/// Blanks and the bar around name, count and graph.
const FRAME: usize = 6;

/// What stands in the place of a binary file's count.
const BINARY: &str = "Bin";

/// The files so far.
#[derive(Debug, Default)]
pub(super) struct Stat {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    name: String,
    stats: Stats,
    /// Bytes before and after.
    sizes: (usize, usize),
    /// What became of the file, where it is more than its content.
    note: Option<String>,
}

/// How many columns each part of a line has.
#[derive(Debug, Clone, Copy)]
struct Widths {
    name: usize,
    count: usize,
    graph: usize,
    /// The most lines that changed in a file.
    most: usize,
}

impl Stat {
    /// Adds a changed file.
    pub(super) fn add(&mut self, diff: &FileDiff<'_>) {
        let change = diff.change;
        let size = |side: &Option<Side<'_>>| side.as_ref().map_or(0, |side| side.content.len());
        let name = shown::path(&change.path);
        let mode = |side: &Option<Side<'_>>| side.as_ref().map(|side| side.kind.mode());
        let note = match (mode(&change.before), mode(&change.after)) {
            (None, Some(new)) => Some(format!("create mode {new} {name}")),
            (Some(old), None) => Some(format!("delete mode {old} {name}")),
            (Some(old), Some(new)) if old != new => {
                Some(format!("mode change {old} => {new} {name}"))
            }
            _ => None,
        };
        self.files.push(File {
            name,
            stats: diff.stats(),
            sizes: (size(&change.before), size(&change.after)),
            note,
        });
    }

    /// All lines; none without a file.
    pub(super) fn text(&self, canvas: Canvas) -> String {
        let mut out = String::new();
        if self.files.is_empty() {
            return out;
        }
        let widths = self.widths(usize::from(canvas.width.unwrap_or(PAGE)));
        for file in &self.files {
            file.push(widths, canvas.paint, &mut out);
        }
        self.push_total(&mut out);
        for note in self.files.iter().filter_map(|file| file.note.as_ref()) {
            out.extend([" ", note, "\n"]);
        }
        out
    }

    fn widths(&self, page: usize) -> Widths {
        let files = || self.files.iter();
        let name = files().map(|file| file.name.width()).max().unwrap_or(0);
        let lines = files().filter(|file| !file.stats.binary);
        let most = lines.map(File::changed).max().unwrap_or(0);
        let bytes = files().filter(|file| file.stats.binary).map(File::bytes);
        let bytes = bytes.map(|text| text.len()).max();
        let count = most
            .to_string()
            .len()
            .max(bytes.map_or(0, |_| BINARY.len()));
        let graph = most.max(bytes.unwrap_or(0));
        let page = page.max(16 + FRAME + count);
        let mut widths = Widths {
            name,
            count,
            graph,
            most,
        };
        if name + count + FRAME + graph > page {
            let share = (page * 3 / 8).saturating_sub(count + FRAME).max(6);
            widths.graph = graph.min(share);
            let rest = page - count - FRAME;
            if name > rest - widths.graph {
                widths.name = rest - widths.graph;
            } else {
                widths.graph = rest - name;
            }
        }
        widths
    }

    fn push_total(&self, out: &mut String) {
        let sum = |of: fn(&Stats) -> u64| -> u64 { self.files.iter().map(|f| of(&f.stats)).sum() };
        let (added, removed) = (sum(|stats| stats.added), sum(|stats| stats.removed));
        let plural = |count: u64| if count == 1 { "" } else { "s" };
        let files = self.files.len() as u64;
        out.push_str(&format!(" {files} file{} changed", plural(files)));
        if added > 0 || removed == 0 {
            out.push_str(&format!(", {added} insertion{}(+)", plural(added)));
        }
        if removed > 0 || added == 0 {
            out.push_str(&format!(", {removed} deletion{}(-)", plural(removed)));
        }
        out.push('\n');
    }
}

impl File {
    /// How many lines changed.
    fn changed(&self) -> usize {
        usize::try_from(self.stats.added + self.stats.removed).unwrap_or(usize::MAX)
    }

    /// The sizes of a binary file.
    fn bytes(&self) -> String {
        format!("{} -> {} bytes", self.sizes.0, self.sizes.1)
    }

    fn push(&self, widths: Widths, paint: Paint, out: &mut String) {
        let name = fitted(&self.name, widths.name);
        let blanks = widths.name.saturating_sub(name.width());
        let count = widths.count;
        out.push_str(&format!(" {name}{} | ", " ".repeat(blanks)));
        if self.stats.binary {
            out.push_str(&format!("{BINARY:>count$} {}", self.bytes()));
        } else {
            out.push_str(&format!("{:>count$}", self.changed()));
            self.push_graph(widths, paint, out);
        }
        out.push('\n');
    }

    fn push_graph(&self, widths: Widths, paint: Paint, out: &mut String) {
        let (added, removed) = graph(self.stats, widths);
        if added + removed > 0 {
            out.push(' ');
            out.push_str(&paint.apply(Tone::Good, &"+".repeat(added)));
            out.push_str(&paint.apply(Tone::Bad, &"-".repeat(removed)));
        }
    }
}

/// How many signs stand for the added and the removed lines: Git's rounding, by which the whole
/// is right and none of the two disappears.
fn graph(stats: Stats, widths: Widths) -> (usize, usize) {
    let whole = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let (added, removed) = (whole(stats.added), whole(stats.removed));
    if widths.graph > widths.most {
        return (added, removed);
    }
    let scaled = |count: usize| match count {
        0 => 0,
        _ => 1 + count * widths.graph.saturating_sub(1) / widths.most.max(1),
    };
    let mut total = scaled(added + removed);
    if total < 2 && added > 0 && removed > 0 {
        total = 2;
    }
    if added < removed {
        let added = scaled(added);
        (added, total.saturating_sub(added))
    } else {
        let removed = scaled(removed);
        (total.saturating_sub(removed), removed)
    }
}

/// The name, or as much of its end as fits; cut at a folder where there is one.
fn fitted(name: &str, width: usize) -> String {
    if name.width() <= width {
        return name.to_owned();
    }
    let fits = |(start, _): &(usize, char)| name[*start..].width() <= width.saturating_sub(3);
    let start = name
        .char_indices()
        .find(fits)
        .map_or(name.len(), |(start, _)| start);
    let end = &name[start..];
    let end = end.find('/').map_or(end, |slash| &end[slash..]);
    format!("...{end}")
}
