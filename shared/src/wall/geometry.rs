//! Where everything lies on a screen, in pixels.
//!
//! The header is [`HEADER_PERCENT`] of the height, the scrolling line, where there is one, [`LINE_PERCENT`]. Between them,
//! within a margin, lie the panels: an upright screen stacks them from the top in their shares of the height; a lying
//! screen gives the first its share of the width at full height at the left, and stacks the others at the right in
//! proportion to their shares. Whatever the screen, panels neither overlap nor leave it.
//!
//! What is inside a panel is reckoned here too ([`CallsPlan`], [`WindowsPlan`], [`WaitingPlan`], [`CountsPlan`], [`StripPlan`]), because the
//! height of its digits is what decides whether the layout can be read. Lengths that follow from letters are fractions of
//! pixels; rectangles are whole pixels.

use std::ops::RangeInclusive;

use super::text::{DIGIT_HEIGHT, DIGIT_WIDTH};
use super::{Layout, Panel, Show};
use crate::board::{CALLS_MAX, WAITING_MAX};

/// The height of the header on a lying screen and on an upright one, in percent of the screen.
pub const HEADER_PERCENT: (u32, u32) = (9, 7);
/// The header of an upright screen is at most this part of its width: on a very narrow one its letters are small, and the
/// rest of it would be empty.
const HEADER_OF_WIDTH: u32 = 6;
/// The scrolling line of an upright screen is at most this part of its width, so that more than a word of it is seen at once.
const LINE_OF_WIDTH: u32 = 12;
/// The height of the scrolling line on a lying screen and on an upright one, in percent of the screen.
pub const LINE_PERCENT: (u32, u32) = (6, 4);
/// The design's short and long side: lengths below are in its pixels.
const DESIGN: (u32, u32) = (1080, 1920);
/// The margin and the gap between panels, in the design's pixels.
const GAP: f32 = 16.0;
/// The margin inside a panel, in the design's pixels.
const SIDE: f32 = 24.0;
/// The heading of a panel, in the design's pixels.
const HEADING: f32 = 60.0;
/// The part of a panel of calls that the newest call has, in percent, on a lying screen and on an upright one: then its digits
/// have the 193 px of the design that people with low vision want at ten metres on 55 inches, where the panel has six tenths
/// of the screen.
const NOW_PERCENT: (u32, u32) = (55, 48);
/// The letters of the newest call with those digits, in the design's pixels. Where the rows of the other calls are low, it has
/// no more.
const NOW_LETTERS_GOOD: f32 = 266.0;
/// What of the room between its heading and its foot the letters of the newest call are.
const NOW_LETTERS: f32 = 0.74;
/// Where its number is as wide as the panel, more height than this times what the letters need is the list's.
const NOW_AIR: f32 = 1.2;
/// Heading and foot of the newest call, in the design's pixels: a line each.
const NOW_HEAD: f32 = 64.0;
const NOW_FOOT: f32 = 56.0;
/// The margin at its sides, in the design's pixels.
const NOW_SIDE: f32 = 36.0;
/// The heading of the list of calls, in the design's pixels.
const LIST_HEAD: f32 = 52.0;
/// So many rows the list of calls has on a lying screen and on an upright one, as long as they can be read: whoever looked away
/// for a minute finds their number there.
const CALL_ROWS_WANTED: (usize, usize) = (4, 6);
/// Where those have room in any case, rows have at least this height, in the design's pixels: then their digits are 79 px
/// high, which ten metres want on 55 inches.
const CALL_ROW_GOOD: f32 = 113.6;
/// No row is lower than this, in the design's pixels: its digits are 53 px high, which is enough for almost seven metres.
const CALL_ROW_MIN: f32 = 76.0;
/// The letters of a window's row have at least this size, in the design's pixels; where there is no room for all, pages turn.
const WINDOW_LETTERS_MIN: f32 = 40.0;
/// And at most this: fewer windows than rows of the design do not become posters.
const WINDOW_LETTERS_MAX: f32 = 240.0;
/// The most columns of windows.
const WINDOW_COLUMNS_MAX: usize = 8;
/// What a window's row takes besides its ticket, in sizes of its letters: number, sign, word, and the gaps.
const WINDOW_ROW_SIZES: f32 = 5.6;
/// What of the height of a window's row its letters are.
const WINDOW_LETTERS: f32 = 0.72;
/// A cell of a service is at least so large, in the design's pixels.
const COUNT_CELL_MIN: (f32, f32) = (400.0, 84.0);
/// Its letters are those of a cell that is at most so high.
const COUNT_LETTERS_MAX: f32 = 176.0;
/// And it is itself at most so high: fewer services stand farther apart, and not in a corner.
const COUNT_CELL_HEIGHT_MAX: f32 = 264.0;

/// The letters of waiting numbers, in the design's pixels: the largest of these sizes that needs no more pages than the last.
/// Few sizes, because the row is another one with every call: numbers keep their places and their size for as long
/// as they can.
const WAITING_LETTERS: [f32; 5] = [118.0, 96.0, 78.0, 64.0, 52.0];
/// How high the cell of a waiting number is, in sizes of its letters.
const WAITING_CELL_HEIGHT: f32 = 1.3;
/// How much wider it is than its number, in sizes of its letters.
const WAITING_CELL_SIDES: f32 = 0.7;

/// A screen, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

impl Extent {
    /// Reads a size such as `1920x1080`, each side within `sides`.
    #[must_use]
    pub fn read(text: &str, sides: &RangeInclusive<u32>) -> Option<Self> {
        let (width, height) = text.split_once('x')?;
        let side = |text: &str| text.parse().ok().filter(|side| sides.contains(side));
        Some(Self {
            width: side(width)?,
            height: side(height)?,
        })
    }

    /// Whether it lies: wider than high.
    #[must_use]
    pub fn lies(self) -> bool {
        self.width > self.height
    }

    /// How many pixels one of the design's has.
    #[must_use]
    pub fn unit(self) -> f32 {
        let (across, down) = if self.lies() {
            (DESIGN.1, DESIGN.0)
        } else {
            DESIGN
        };
        (pixels(self.width) / pixels(across)).min(pixels(self.height) / pixels(down))
    }
}

/// A rectangle on the screen, in pixels from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rect {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

impl Rect {
    /// How many pixels it has.
    #[must_use]
    pub fn area(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Whether a pixel is in both.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let apart = |a: u32, a_long: u32, b: u32, b_long: u32| a + a_long <= b || b + b_long <= a;
        self.area() > 0
            && other.area() > 0
            && !apart(self.x, self.width, other.x, other.width)
            && !apart(self.y, self.height, other.y, other.height)
    }

    fn below(self, gone: u32) -> Self {
        Self {
            y: self.y + gone.min(self.height),
            height: self.height.saturating_sub(gone),
            ..self
        }
    }
}

/// A screen divided as a layout says.
#[derive(Debug, Clone, PartialEq)]
pub struct Geometry {
    /// The screen.
    pub extent: Extent,
    /// How many pixels one of the design's has.
    pub unit: f32,
    /// The hall's name, date and clock.
    pub header: Rect,
    /// The scrolling line, if there is one.
    pub line: Option<Rect>,
    /// Each panel, in the order of the layout.
    pub panels: Vec<(Show, Rect)>,
}

fn pixels(whole: u32) -> f32 {
    // No screen has so many that a fraction of a pixel would be lost.
    whole as f32
}

/// Whole pixels, rounded down.
fn whole(length: f32) -> u32 {
    if length.is_finite() && length > 0.0 {
        length.min(1e6) as u32
    } else {
        0
    }
}

/// Part `share` of `whole` parts of a length.
fn part(length: u32, share: u32, whole: u32) -> u32 {
    let part = u64::from(length) * u64::from(share) / u64::from(whole.max(1));
    u32::try_from(part).unwrap_or(length).min(length)
}

impl Layout {
    /// Where its panels lie on a screen of this extent.
    #[must_use]
    pub fn geometry(&self, extent: Extent) -> Geometry {
        let lies = extent.lies();
        let of = |(lying, upright): (u32, u32)| if lies { lying } else { upright };
        let unit = extent.unit();
        let header_height = part(extent.height, of(HEADER_PERCENT), 100);
        let header_most = if lies {
            extent.height
        } else {
            extent.width / HEADER_OF_WIDTH
        };
        let header = Rect {
            width: extent.width,
            height: header_height.min(header_most),
            ..Rect::default()
        };
        let line_most = if lies {
            extent.height
        } else {
            extent.width / LINE_OF_WIDTH
        };
        let line_height = part(extent.height, of(LINE_PERCENT), 100).min(line_most);
        let line = (!self.line.is_empty()).then_some(Rect {
            x: 0,
            y: extent.height - line_height,
            width: extent.width,
            height: line_height,
        });
        let gap = whole(GAP * unit);
        let bottom = line.map_or(extent.height, |line| line.y);
        let room = Rect {
            x: gap,
            y: header.height + gap,
            width: extent.width.saturating_sub(2 * gap),
            height: bottom.saturating_sub(header.height + 2 * gap),
        };
        Geometry {
            extent,
            unit,
            header,
            line,
            panels: divided(&self.panels, room, gap, lies),
        }
    }
}

/// Divides `room` among `panels`.
fn divided(panels: &[Panel], room: Rect, gap: u32, lies: bool) -> Vec<(Show, Rect)> {
    let Some((first, others)) = panels.split_first() else {
        return Vec::new();
    };
    if !lies || others.is_empty() {
        return stacked(panels, room, gap);
    }
    let all: u32 = panels.iter().map(|panel| panel.share).sum();
    let width = part(room.width.saturating_sub(gap), first.share, all);
    let left = Rect { width, ..room };
    let right = Rect {
        x: room.x + width + gap,
        width: room.width.saturating_sub(width + gap),
        ..room
    };
    std::iter::once((first.show, left))
        .chain(stacked(others, right, gap))
        .collect()
}

/// Stacks `panels` in `room` from the top, in proportion to their shares.
fn stacked(panels: &[Panel], room: Rect, gap: u32) -> Vec<(Show, Rect)> {
    let all: u32 = panels.iter().map(|panel| panel.share).sum();
    let gaps = u32::try_from(panels.len().saturating_sub(1)).unwrap_or(0);
    let height = room.height.saturating_sub(gap * gaps);
    let mut placed = Vec::new();
    let mut shares = 0;
    let mut before = 0;
    for panel in panels {
        shares += panel.share;
        let until = part(height, shares, all);
        let at = u32::try_from(placed.len()).unwrap_or(0);
        placed.push((
            panel.show,
            Rect {
                y: room.y + before + at * gap,
                height: until - before,
                ..room
            },
        ));
        before = until;
    }
    placed
}

/// What is inside the panel of calls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CallsPlan {
    /// The newest call.
    pub now: Rect,
    /// Its heading, with the place of the window, from its top, in pixels.
    pub head: f32,
    /// The second language, from its bottom, in pixels.
    pub foot: f32,
    /// The margin at its sides, in pixels.
    pub side: f32,
    /// The other calls; nothing high when there is no room for them.
    pub list: Rect,
    /// The heading of the list, in pixels.
    pub list_head: f32,
    /// How many of them there are.
    pub rows: usize,
    /// How high a row is, in pixels.
    pub row: f32,
    /// The size of its letters, in pixels.
    pub row_letters: f32,
}

impl CallsPlan {
    fn of(panel: Rect, unit: f32, lies: bool, label_sizes: f32) -> Self {
        // Beside each other in a wide panel, else below each other.
        const WIDE: (u32, u32) = (16, 10);
        let now_percent = if lies { NOW_PERCENT.0 } else { NOW_PERCENT.1 };
        let rows_wanted = if lies {
            CALL_ROWS_WANTED.0
        } else {
            CALL_ROWS_WANTED.1
        };
        let gap = whole(GAP * unit);
        let wide = u64::from(panel.width) * u64::from(WIDE.1)
            >= u64::from(panel.height) * u64::from(WIDE.0);
        let (now, list) = if wide {
            let width = part(panel.width.saturating_sub(gap), NOW_PERCENT.0, 100);
            let now = Rect { width, ..panel };
            let list = Rect {
                x: panel.x + width + gap,
                width: panel.width.saturating_sub(width + gap),
                ..panel
            };
            (now, list)
        } else {
            let shared = panel.height.saturating_sub(gap);
            let most = part(shared, now_percent, 100);
            let around = (NOW_HEAD + NOW_FOOT) * unit;
            let holds = |letters: f32| whole(around + letters / NOW_LETTERS);
            let across = pixels(panel.width) - 2.0 * NOW_SIDE * unit;
            let filled = holds(across / label_sizes.max(1.0) * NOW_AIR);
            let good_rows = LIST_HEAD + CALL_ROW_GOOD * rows_wanted as f32;
            let left = shared.saturating_sub(whole(good_rows * unit));
            let height = most
                .min(filled)
                .min(left.max(holds(NOW_LETTERS_GOOD * unit)));
            (Rect { height, ..panel }, panel.below(height + gap))
        };
        let list_head = (LIST_HEAD * unit).min(pixels(list.height) * 0.25);
        let rows_high = pixels(list.height) - list_head;
        let fit = |row: f32| whole(rows_high / (row * unit)) as usize;
        let rows = fit(CALL_ROW_GOOD).max(fit(CALL_ROW_MIN).min(rows_wanted));
        let rows = rows.clamp(1, CALLS_MAX - 1);
        let row = rows_high / rows as f32;
        // A row holds the number, a word, an arrow and the window's number of two digits.
        let row_letters = (row * 0.95).min(pixels(list.width) / (label_sizes + 5.3));
        let high = pixels(now.height);
        Self {
            now,
            head: (NOW_HEAD * unit).min(high * 0.17),
            foot: (NOW_FOOT * unit).min(high * 0.15),
            side: NOW_SIDE * unit,
            list,
            list_head,
            rows,
            row,
            row_letters,
        }
    }

    /// The room between heading and foot of the newest call: across and down, in pixels.
    #[must_use]
    pub fn room(&self) -> (f32, f32) {
        let across = pixels(self.now.width) - 2.0 * self.side;
        let down = pixels(self.now.height) - self.head - self.foot;
        (across.max(0.0), down.max(0.0))
    }

    /// The size of the letters of the newest number, in pixels, when it is `sizes` of them wide ([`super::text::width`]).
    #[must_use]
    pub fn now_letters(&self, sizes: f32) -> f32 {
        let (across, down) = self.room();
        (down * NOW_LETTERS).min(across / sizes.max(1.0))
    }

    /// The same of the way to the window below it.
    #[must_use]
    pub fn way_letters(&self, sizes: f32) -> f32 {
        let (across, down) = self.room();
        (down * 0.33).min(across / sizes.max(1.0))
    }
}

/// What is inside the panel of windows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindowsPlan {
    /// Where the rows lie, below the heading.
    pub rows_in: Rect,
    /// The heading, in pixels.
    pub head: f32,
    /// How many stand beside each other.
    pub columns: usize,
    /// How many stand below each other.
    pub rows: usize,
    /// The size of their letters, in pixels.
    pub letters: f32,
    /// How many pages there are; more than one only where letters would become too small to read.
    pub pages: usize,
}

impl WindowsPlan {
    fn of(panel: Rect, unit: f32, count: usize, label_sizes: f32) -> Self {
        let head = (HEADING * unit).min(pixels(panel.height) * 0.2);
        let rows_in = panel.below(whole(head));
        let (across, down) = (pixels(rows_in.width), pixels(rows_in.height));
        let count = count.max(1);
        let sizes = WINDOW_ROW_SIZES + label_sizes;
        let letters = |columns: usize, rows: usize| {
            (down / rows as f32 * WINDOW_LETTERS)
                .min(across / columns as f32 / sizes)
                .min(WINDOW_LETTERS_MAX * unit)
        };
        let mut best = (1, count, letters(1, count));
        for columns in 2..=WINDOW_COLUMNS_MAX {
            let rows = count.div_ceil(columns);
            let size = letters(columns, rows);
            if size > best.2 {
                best = (columns, rows, size);
            }
        }
        let least = WINDOW_LETTERS_MIN * unit;
        if best.2 < least {
            let fit = |length: f32| (whole(length) as usize).max(1);
            let rows = fit(down / (least / WINDOW_LETTERS));
            let columns = fit(across / (least * sizes)).min(WINDOW_COLUMNS_MAX);
            let paged = letters(columns, rows);
            if paged > best.2 {
                best = (columns, rows, paged);
            }
        }
        let (columns, rows, letters) = best;
        Self {
            rows_in,
            head,
            columns,
            rows,
            letters,
            pages: count.div_ceil(columns * rows),
        }
    }
}

/// What is inside the panel of waiting numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaitingPlan {
    /// Where the cells lie, below the heading.
    pub cells_in: Rect,
    /// The heading, in pixels.
    pub head: f32,
    /// How many stand beside each other: they are read like a text, row by row.
    pub columns: usize,
    /// How many stand below each other.
    pub rows: usize,
    /// The size of their letters, in pixels.
    pub letters: f32,
    /// How many pages there are.
    pub pages: usize,
}

impl WaitingPlan {
    fn of(panel: Rect, unit: f32, count: usize, label_sizes: f32) -> Self {
        let head = (HEADING * unit).min(pixels(panel.height) * 0.25);
        let cells_in = panel.below(whole(head));
        let (across, down) = (pixels(cells_in.width), pixels(cells_in.height));
        let cell = label_sizes + WAITING_CELL_SIDES;
        let fit = |length: f32| (whole(length) as usize).max(1);
        let grid = |letters: f32| {
            let columns = fit(across / (letters * unit * cell));
            let rows = fit(down / (letters * unit * WAITING_CELL_HEIGHT));
            (columns, rows, letters * unit)
        };
        let pages_of =
            |(columns, rows, _): (usize, usize, f32)| count.div_ceil(columns * rows).max(1);
        let [.., least] = WAITING_LETTERS.map(grid);
        let pages = pages_of(least);
        let mut sizes = WAITING_LETTERS.into_iter().map(grid);
        let largest = sizes.find(|size| pages_of(*size) <= pages);
        let (columns, rows, letters) = largest.unwrap_or(least);
        Self {
            cells_in,
            head,
            columns,
            rows,
            // A panel that is smaller than one such cell has a smaller one.
            letters: letters.min(across / cell).min(down / WAITING_CELL_HEIGHT),
            pages,
        }
    }
}

/// What is inside the panel of services.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountsPlan {
    /// Where the cells lie, below the heading.
    pub cells_in: Rect,
    /// The heading, in pixels.
    pub head: f32,
    /// How many stand beside each other.
    pub columns: usize,
    /// How many stand below each other.
    pub rows: usize,
    /// How high each is, in pixels.
    pub cell: f32,
    /// How high it would be if it were no higher than its letters want, in pixels.
    pub lettered: f32,
    /// How many pages there are.
    pub pages: usize,
}

impl CountsPlan {
    fn of(panel: Rect, unit: f32, count: usize) -> Self {
        let head = (HEADING * unit).min(pixels(panel.height) * 0.25);
        let cells_in = panel.below(whole(head));
        let (across, down) = (pixels(cells_in.width), pixels(cells_in.height));
        let fit = |length: f32| (whole(length) as usize).max(1);
        let count = count.max(1);
        let columns_max = fit(across / (COUNT_CELL_MIN.0 * unit));
        let rows_max = fit(down / (COUNT_CELL_MIN.1 * unit));
        let columns = count.div_ceil(rows_max).min(columns_max);
        let rows = count.div_ceil(columns).min(rows_max);
        let cell = (down / rows as f32).min(COUNT_CELL_HEIGHT_MAX * unit);
        Self {
            cells_in,
            head,
            columns,
            rows,
            cell,
            lettered: cell.min(COUNT_LETTERS_MAX * unit),
            pages: count.div_ceil(columns * rows),
        }
    }
}

/// What is inside a strip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StripPlan {
    /// The window's number.
    pub number: Rect,
    /// The size of its digits, in pixels.
    pub number_letters: f32,
    /// What the window does, and its ticket.
    pub state: Rect,
    /// Within it the word for what it does, when it has a ticket; without one the word has it all.
    pub word: Rect,
    /// Within it the ticket.
    pub ticket: Rect,
    /// What it serves.
    pub services: Rect,
}

impl StripPlan {
    fn of(panel: Rect, unit: f32, lies: bool) -> Self {
        let gap = whole(GAP * unit);
        let services = part(panel.height, 20, 100);
        let above = Rect {
            height: panel.height.saturating_sub(services + gap),
            ..panel
        };
        let below = Rect {
            y: panel.y + above.height + gap,
            height: panel.height.saturating_sub(above.height + gap),
            ..panel
        };
        let (number, state) = if lies {
            let width = part(above.width.saturating_sub(gap), 30, 100);
            let state = Rect {
                x: above.x + width + gap,
                width: above.width.saturating_sub(width + gap),
                ..above
            };
            (Rect { width, ..above }, state)
        } else {
            let height = part(above.height.saturating_sub(gap), 38, 100);
            let state = Rect {
                y: above.y + height + gap,
                height: above.height.saturating_sub(height + gap),
                ..above
            };
            (Rect { height, ..above }, state)
        };
        let (word, ticket) = Self::divide(state);
        let number_letters = (pixels(number.height) * 0.7)
            .min((pixels(number.width) - 2.0 * SIDE * unit) / (2.0 * DIGIT_WIDTH));
        Self {
            number,
            number_letters: number_letters.max(0.0),
            state,
            word,
            ticket,
            services: below,
        }
    }

    /// The word stands above the ticket; in a strip that is very low, to its left.
    fn divide(state: Rect) -> (Rect, Rect) {
        const LOW: u32 = 4;
        const ABOVE_PERCENT: u32 = 32;
        const BESIDE_PERCENT: u32 = 36;
        if state.width >= state.height.saturating_mul(LOW) {
            let width = part(state.width, BESIDE_PERCENT, 100);
            let ticket = Rect {
                x: state.x + width,
                width: state.width - width,
                ..state
            };
            return (Rect { width, ..state }, ticket);
        }
        let height = part(state.height, ABOVE_PERCENT, 100);
        (Rect { height, ..state }, state.below(height))
    }

    /// The size of the letters of the ticket, in pixels, when it is `sizes` of them wide.
    #[must_use]
    pub fn ticket_letters(&self, sizes: f32) -> f32 {
        let (width, height) = (pixels(self.ticket.width), pixels(self.ticket.height));
        (height * 0.85).min(width * 0.94 / sizes.max(1.0))
    }
}

impl Geometry {
    /// Where the panel of this kind lies, if there is one.
    #[must_use]
    pub fn panel(&self, show: Show) -> Option<Rect> {
        let mut panels = self.panels.iter();
        panels.find(|(kind, _)| *kind == show).map(|(_, at)| *at)
    }

    /// What is inside the panel of calls, if there is one; numbers are `label_sizes` of their letters wide at most.
    #[must_use]
    pub fn calls(&self, label_sizes: f32) -> Option<CallsPlan> {
        let panel = self.panel(Show::Calls)?;
        let lies = self.extent.lies();
        Some(CallsPlan::of(panel, self.unit, lies, label_sizes))
    }

    /// What is inside the panel of windows, if there is one, for `count` windows.
    #[must_use]
    pub fn windows(&self, count: usize, label_sizes: f32) -> Option<WindowsPlan> {
        let panel = self.panel(Show::Windows)?;
        Some(WindowsPlan::of(panel, self.unit, count, label_sizes))
    }

    /// What is inside the panel of waiting numbers, if there is one, for `count` cells.
    #[must_use]
    pub fn waiting(&self, count: usize, label_sizes: f32) -> Option<WaitingPlan> {
        let panel = self.panel(Show::Waiting)?;
        Some(WaitingPlan::of(panel, self.unit, count, label_sizes))
    }

    /// What is inside the panel of services, if there is one, for `count` of them.
    #[must_use]
    pub fn counts(&self, count: usize) -> Option<CountsPlan> {
        let panel = self.panel(Show::Counts)?;
        Some(CountsPlan::of(panel, self.unit, count))
    }

    /// What is inside the strip, if it is one.
    #[must_use]
    pub fn strip(&self) -> Option<StripPlan> {
        let panel = self.panel(Show::Strip)?;
        Some(StripPlan::of(panel, self.unit, self.extent.lies()))
    }

    /// How high the digits are that tell who is called now, in pixels: of the newest call, else of the windows' rows, else
    /// of the strip. None when nothing tells it.
    #[must_use]
    pub fn call_digits(&self, windows: usize, label_sizes: f32) -> Option<f32> {
        let letters = if let Some(plan) = self.calls(label_sizes) {
            plan.now_letters(label_sizes)
        } else if let Some(plan) = self.windows(windows, label_sizes) {
            plan.letters
        } else {
            self.strip()?.ticket_letters(label_sizes)
        };
        Some(letters * DIGIT_HEIGHT)
    }

    /// How high the digits of the rows are, in pixels: the lowest of the other calls, of the windows, and of waiting
    /// numbers, however many there are. None without rows.
    #[must_use]
    pub fn row_digits(&self, windows: usize, label_sizes: f32) -> Option<f32> {
        let calls = self.calls(label_sizes).map(|plan| plan.row_letters);
        let windows = self.windows(windows, label_sizes).map(|plan| plan.letters);
        // Behind the last number stands how many more there are.
        let waiting = (0..=WAITING_MAX + 1).filter_map(|cells| self.waiting(cells, label_sizes));
        let waiting = waiting.map(|plan| plan.letters);
        let all = calls.into_iter().chain(windows).chain(waiting);
        Some(all.reduce(f32::min)? * DIGIT_HEIGHT)
    }
}
