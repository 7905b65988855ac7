// What is shown where: reads the layout that the server gives, and divides rooms. Pure: no page, no clock.

/** Every panel that this page can draw; `pictures` is known and left out, for a browser has no folder of pictures. */
export const PANELS = ['calls', 'windows', 'waiting', 'counts', 'strip', 'notices'];
/** More panels than this no wall has room for; the rest is left out. */
export const PANELS_MAX = 4;
export const THEMES = ['dark', 'light', 'contrast'];
const SECONDS = ['beside', 'alternate', 'none'];
const FIELDS = ['id', 'theme', 'second', 'languages', 'line', 'logo', 'panels'];

/** The board where no layout is given: the calls, and below them the windows and who waits. */
export const DEFAULT_LAYOUT = {
  theme: 'dark', second: 'beside', languages: [], line: null, classic: true,
  panels: [{ show: 'calls', share: 62 }, { show: 'windows', share: 19 }, { show: 'counts', share: 19 }],
};

/**
 * Reads a LayoutView. What a newer server may have put in and this page does not know is told to `odd` and left out; the
 * rest goes on.
 * @param view the layout as it came; null or not there: the default
 * @param known tags of the languages that this page speaks
 * @param odd called with a sentence for each thing that is left out
 */
export function readLayout(view, known, odd) {
  if (view === null || view === undefined) {
    return DEFAULT_LAYOUT;
  }
  if (typeof view !== 'object' || !Array.isArray(view.panels)) {
    odd('the layout is no layout of version 1: the default is shown');
    return DEFAULT_LAYOUT;
  }
  Object.keys(view).filter((field) => !FIELDS.includes(field)).forEach((field) => odd(`the layout's field “${field}” is not known here and is left out`));
  const panels = readPanels(view.panels, odd);
  if (panels.length === 0) {
    odd('the layout has nothing that a browser can show: the default is shown');
    return DEFAULT_LAYOUT;
  }
  return {
    theme: oneOf(THEMES, view.theme, 'theme', odd),
    second: oneOf(SECONDS, view.second, 'second', odd),
    languages: (Array.isArray(view.languages) ? view.languages : []).filter((tag) => known.includes(tag)).slice(0, 2),
    line: view.line !== null && typeof view.line === 'object' ? view.line : null,
    classic: false,
    panels,
  };
}

function oneOf(choices, value, field, odd) {
  if (!choices.includes(value)) {
    odd(`the layout's ${field} “${value}” is not known here: “${choices[0]}” is taken`);
    return choices[0];
  }
  return value;
}

function readPanels(given, odd) {
  const panels = [];
  for (const panel of given) {
    const show = panel === null ? undefined : panel.show;
    if (show === 'pictures') {
      continue;
    }
    if (!PANELS.includes(show)) {
      odd(`the panel “${show}” is not known here and is left out`);
    } else if (panels.some((one) => one.show === show)) {
      odd(`the panel “${show}” is there twice: the first counts`);
    } else if (panels.length === PANELS_MAX) {
      odd(`more than ${PANELS_MAX} panels: “${show}” is left out`);
    } else {
      panels.push({ show, share: panel.share > 0 ? panel.share : 1 });
    }
  }
  const others = panels.filter((one) => one.show !== 'strip');
  if (others.length > 0 && others.length < panels.length) {
    odd('a strip stands alone: it is left out beside other panels');
  }
  const kept = others.length > 0 ? others : panels;
  // What a panel that is left out had, the others share.
  const sum = kept.reduce((all, one) => all + one.share, 0);
  return kept.map((one) => ({ show: one.show, share: (one.share * 100) / sum }));
}

/**
 * Divides a room among panels.
 * An upright one stacks them from the top. A lying one gives the first its share of the width at full height, and stacks
 * the others beside it, in proportion.
 * @param room `{width, height}`, any unit
 * @param gap between two panels
 * @returns a `{x, y, width, height}` for each panel
 */
export function arrange(panels, room, upright, gap) {
  if (upright || panels.length === 1) {
    return stack(panels, { x: 0, y: 0, ...room }, gap);
  }
  const width = ((room.width - gap) * panels[0].share) / 100;
  const first = { x: 0, y: 0, width, height: room.height };
  return [first, ...stack(panels.slice(1), { x: width + gap, y: 0, width: room.width - width - gap, height: room.height }, gap)];
}

function stack(panels, room, gap) {
  const sum = panels.reduce((all, one) => all + one.share, 0);
  const height = room.height - gap * (panels.length - 1);
  let y = room.y;
  return panels.map((one) => {
    const place = { x: room.x, y, width: room.width, height: (height * one.share) / sum };
    y += place.height + gap;
    return place;
  });
}

/** The room of an upright board of 1080×1920 is about so high, in units. */
const CLASSIC_UPRIGHT = 1750;

/**
 * The board without a layout: the calls get all the room that the rows of windows and services below leave. Lengths are
 * those of the Slint wall (display/ui/display.slint), times `unit`.
 * @returns places for `calls`, `windows` and `counts`, and how many columns and rows the lower two have
 */
export function classic(windows, services, room, upright, unit) {
  const gap = 10 * unit;
  const pad = 16 * unit;
  // Few cells are wide ones.
  const windowColumns = clamp(windows, 2, upright ? 4 : 8);
  // A screen that is higher than most has more rows of them rather than an empty list of calls.
  const tall = upright ? clamp(room.height / (CLASSIC_UPRIGHT * unit), 1, 4) : 1;
  const windowRows = clamp(Math.ceil(windows / windowColumns), 1, upright ? Math.floor(4 * tall) : 2);
  const lyingColumns = services <= 6 ? Math.max(2, services) : clamp(Math.ceil(services / 2), 4, 6);
  const serviceColumns = upright ? clamp(services, 2, 3) : lyingColumns;
  const serviceRows = clamp(Math.ceil(services / serviceColumns), 1, upright ? Math.floor(4 * tall) : 2);
  const servicesHigh = serviceRows * (96 * unit + gap) - gap;
  const windowsHigh = windowRows * (82 * unit + gap) - gap;
  const windowsAt = room.height - servicesHigh - pad - windowsHigh;
  return {
    places: [
      { x: 0, y: 0, width: room.width, height: windowsAt - pad },
      { x: 0, y: windowsAt, width: room.width, height: windowsHigh },
      { x: 0, y: room.height - servicesHigh, width: room.width, height: servicesHigh },
    ],
    windows: { columns: windowColumns, rows: windowRows },
    counts: { columns: serviceColumns, rows: serviceRows },
  };
}

/** A row of calls is at least so high, in units: its digits then have the 79 that ten metres want on 55 inches. */
export const CALL_ROW = 103.4;
/** The letters of a row, as part of its height; a digit is 0.733 of its letters. */
const ROW_LETTERS = 1.045;
/** A row is so high at most, in sizes of its letters: in a very high list the others would stand far apart. */
const ROW_HIGH_MOST = 1.5;
/** How wide a row is at least, in sizes of its letters: number, words, arrow and window. */
const ROW_ACROSS = 7.4;
/** The newest number is at least so many times as large as those of the rows. */
const NEWEST_LARGER = 1.6;
/** What stands above the list of calls, and above and below the newest one, with its border, in units. */
export const LIST_HEAD = 54;
export const NOW_HEAD = 68;
export const NOW_FOOT = 58;
export const NOW_BORDER = 6;
const NOW_SIDE = 30;
/** A panel of calls so many times as wide as high has the list beside the newest call. */
const BESIDE_ACROSS = 1.6;
/** What the newest call has of a panel in which the list is below it, at most and at least, lying and upright; and for how
    many rows it goes down to the least. */
const NOW_MOST = { lying: 0.55, upright: 0.52 };
const NOW_LEAST = { lying: 0.48, upright: 0.38 };
const ROWS_WANTED = { lying: 4, upright: 6 };
/** Beside the way there has to be so much room on each side for the zone and the second language, in units. */
const FLANK_LEAST = 290;
/** A digit and a window's number are so high, and the air between number and way at most, in sizes of their letters. */
const LABEL_HIGH = 0.74;
const WAY_HIGH = 0.9;
const AIR_MOST = 0.3;

/**
 * Where the newest call and the others stand, and how many rows the others have. The list takes as many rows as the newest
 * call can spare; what that one cannot use, because it is as large as the width allows, the list takes too.
 * @param room `{width, height, unit, upright}`
 * @param across `{label, way}`: how wide the newest number and the way to its window are, in sizes of their letters
 * @param most how many calls there are at most
 */
export function callsPlan({ width, height, unit, upright }, across, most) {
  const gap = 16 * unit;
  const rowsIn = (list) => clamp(Math.floor((list.height - LIST_HEAD * unit + 0.01) / (CALL_ROW * unit)), 1, most);
  const planned = (now, list) => {
    const rows = rowsIn(list);
    const high = (list.height - LIST_HEAD * unit) / rows;
    const newest = nowPlan(now, unit, across, true).label;
    const letters = Math.min(high * ROW_LETTERS, list.width / ROW_ACROSS, newest / NEWEST_LARGER);
    return { now, list, rows, row: { high: Math.min(high, letters * ROW_HIGH_MOST), letters } };
  };
  if (width >= height * BESIDE_ACROSS) {
    const now = width * 0.545 - gap / 2;
    return planned({ x: 0, y: 0, width: now, height }, { x: now + gap, y: 0, width: width - now - gap, height });
  }
  const way = upright ? 'upright' : 'lying';
  const left = (rows) => height - gap - (LIST_HEAD + rows * CALL_ROW) * unit;
  let rows = ROWS_WANTED[way];
  while (rows > 1 && left(rows) < height * NOW_LEAST[way]) {
    rows -= 1;
  }
  const inside = width - 2 * (NOW_BORDER + NOW_SIDE) * unit;
  const label = inside / across.label;
  const useful = label * (LABEL_HIGH + 3 * AIR_MOST) + Math.min(label * 0.62, inside / across.way) * WAY_HIGH + (NOW_HEAD + NOW_FOOT + 2 * NOW_BORDER) * unit;
  const now = Math.min(clamp(left(rows), height * NOW_LEAST[way], height * NOW_MOST[way]), useful);
  return planned({ x: 0, y: 0, width, height: now }, { x: 0, y: now + gap, width, height: height - now - gap });
}

/**
 * How large the newest number and the way to its window are, and where: the number is the one thing that everybody has to
 * see. In a broad room the zone and the second language stand left and right of the way, else below it.
 * @param room `{width, height}`
 * @param across as for `callsPlan`
 * @param footed whether there is anything to be said beside or below the way
 * @returns `{label, way, air, foot, flank}`: sizes of letters, the free space above, between and below, the height of the foot,
 *   and how wide what stands beside the way is; 0: it stands below
 */
export function nowPlan({ width, height }, unit, across, footed) {
  const inside = width - 2 * (NOW_BORDER + NOW_SIDE) * unit;
  const sized = (foot) => {
    const left = height - (2 * NOW_BORDER + NOW_HEAD) * unit - foot;
    const label = Math.min(left * 0.72, inside / across.label);
    const way = Math.min(left * 0.32, inside / across.way, label * 0.62);
    return { label, way, air: (left - label * LABEL_HIGH - way * WAY_HIGH) / 3, foot };
  };
  const broad = sized(0);
  const flank = (inside - broad.way * across.way) / 2 - 12 * unit;
  if (!footed || flank >= FLANK_LEAST * unit) {
    return { ...broad, flank: footed ? flank : 0 };
  }
  return { ...sized(NOW_FOOT * unit), flank: 0 };
}

/**
 * How many columns and rows of cells stand in a room: as those hold them all in which letters are largest; when not even the
 * smallest cells hold them all, as many as there is room for, and the rest is on other pages.
 * @param least the smallest cell, `{width, height, across}`; its letters are as high as a cell that is `across` times as
 *   wide as high allows
 * @param highest no cell is higher
 */
export function cells(count, room, least, highest, gap) {
  const columnsMost = Math.max(1, Math.floor((room.width + gap) / (least.width + gap)));
  const rowsMost = Math.max(1, Math.floor((room.height + gap) / (least.height + gap)));
  const of = (columns, rows) => {
    const width = (room.width + gap) / columns - gap;
    const height = Math.min(highest, (room.height + gap) / rows - gap);
    return { columns, rows, width, height, gap };
  };
  let best = null;
  let largest = 0;
  for (let columns = 1; columns <= columnsMost; columns += 1) {
    const rows = Math.max(1, Math.ceil(count / columns));
    const grid = of(columns, rows);
    const letters = Math.min(grid.height, grid.width / least.across);
    if (rows <= rowsMost && letters > largest) {
      best = grid;
      largest = letters;
    }
  }
  return best || of(columnsMost, rowsMost);
}

/** The letters of waiting numbers, in units: the largest of these that needs no more pages than the last. */
const QUEUE_LETTERS = [118, 96, 78, 64, 52];
/** How high the cell of a waiting number is, and how much wider than its number, in sizes of its letters. */
const QUEUE_CELL_HIGH = 1.3;
const QUEUE_CELL_SIDES = 0.7;

/**
 * How many columns and rows of waiting numbers stand in a room, and how large their letters are, as in
 * shared/src/wall/geometry.rs. There are few sizes, because the row is another one with every call: numbers keep their places
 * and their size for as long as they can.
 * @param across how wide the widest number is, in sizes of its letters
 */
export function queueCells(count, room, across, unit, gap) {
  const grid = (letters) => {
    const columns = Math.max(1, Math.floor(room.width / (letters * unit * (across + QUEUE_CELL_SIDES))));
    const rows = Math.max(1, Math.floor(room.height / (letters * unit * QUEUE_CELL_HIGH)));
    return { columns, rows, letters: letters * unit };
  };
  const sizes = QUEUE_LETTERS.map(grid);
  const pagesOf = (one) => Math.ceil(count / (one.columns * one.rows));
  const pages = pagesOf(sizes[sizes.length - 1]);
  const { columns, rows, letters } = sizes.find((one) => pagesOf(one) <= pages);
  const least = Math.min(letters, room.width / (across + QUEUE_CELL_SIDES), room.height / QUEUE_CELL_HIGH);
  return { columns, rows, letters: least, gap, width: (room.width + gap) / columns - gap, height: (room.height + gap) / rows - gap };
}

/** How wide a number is at most, in sizes of its letters. */
export function widthOf(label) {
  return [...label].reduce((sum, one) => sum + (/[0-9*]/.test(one) ? 0.59 : /[A-LN-VX-Z]/.test(one) ? 0.78 : 1), 0);
}

/** The turn of the pages of `size` at which the line `at` of a list is seen; null: whichever turn it is. */
export function turnTo(at, size) {
  return at === null || at < 0 ? null : Math.floor(at / size);
}

/** The part of `list` that stands on the page of this `turn`, of `size` each; which page that is, and of how many. */
export function pageOf(list, size, turn) {
  const pages = Math.max(1, Math.ceil(list.length / size));
  const page = turn % pages;
  return { items: list.slice(page * size, (page + 1) * size), page, pages };
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
