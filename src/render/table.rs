//! Aligned columns.
//!
//! On a terminal the table fits its width, and long cells wrap. In a pipe there is no width:
//! cells stay whole, on one line each, and ten thousand rows cost milliseconds.

use std::borrow::Cow;

use comfy_table::{
    Attribute, Cell as ComfyCell, Color, ColumnConstraint, ContentArrangement, Width, presets,
};
use unicode_width::UnicodeWidthStr;

use super::escape;
use super::style::{Paint, Tone};

/// Bytes after which a part of a long table is handed on.
const CHUNK: usize = 64 * 1024;

/// Blanks between two columns.
const GAP: u16 = 2;

/// The least that the column that wraps is left with on a narrow terminal.
const LEAST: usize = 24;

/// How a table meets its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Canvas {
    /// Columns of the terminal; none in a pipe.
    pub width: Option<u16>,
    /// Whether to colour.
    pub paint: Paint,
}

/// What a column of a row says. The table escapes it: nothing reaches a terminal as it came.
#[derive(Debug, Clone)]
pub struct Cell<'a> {
    content: Content<'a>,
    tone: Tone,
}

#[derive(Debug, Clone)]
enum Content<'a> {
    Text(Cow<'a, str>),
    Number(u32),
}

impl<'a> Cell<'a> {
    /// A text in a tone.
    pub fn toned(text: impl Into<Cow<'a, str>>, tone: Tone) -> Self {
        Self {
            content: Content::Text(text.into()),
            tone,
        }
    }

    /// A number.
    pub fn number(number: u32) -> Self {
        Self {
            content: Content::Number(number),
            tone: Tone::Plain,
        }
    }
}

impl<'a, T: Into<Cow<'a, str>>> From<T> for Cell<'a> {
    fn from(text: T) -> Self {
        Self::toned(text, Tone::Plain)
    }
}

/// A cell in the table: where its text ends in the text of all, its width, its tone.
#[derive(Debug, Clone, Copy)]
struct Slot {
    end: u32,
    width: u16,
    tone: Tone,
}

/// Rows of cells under headings.
#[derive(Debug)]
pub struct Table {
    headings: Vec<&'static str>,
    right: Vec<bool>,
    widths: Vec<usize>,
    /// The column of the next cell.
    column: usize,
    slots: Vec<Slot>,
    text: String,
    /// Where each row belongs; without it, rows stay in the order of their coming.
    keys: Vec<u64>,
}

impl Table {
    /// A table without rows.
    pub fn new(headings: &[&'static str]) -> Self {
        Self {
            headings: headings.to_vec(),
            right: vec![false; headings.len()],
            widths: vec![0; headings.len()],
            column: 0,
            slots: Vec::new(),
            text: String::new(),
            keys: Vec::new(),
        }
    }

    /// Aligns a column to the right.
    #[must_use]
    pub fn right(mut self, column: usize) -> Self {
        if let Some(right) = self.right.get_mut(column) {
            *right = true;
        }
        self
    }

    /// Adds a row: a cell for every heading.
    pub fn row<'a, const N: usize>(&mut self, cells: [Cell<'a>; N]) {
        debug_assert_eq!(N, self.headings.len());
        for cell in cells {
            match cell.content {
                Content::Text(text) => self.text(&text, cell.tone),
                Content::Number(number) => self.number(number),
            }
        }
    }

    /// Adds a text as the next cell; it is escaped.
    pub fn text(&mut self, text: &str, tone: Tone) {
        let is_plain = |plain, byte: u8| plain & (byte.wrapping_sub(b' ') < 0x5f);
        if text.bytes().fold(true, is_plain) {
            self.word(text, tone);
        } else {
            let escaped = escape::line(text);
            self.text.push_str(&escaped);
            self.end_cell(escaped.width(), tone);
        }
    }

    /// Adds a word of the program's own as the next cell: plain ASCII, nothing to escape.
    pub fn word(&mut self, word: &str, tone: Tone) {
        self.text.push_str(word);
        self.end_cell(word.len(), tone);
    }

    /// Adds a number as the next cell.
    pub fn number(&mut self, number: u32) {
        let start = self.text.len();
        push_number(number, &mut self.text);
        self.end_cell(self.text.len() - start, Tone::Plain);
    }

    /// Says where the row just added belongs: rows are shown by key. Adding rows in the order in
    /// which they lie in memory and sorting the finished cells is what makes long lists quick.
    pub fn key(&mut self, key: u64) {
        self.keys.push(key);
    }

    /// The rows in the order in which they are shown, each as its cells.
    fn rows(&self) -> impl Iterator<Item = impl Iterator<Item = Shown<'_>>> {
        let columns = self.headings.len().max(1);
        let count = self.slots.len() / columns;
        let mut order: Vec<(u64, usize)> = (0..count)
            .map(|row| (self.keys.get(row).copied().unwrap_or_default(), row))
            .collect();
        order.sort_unstable();
        order.into_iter().map(move |(_, row)| {
            let slots = &self.slots[row * columns..(row + 1) * columns];
            let before = (row * columns)
                .checked_sub(1)
                .and_then(|last| self.slots.get(last));
            let mut start = before.map_or(0, |slot| slot.end as usize);
            slots
                .iter()
                .map(move |slot| slot.shown(&self.text, &mut start))
        })
    }

    fn end_cell(&mut self, width: usize, tone: Tone) {
        if let Some(widest) = self.widths.get_mut(self.column) {
            *widest = (*widest).max(width);
        }
        self.column = if self.column + 1 < self.widths.len() {
            self.column + 1
        } else {
            0
        };
        self.slots.push(Slot {
            end: u32::try_from(self.text.len()).unwrap_or(u32::MAX),
            width: u16::try_from(width).unwrap_or(u16::MAX),
            tone,
        });
    }

    /// The table as text. A column in which no row says anything is left out.
    pub fn render(&self, canvas: Canvas) -> String {
        match canvas.width {
            Some(width) => self.arranged(width, canvas.paint),
            None => self.plain(canvas.paint),
        }
    }

    /// The columns in which some row says something.
    fn columns(&self) -> Vec<usize> {
        (0..self.headings.len())
            .filter(|column| self.widths[*column] > 0)
            .collect()
    }

    fn plain(&self, paint: Paint) -> String {
        let mut whole = String::new();
        self.in_chunks(paint, |chunk| {
            whole.push_str(chunk);
            true
        });
        whole
    }

    /// The table for a pipe, some lines at a time, as long as `take` wants more: a long list is
    /// never in memory as a whole.
    pub fn in_chunks(&self, paint: Paint, mut take: impl FnMut(&str) -> bool) {
        let columns: Vec<Column> = (0..self.headings.len())
            .map(|column| Column {
                width: self.width_of(column),
                right: self.right[column],
                shown: self.widths[column] > 0,
            })
            .collect();
        let mut out = String::new();
        let headings = self.headings.iter().map(|heading| Shown {
            text: heading,
            width: heading.width(),
            tone: Tone::Strong,
        });
        plain_row(headings, &columns, paint, &mut out);
        for cells in self.rows() {
            plain_row(cells, &columns, paint, &mut out);
            if out.len() >= CHUNK {
                if !take(&out) {
                    return;
                }
                out.clear();
            }
        }
        take(&out);
    }

    /// The columns that fit a width, and the widest, which is the one that wraps. Where it would
    /// be left with too little, the last columns go: the first ones say the most.
    fn columns_for(&self, width: usize) -> (Vec<usize>, usize) {
        let mut columns = self.columns();
        let widest = columns
            .iter()
            .copied()
            .max_by_key(|column| self.width_of(*column));
        let widest = widest.unwrap_or_default();
        let need = |columns: &[usize]| -> usize {
            let least = |column: &usize| match *column == widest {
                true => self.width_of(*column).min(LEAST),
                false => self.width_of(*column),
            };
            columns
                .iter()
                .map(|column| least(column) + usize::from(GAP))
                .sum()
        };
        while columns.len() > 2 && need(&columns) > width {
            let last = columns.iter().rposition(|column| *column != widest);
            columns.remove(last.unwrap_or(columns.len() - 1));
        }
        (columns, widest)
    }

    /// The width of a column's widest text, its heading included.
    fn width_of(&self, column: usize) -> usize {
        self.widths[column].max(self.headings[column].width())
    }

    fn arranged(&self, width: u16, paint: Paint) -> String {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING);
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
        if paint.0 {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        let (columns, widest) = self.columns_for(usize::from(width));
        table.set_header(
            columns
                .iter()
                .map(|column| styled(self.headings[*column], Tone::Strong)),
        );
        for cells in self.rows() {
            let cells: Vec<Shown<'_>> = cells.collect();
            table.add_row(columns.iter().map(|column| {
                let cell = cells[*column];
                styled(cell.text, cell.tone)
            }));
        }
        for (column, index) in table.column_iter_mut().zip(&columns) {
            column.set_padding((0, GAP));
            if *index != widest {
                let fixed = u16::try_from(self.width_of(*index)).unwrap_or(u16::MAX);
                let whole = Width::Fixed(fixed.saturating_add(GAP));
                column.set_constraint(ColumnConstraint::Absolute(whole));
            }
            if self.right[*index] {
                column.set_cell_alignment(comfy_table::CellAlignment::Right);
            }
        }
        let mut out = String::new();
        for line in table.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

/// A cell as it is shown.
#[derive(Debug, Clone, Copy)]
struct Shown<'a> {
    text: &'a str,
    width: usize,
    tone: Tone,
}

impl Slot {
    fn shown<'a>(&self, text: &'a str, start: &mut usize) -> Shown<'a> {
        let from = std::mem::replace(start, self.end as usize);
        Shown {
            text: text.get(from..*start).unwrap_or_default(),
            width: usize::from(self.width),
            tone: self.tone,
        }
    }
}

/// How a column is laid out in a pipe.
struct Column {
    width: usize,
    right: bool,
    shown: bool,
}

fn plain_row<'a>(
    cells: impl Iterator<Item = Shown<'a>>,
    columns: &[Column],
    paint: Paint,
    out: &mut String,
) {
    // Spaces are owed until a word follows: a line ends with its last word.
    let mut owed = 0;
    for (cell, column) in cells.zip(columns) {
        if !column.shown {
            continue;
        }
        let padding = column.width.saturating_sub(cell.width);
        if column.right {
            owed += padding;
        }
        if !cell.text.is_empty() {
            spaces(owed, out);
            owed = 0;
            if paint.0 && cell.tone != Tone::Plain {
                out.push_str(&paint.apply(cell.tone, cell.text));
            } else {
                out.push_str(cell.text);
            }
        }
        owed += if column.right { 2 } else { padding + 2 };
    }
    out.push('\n');
}

/// Writes a number at the end of a text, without the detour of formatting.
pub fn push_number(number: u32, out: &mut String) {
    let mut digits = [b'0'; 10];
    let (mut rest, mut at) = (number, digits.len());
    while at == digits.len() || rest > 0 {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
    out.push_str(std::str::from_utf8(&digits[at..]).unwrap_or_default());
}

fn spaces(count: usize, out: &mut String) {
    const SPACES: &str = "                                                                ";
    let mut left = count;
    while left > 0 {
        let some = left.min(SPACES.len());
        out.push_str(&SPACES[..some]);
        left -= some;
    }
}

fn styled(text: &str, tone: Tone) -> ComfyCell {
    let plain = ComfyCell::new(text);
    match tone {
        Tone::Plain => plain,
        Tone::Strong => plain.add_attribute(Attribute::Bold),
        Tone::Faint => plain.add_attribute(Attribute::Dim),
        Tone::Good => plain.fg(Color::DarkGreen),
        Tone::Active => plain.fg(Color::DarkCyan),
        Tone::Warn => plain.fg(Color::DarkYellow),
        Tone::Bad => plain.fg(Color::DarkRed),
        Tone::GoodMark => plain.fg(Color::DarkGreen).add_attribute(Attribute::Reverse),
        Tone::BadMark => plain.fg(Color::DarkRed).add_attribute(Attribute::Reverse),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&["No.", "Title", "Nothing", "Phase"]).right(0);
        table.row(["1", "Add login route", "", "core"].map(Cell::from));
        table.row([Cell::number(10), "登录".into(), "".into(), "a".into()]);
        table
    }

    #[test]
    fn a_pipe_has_no_width() {
        let expected = "\
No.  Title            Phase
  1  Add login route  core
 10  登录             a
";
        assert_eq!(table().render(Canvas::default()), expected);
    }

    #[test]
    fn every_cell_is_escaped() {
        let mut table = Table::new(&["Title"]);
        table.row(["\u{1b}[31mred\u{202e}"].map(Cell::from));
        assert_eq!(
            table.render(Canvas::default()),
            "Title\n\\x1b[31mred\\u{202e}\n"
        );
    }

    #[test]
    fn a_narrow_terminal_shows_the_first_columns_whole() {
        let mut table = Table::new(&["No.", "Status", "Title", "Phase", "Depends on"]);
        let title = "A title of some length that has to wrap somewhere";
        table.row(["1", "in_progress", title, "foundation", "12 13 14"].map(Cell::from));
        let canvas = Canvas {
            width: Some(60),
            paint: Paint(false),
        };
        let expected = "\
No.  Status       Title                         Phase
1    in_progress  A title of some length that   foundation
                  has to wrap somewhere
";
        assert_eq!(table.render(canvas), expected);
    }

    #[test]
    fn a_terminal_has_one() {
        let canvas = Canvas {
            width: Some(22),
            paint: Paint(false),
        };
        let text = table().render(canvas);
        assert!(text.lines().all(|line| line.width() <= 22), "{text}");
        assert!(text.contains("登录"), "{text}");
    }
}
