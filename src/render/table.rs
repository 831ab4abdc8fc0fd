//! Aligned columns.
//!
//! On a terminal the table fits its width, and long cells wrap. In a pipe there is no width:
//! cells stay whole, on one line each, and ten thousand rows cost milliseconds.

use std::borrow::Cow;

use comfy_table::{Attribute, Cell as ComfyCell, Color, ContentArrangement, presets};
use unicode_width::UnicodeWidthStr;

use super::style::{Paint, Tone};

/// How a table meets its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Canvas {
    /// Columns of the terminal; none in a pipe.
    pub width: Option<u16>,
    /// Whether to colour.
    pub paint: Paint,
}

/// A text in a column; escaped already.
#[derive(Debug, Clone)]
pub struct Cell<'a> {
    text: Cow<'a, str>,
    tone: Tone,
}

impl<'a> Cell<'a> {
    /// A cell in a tone.
    pub fn toned(text: impl Into<Cow<'a, str>>, tone: Tone) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }
}

impl<'a, T: Into<Cow<'a, str>>> From<T> for Cell<'a> {
    fn from(text: T) -> Self {
        Self {
            text: text.into(),
            tone: Tone::Plain,
        }
    }
}

/// Rows of cells under headings.
#[derive(Debug)]
pub struct Table<'a> {
    headings: Vec<&'static str>,
    right: Vec<usize>,
    cells: Vec<Cell<'a>>,
}

impl<'a> Table<'a> {
    /// A table without rows.
    pub fn new(headings: &[&'static str]) -> Self {
        Self {
            headings: headings.to_vec(),
            right: Vec::new(),
            cells: Vec::new(),
        }
    }

    /// Aligns a column to the right.
    #[must_use]
    pub fn right(mut self, column: usize) -> Self {
        self.right.push(column);
        self
    }

    /// Adds a row; it must have a cell for every heading.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) {
        self.cells.extend(cells);
        let missing = self
            .cells
            .len()
            .next_multiple_of(self.headings.len().max(1));
        self.cells.resize(missing, Cell::from(""));
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The table as text.
    pub fn render(mut self, canvas: Canvas) -> String {
        self.drop_empty_columns();
        match canvas.width {
            Some(width) => self.arranged(width, canvas.paint),
            None => self.plain(canvas.paint),
        }
    }

    /// A column in which no row says anything is left out.
    fn drop_empty_columns(&mut self) {
        let columns = self.headings.len();
        let says = |column: usize| {
            self.cells
                .iter()
                .skip(column)
                .step_by(columns)
                .any(|cell| !cell.text.is_empty())
        };
        let keep: Vec<bool> = (0..columns).map(says).collect();
        if keep.iter().all(|keep| *keep) || self.cells.is_empty() {
            return;
        }
        let mut column = 0;
        self.cells.retain(|_| {
            column += 1;
            keep[(column - 1) % columns]
        });
        let kept: Vec<usize> = (0..columns).filter(|column| keep[*column]).collect();
        self.headings = kept.iter().map(|column| self.headings[*column]).collect();
        self.right = self
            .right
            .iter()
            .filter_map(|old| kept.iter().position(|k| k == old))
            .collect();
    }

    fn plain(&self, paint: Paint) -> String {
        let columns = self.headings.len().max(1);
        let mut widths: Vec<usize> = self
            .headings
            .iter()
            .map(|heading| heading.width())
            .collect();
        for row in self.cells.chunks(columns) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(width_of(&cell.text));
            }
        }
        let line = widths.iter().sum::<usize>() + 2 * columns;
        let mut out = String::with_capacity(line * (self.cells.len() / columns + 1));
        let headings: Vec<Cell<'_>> = self
            .headings
            .iter()
            .map(|heading| Cell::toned(*heading, Tone::Strong))
            .collect();
        for row in std::iter::once(headings.as_slice()).chain(self.cells.chunks(columns)) {
            self.plain_row(row, &widths, paint, &mut out);
        }
        out
    }

    fn plain_row(&self, row: &[Cell<'_>], widths: &[usize], paint: Paint, out: &mut String) {
        for (column, cell) in row.iter().enumerate() {
            if column > 0 {
                out.push_str("  ");
            }
            let padding = widths[column].saturating_sub(width_of(&cell.text));
            let pad = |out: &mut String| out.extend(std::iter::repeat_n(' ', padding));
            let right = self.right.contains(&column);
            if right {
                pad(out);
            }
            if paint.0 && cell.tone != Tone::Plain {
                out.push_str(&paint.apply(cell.tone, &cell.text));
            } else {
                out.push_str(&cell.text);
            }
            if !right && column + 1 < row.len() {
                pad(out);
            }
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }

    fn arranged(self, width: u16, paint: Paint) -> String {
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
        let columns = self.headings.len().max(1);
        table.set_header(
            self.headings
                .iter()
                .map(|h| styled(&Cell::toned(*h, Tone::Strong))),
        );
        for row in self.cells.chunks(columns) {
            table.add_row(row.iter().map(styled));
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 2));
            if self.right.contains(&index) {
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

fn width_of(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.width()
    }
}

fn styled(cell: &Cell<'_>) -> ComfyCell {
    let plain = ComfyCell::new(&cell.text);
    match cell.tone {
        Tone::Plain => plain,
        Tone::Strong => plain.add_attribute(Attribute::Bold),
        Tone::Faint => plain.add_attribute(Attribute::Dim),
        Tone::Good => plain.fg(Color::DarkGreen),
        Tone::Active => plain.fg(Color::DarkCyan),
        Tone::Warn => plain.fg(Color::DarkYellow),
        Tone::Bad => plain.fg(Color::DarkRed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table<'static> {
        let mut table = Table::new(&["No.", "Title", "Nothing", "Phase"]).right(0);
        table.row(["1", "Add login route", "", "core"].map(Cell::from));
        table.row(["10", "登录", "", "a"].map(Cell::from));
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
