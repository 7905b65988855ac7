//! Tables on a terminal, whose columns stand straight with Chinese in them.
//!
//! A Chinese character takes two columns of a terminal, which is what counts here, not its bytes or its characters.

use unicode_width::UnicodeWidthStr as _;

/// What stands between two columns.
const GAP: &str = "  ";
/// The widest cell; a longer one is cut and ends with an ellipsis.
pub const CELL_COLUMNS_MAX: usize = 60;

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    sides: Vec<Side>,
    lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Cells(Vec<String>),
    Rule,
}

impl Table {
    /// A table with these columns, and a line under their names.
    #[must_use]
    pub fn new<const N: usize>(columns: [(&str, Side); N]) -> Self {
        let mut table = Self {
            sides: columns.iter().map(|(_, side)| *side).collect(),
            lines: Vec::new(),
        };
        table.row(columns.map(|(name, _)| name.to_owned()));
        table.rule();
        table
    }

    /// Adds a row. Cells beyond the columns are left out.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells = cells.into_iter().take(self.sides.len());
        self.lines
            .push(Line::Cells(cells.map(|cell| cut(&cell)).collect()));
    }

    /// Adds a line across the table.
    pub fn rule(&mut self) {
        self.lines.push(Line::Rule);
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = vec![0; self.sides.len()];
        for line in &self.lines {
            match line {
                Line::Cells(cells) => {
                    for (width, cell) in widths.iter_mut().zip(cells) {
                        *width = (*width).max(cell.width());
                    }
                }
                Line::Rule => {}
            }
        }
        widths
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let widths = self.widths();
        for line in &self.lines {
            let text = match line {
                Line::Cells(cells) => {
                    let padded: Vec<String> = cells
                        .iter()
                        .zip(&widths)
                        .zip(&self.sides)
                        .map(|((cell, width), side)| pad(cell, *width, *side))
                        .collect();
                    padded.join(GAP)
                }
                Line::Rule => {
                    let rules: Vec<String> =
                        widths.iter().map(|width| "─".repeat(*width)).collect();
                    rules.join(GAP)
                }
            };
            writeln!(f, "{}", text.trim_end())?;
        }
        Ok(())
    }
}

fn pad(cell: &str, width: usize, side: Side) -> String {
    let space = " ".repeat(width.saturating_sub(cell.width()));
    match side {
        Side::Left => format!("{cell}{space}"),
        Side::Right => format!("{space}{cell}"),
    }
}

/// The cell on one line, cut to [`CELL_COLUMNS_MAX`].
fn cut(cell: &str) -> String {
    let plain: String = cell
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if plain.width() <= CELL_COLUMNS_MAX {
        return plain;
    }
    let mut short = String::new();
    for c in plain.chars() {
        let mut longer = short.clone();
        longer.push(c);
        if longer.width() >= CELL_COLUMNS_MAX {
            break;
        }
        short = longer;
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_cells_stand_in_straight_columns() {
        let mut table = Table::new([("业务 service", Side::Left), ("人数", Side::Right)]);
        table.row(["户口登记与迁移".to_owned(), "7".to_owned()]);
        table.row(["tax".to_owned(), "1234".to_owned()]);
        table.rule();
        table.row(["合计".to_owned(), "1241".to_owned()]);
        let expected = "\
业务 service    人数
──────────────  ────
户口登记与迁移     7
tax             1234
──────────────  ────
合计            1241
";
        assert_eq!(table.to_string(), expected);
    }

    #[test]
    fn a_cell_that_is_too_long_is_cut_and_one_with_a_line_break_stays_on_its_line() {
        let mut table = Table::new([("a", Side::Left)]);
        table.row(["长".repeat(100)]);
        table.row(["one\ntwo".to_owned()]);
        let text = table.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[2].width() <= CELL_COLUMNS_MAX && lines[2].ends_with("长…"));
        assert_eq!(lines[3], "one two");
    }

    #[test]
    fn cells_beyond_the_columns_are_left_out_and_missing_ones_are_empty() {
        let mut table = Table::new([("a", Side::Left), ("b", Side::Left)]);
        table.row(["1", "2", "3"].map(str::to_owned));
        table.row(["4".to_owned()]);
        assert_eq!(table.to_string(), "a  b\n─  ─\n1  2\n4\n");
    }
}
