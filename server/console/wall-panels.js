// The panels of the wall board. Each says how many pages it has in a room, and fills an element with one of them. Lengths that
// follow from a room are reckoned here, with the numbers of the Slint wall (display/ui).

import { h } from './dom.js';
import { cells, pageOf, queueCells, turnTo, widthOf } from './wall-layout.js';
import { both, box, LEAST_IN_CELL, line, p, put, set, span, unitOf } from './wall-lines.js';

/** The gap between two cells, in units. */
const CELL_GAP = 10;
/** A window's cell that is so many times as wide as high has its ticket beside the word; from which height on that is
    worth a lower cell, in units. */
const ROW_ACROSS = 4.6;
const ROW_HIGH = 100;
/** The sizes that a name of several lines may have, as parts of its full size; and how small its letters may become, in units. */
const LONG_STEPS = [1, 0.94, 0.88, 0.82, 0.76, 0.7, 0.65, 0.6, 0.55, 0.51, 0.47, 0.43, 0.4, 0.37, 0.34, 0.31];
const LONG_LEAST = 17;
/** More services than this are not read from a strip. */
const SERVICES_ON_STRIP = 6;
/** Where the middle of a digit is in a line as high as its letters, from the top. */
const DIGIT_MIDDLE = 0.57;
/** A row of calls is at least so high: its digits then have the 79 that ten metres want on 55 inches. */
const CALL_ROW = 113.6;

function headOf(view, heading, pages, page, ...more) {
  return box('head', span('heading fit', heading.first), span('second fit', heading.second, view.second), ...more, pages > 1 ? span('page', `${page + 1} / ${pages}`) : null);
}

function emptyOf(view, pair) {
  return box('none', p('', pair.first), pair.second === '' ? null : h('p', { class: 'second', lang: view.second }, pair.second));
}

// --- Calls ---

/** Where the newest call and the others stand: beside each other in a broad room, else below. */
function callRooms({ width, height, unit, upright }) {
  const gap = 16 * unit;
  if (width >= height * 1.6) {
    const now = width * 0.545 - gap / 2;
    return { now: { x: 0, y: 0, width: now, height }, list: { x: now + gap, y: 0, width: width - now - gap, height } };
  }
  const now = height * (upright ? 0.52 : 0.55) - gap / 2;
  return { now: { x: 0, y: 0, width, height: now }, list: { x: 0, y: now + gap, width, height: height - now - gap } };
}

const listHead = (unit) => 66 * unit;
const rowsOf = (list, unit) => Math.max(1, Math.floor((list.height - listHead(unit)) / (CALL_ROW * unit)));

/** Calls whose holders are awaited turn pages when they are more than there are rows; older ones only fill the rest. */
function awaited(panel) {
  return panel.calls.filter((call) => call.kind === 'calling');
}

const calls = {
  pages(panel, room) {
    return Math.max(1, Math.ceil(awaited(panel).length / rowsOf(callRooms(room).list, room.unit)));
  },
  fill(element, panel, room, whole, page) {
    const { unit } = room;
    element.classList.add('bare');
    const rooms = callRooms(room);
    // A call is said in both languages at any time, also where they alternate.
    const view = { ...whole, second: whole.other };
    element.append(panel.now === null ? calmOf(panel, rooms.now, view) : nowOf(panel, rooms.now, unit, view));
    const rows = rowsOf(rooms.list, unit);
    const pages = calls.pages(panel, room);
    const shown = pages > 1 ? awaited(panel).slice(page * rows, (page + 1) * rows) : panel.calls.slice(0, rows);
    const list = put(box('list'), rooms.list.x, rooms.list.y, rooms.list.width, rooms.list.height);
    list.append(headOf(view, panel.callsHeading, pages, page, shown.length > 0 ? span('way', `→ ${panel.wayHeading}`) : null));
    const high = (rooms.list.height - listHead(unit)) / rows;
    const size = Math.min(high * 0.95, rooms.list.width / 7.4);
    shown.forEach((call) => list.append(rowOf(call, size, high, view)));
    if (shown.length === 0) {
      list.append(emptyOf(view, panel.noCalls));
    }
    element.append(list);
  },
};

function calmOf(panel, room, view) {
  const calm = box('now calm', p('', panel.heading.first), panel.heading.second === '' ? null : h('p', { class: 'second', lang: view.second }, panel.heading.second));
  return put(calm, room.x, room.y, room.width, room.height);
}

function nowOf(panel, room, unit, view) {
  const call = panel.now;
  const wide = call.behind.length * 0.9;
  const head = 78 * unit;
  const foot = 66 * unit;
  // What is left for the number and the way, and how they share it. A digit is 0.57 wide and 0.74 high.
  const left = room.height - head - foot;
  const across = room.width - 72 * unit;
  const label = Math.min(left * 0.67, across / (Math.max(4, call.label.length) * 0.62));
  const way = Math.min(left * 0.32, across / (1.1 + (call.number.length + call.before.length) * 0.6 + wide));
  // The free space above, between and below is the same.
  const air = (left - label * 0.74 - way * 0.9) / 3;
  const mark = [call.mark.first, call.mark.second].filter((one) => one !== '').join(' ');
  const place = [call.place.first, call.place.second].filter((one) => one !== '').join(' ');
  const labelLine = set(p('label', call.label), { 'font-size': `${label}px`, top: `${head + air + label * (0.37 - DIGIT_MIDDLE)}px` });
  const wayLine = set(p('way-to', span('word', '→ '), call.before === '' ? null : span('word', `${call.before} `), call.number, call.behind === '' ? null : span('word', ` ${call.behind}`)), {
    'font-size': `${way}px`, bottom: `${foot + air + way * (0.45 - (1 - DIGIT_MIDDLE))}px`,
  });
  const now = box(
    `now ${call.kind}${call.lit ? ' lit' : ''}`,
    box('head', span('heading fit', panel.heading.first), span('second fit', panel.heading.second, view.second), mark === '' ? null : span('mark', mark)),
    labelLine,
    wayLine,
    box('foot', span('place fit', place), span('second fit', call.second, view.second)),
  );
  return put(now, room.x, room.y, room.width, room.height);
}

function rowOf(call, size, high, view) {
  const marked = call.mark.first !== '';
  const words = box(`words${marked ? ' marked' : ''}`, marked ? span('mark fit', call.mark.first) : null, line('', call.word.first), call.word.second === '' || marked ? null : line('second', call.word.second, view.second));
  const row = box(`row ${call.kind}${call.lit ? ' lit' : ''}`, span('label fit', call.label), words, span('arrow', '→'), span('number fit', call.number));
  return set(row, { '--row': `${size}px`, height: `${high}px` });
}

// --- Cells ---

/** The grid of a panel with cells, and where it begins; in the default board the heading stands at the left. */
function gridOf(count, room, least, highest) {
  const { unit } = room;
  const gap = CELL_GAP * unit;
  if (room.grid !== null) {
    const left = 148 * unit;
    const { columns, rows } = room.grid;
    return { left, top: 0, columns, rows, gap, width: (room.width - left + gap) / columns - gap, height: (room.height + gap) / rows - gap };
  }
  const pad = 14 * unit;
  const top = listHead(unit);
  const inside = { width: room.width - 2 * pad, height: room.height - top - pad };
  return { left: pad, top, ...cells(count, inside, { width: least.width * unit, height: least.height * unit, across: least.across }, highest * unit, gap) };
}

/** Puts a page of cells into a panel; `down`: they follow each other down the columns, which rows of a list do. */
function fillCells(element, heading, items, grid, room, view, page, make, down = false) {
  const part = pageOf(items, grid.columns * grid.rows, page);
  if (room.grid === null) {
    element.append(headOf(view, heading, part.pages, part.page));
  } else {
    element.classList.add('bare');
    element.append(box('left', ...both('heading', heading, view), part.pages > 1 ? span('page', `${part.page + 1} / ${part.pages}`) : null));
  }
  part.items.forEach((item, at) => {
    const falls = down && room.grid === null;
    const column = falls ? Math.floor(at / grid.rows) : at % grid.columns;
    const row = falls ? at % grid.rows : Math.floor(at / grid.columns);
    const cell = make(item);
    put(cell, grid.left + column * (grid.width + grid.gap), grid.top + row * (grid.height + grid.gap), grid.width, grid.height);
    element.append(set(cell, { '--h': `${grid.height}px` }));
  });
}

const pagesOf = (count, grid) => Math.max(1, Math.ceil(count / (grid.columns * grid.rows)));

/** The grid of windows. A cell is rather lower than so narrow for its height that the ticket goes above the word. */
export function windowGrid(panel, room) {
  const grid = gridOf(panel.windows.length, room, { width: 225, height: 72, across: 4 }, 200);
  const row = grid.width / ROW_ACROSS;
  return room.grid === null && row >= ROW_HIGH * room.unit ? { ...grid, height: Math.min(grid.height, row) } : grid;
}


/** Whether a window's cell has no room for its ticket beside the word. */
export const isTight = (grid) => grid.width < grid.height * ROW_ACROSS * 0.999;

const windows = {
  pages: (panel, room) => pagesOf(panel.windows.length, windowGrid(panel, room)),
  seen(panel, room) {
    const { columns, rows } = windowGrid(panel, room);
    return turnTo(panel.turnTo, columns * rows);
  },
  fill(element, panel, room, view, page) {
    const grid = windowGrid(panel, room);
    const tight = isTight(grid);
    fillCells(element, panel.heading, panel.windows, grid, room, view, page, (one) => (tight ? tightWindow(one) : windowRow(one, view)), true);
  },
};

/** What a window does as a shape, drawn in wall.css: who does not tell colours apart sees it. */
const signOf = (kind) => h('i', { class: `sign ${kind}`, 'aria-hidden': 'true' });

/** A window in a small cell: what it does below its ticket. */
function tightWindow(one) {
  const alone = one.label === '' && one.pause.first === '';
  return box(
    `cell window tight ${one.kind}${one.lit ? ' lit' : ''}`,
    span('number', one.number),
    box('said', one.label === '' ? null : line('label', one.label, null, LEAST_IN_CELL), h('p', { class: `fit word${alone ? ' alone' : ''}` }, signOf(one.kind), ' ', one.word.first)),
  );
}

/** A window in a row: number, shape and word, ticket; a pause with its reason and return in the place of the ticket. */
function windowRow(one, view) {
  const words = [line('word', one.word.first), one.word.second === '' || one.pause.first !== '' ? null : line('second', one.word.second, view.second)];
  const why = one.pause.first === '' ? null : line('pause-text', one.pause.first);
  return box(`cell window ${one.kind}${one.lit ? ' lit' : ''}`, span('number', one.number), signOf(one.kind), box('said', ...words, why), one.label === '' ? null : line('label', one.label));
}

const countGrid = (panel, room) => gridOf(panel.services.length, room, { width: 290, height: 84, across: 3.4 }, 210);

const counts = {
  pages: (panel, room) => pagesOf(panel.services.length, countGrid(panel, room)),
  fill(element, panel, room, view, page) {
    const grid = countGrid(panel, room);
    fillCells(element, panel.heading, panel.services, grid, room, view, page, (one) => serviceCell(one, grid, view));
  },
  /** Makes a long name as large as its cell allows, in as many lines as it takes. */
  settle(element) {
    const least = LONG_LEAST * unitOf(window.innerWidth, window.innerHeight);
    element.querySelectorAll('.service.long .name').forEach((name) => {
      const full = parseFloat(getComputedStyle(name).fontSize);
      // Letters reach out of lines as close as these; a line more is more than that.
      const whole = (step) => name.scrollHeight <= name.clientHeight + full * step * 0.15 && name.scrollWidth <= name.clientWidth + 1;
      const fits = LONG_STEPS.filter((step) => full * step >= least).some((step) => {
        name.style.setProperty('--fit', step);
        return whole(step);
      });
      if (!fits) {
        const lineHigh = parseFloat(getComputedStyle(name).lineHeight);
        set(name, { '--lines': Math.max(1, Math.floor((name.clientHeight + 1) / lineHigh)) });
        name.classList.add('cut');
      }
    });
  },
};

/** A service: its count beside its name, or in a narrow cell below it. */
function serviceCell(one, grid, view) {
  const noted = one.note.first !== '';
  const stacked = grid.width < grid.height * 3.6;
  const name = h('p', { class: 'fit name', 'data-least': LEAST_IN_CELL, 'data-long': '' }, one.name.first);
  const below = noted ? line('note', one.note.first) : h('p', { class: 'fit second', lang: view.second, 'data-least': LEAST_IN_CELL, 'data-dispensable': '' }, one.name.second);
  const count = span('count', one.waiting);
  const classes = `cell service${noted ? ' noted' : ''}`;
  return stacked ? box(`${classes} stacked`, name, box('below', below, count)) : box(classes, box('names', name, below), count);
}

/** The grid of waiting numbers; none of them less wide than `A000`, so that letters keep their size while numbers change. */
function queueGrid(panel, room) {
  const { unit } = room;
  const pad = 14 * unit;
  const top = listHead(unit);
  const inside = { width: room.width - 2 * pad, height: room.height - top - pad };
  const numbers = panel.numbers.filter((one) => !one.more);
  const across = numbers.reduce((most, one) => Math.max(most, widthOf(one.text)), widthOf('A000'));
  return { left: pad, top, ...queueCells(panel.numbers.length, inside, across, unit, CELL_GAP * unit) };
}

const waiting = {
  pages: (panel, room) => pagesOf(panel.numbers.length, queueGrid(panel, room)),
  fill(element, panel, room, view, page) {
    const grid = queueGrid(panel, room);
    const cell = (one) => set(box(`cell queued${one.more ? ' more' : ''}`, h('p', { class: 'fit label' }, one.text)), { '--letters': `${grid.letters}px` });
    fillCells(element, panel.heading, panel.numbers, grid, room, view, page, cell);
    if (panel.numbers.length === 0) {
      element.append(emptyOf(view, panel.none));
    }
  },
};

// --- One window alone, and notices ---

const strip = {
  pages: () => 1,
  fill(element, panel, room, view) {
    const { unit } = room;
    const upright = room.width <= room.height;
    element.classList.toggle('upright', upright);
    const half = upright ? Math.min(room.width, room.height * 0.5) : Math.min(room.width * 0.5, room.height);
    // The number on the sign gets what the services below it leave.
    const served = panel.services.slice(0, SERVICES_ON_STRIP);
    const lines = served.reduce((sum, name) => sum + (name.second === '' ? 68 : 122), 170) * unit;
    const sign = Math.max(half * 0.15, Math.min(half * 0.42, ((upright ? room.height / 2 : room.height) - lines) / 1.37));
    set(element, { '--big': `${half * 0.42}px`, '--sign': `${sign}px` });
    const { kind, label, pause, lit, number, word } = panel.window;
    const named = [panel.before, panel.behind].filter((one) => one !== '').join(' ');
    const services = [].concat(...served.map((name) => both('', name, view)));
    const mark = [panel.mark.first, panel.mark.second].filter((one) => one !== '').join(' ');
    element.append(
      box('sign-post', line('sign-number', number), line('sign-word', named), panel.second === '' ? null : line('second', panel.second, view.second), box('services', ...services)),
      box(
        `state ${kind}${lit ? ' lit' : ''}`,
        mark === '' ? null : span('mark', mark),
        label === '' ? null : line('label', label),
        h('p', { class: 'fit word' }, signOf(kind), ' ', word.first),
        word.second === '' ? null : line('second', word.second, view.second),
        pause.first === '' ? null : line('pause-text', pause.first),
        pause.second === '' ? null : line('pause-text', pause.second, view.second),
      ),
    );
  },
};

const notices = {
  pages: (panel) => Math.max(1, panel.notices.length),
  fill(element, panel, _room, view, page) {
    const notice = panel.notices[page];
    element.append(headOf(view, panel.heading, panel.notices.length, page));
    if (notice === undefined) {
      element.append(emptyOf(view, panel.none));
      return;
    }
    element.append(box('notice', p('', notice.first), notice.second === '' ? null : h('p', { class: 'second', lang: view.second }, notice.second)));
  },
  /** Makes a notice as large as its room allows, and as small as it must be to be read whole. */
  settle(element) {
    const notice = element.querySelector('.notice');
    if (notice === null) {
      return;
    }
    const steps = [2, 1.8, 1.6, 1.4, 1.2, 1, 0.9, 0.8, 0.72, 0.65, 0.58, 0.52, 0.47, 0.42, 0.38, 0.34, 0.3];
    notice.style.setProperty('--fit', 2.2);
    for (let at = 0; at < steps.length && notice.scrollHeight > notice.clientHeight + 1; at += 1) {
      notice.style.setProperty('--fit', steps[at]);
    }
  },
};

/** Every panel by its kind. */
export const PANELS = { calls, windows, counts, waiting, strip, notices };
