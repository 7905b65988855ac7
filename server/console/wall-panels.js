// The panels of the wall board. Each says how many pages it has in a room, and fills an element with one of them. Lengths that
// follow from a room are reckoned here, with the numbers of the Slint wall (display/ui).

import { h } from './dom.js';
import { CALLS_MAX } from './board.js';
import { callsPlan, cells, LIST_HEAD, NOW_HEAD, nowPlan, pageOf, queueCells, turnTo, widthOf } from './wall-layout.js';
import { both, box, fit, flow, LEAST_IN_CELL, line, p, put, set, span } from './wall-lines.js';

/** The gap between two cells, in units. */
const CELL_GAP = 10;
/** A window's cell that is so many times as wide as high has its ticket beside the word; from which height on that is
    worth a lower cell, in units. */
const ROW_ACROSS = 4.6;
const ROW_HIGH = 100;
/** Cells are no higher than this, in units, however few there are. */
const WINDOW_HIGH = 280;
const SERVICE_HIGH = 280;
/** How far the second language may shrink beside the count of a narrow cell that is high. */
const STACKED_SECOND_LEAST = 0.58;
/** How far a name of several lines may shrink beside its second language. */
const LONG_BESIDE_LEAST = 0.65;
/** More services than this are not read from a strip. */
const SERVICES_ON_STRIP = 6;
/** Where the middle of a digit is in a line as high as its letters, from the top. */
const DIGIT_MIDDLE = 0.57;
/** The word of a call with a class shrinks so far before it stands below the class, and there, before it stands alone. */
const ROW_WORD_LEAST = { beside: 0.7, below: 0.58 };
/** How far what a window does may shrink: a long word in a small cell is rather read from near than cut. */
const WORD_LEAST = 0.42;
/** A service's cell that is so high, in units, has room for a third line. */
const SERVICE_THREE = 128;

function headOf(view, heading, pages, page, ...more) {
  return box('head', span('heading fit', heading.first), span('second fit', heading.second, view.second), ...more, pages > 1 ? span('page', `${page + 1} / ${pages}`) : null);
}

function emptyOf(view, pair) {
  return box('none', p('', pair.first), pair.second === '' ? null : h('p', { class: 'second', lang: view.second }, pair.second));
}

// --- Calls ---

/** How wide the newest number and the way to its window are, in sizes of their letters. */
function acrossOf(call) {
  return { label: Math.max(4 * 0.62, widthOf(call.label)), way: 1.1 + (call.number.length + call.before.length) * 0.6 + call.behind.length * 0.9 };
}

/** What is reckoned with while nobody is called, so that the list keeps its rows. */
const USUAL = { label: 'A000', number: '0', before: '', behind: '号窗口' };

const planOf = (panel, room) => callsPlan(room, acrossOf(panel.now || USUAL), CALLS_MAX - 1);

/** Calls whose holders are awaited turn pages when they are more than there are rows; older ones only fill the rest. */
function awaited(panel) {
  return panel.calls.filter((call) => call.kind === 'calling');
}

const calls = {
  pages(panel, room) {
    return Math.max(1, Math.ceil(awaited(panel).length / planOf(panel, room).rows));
  },
  fill(element, panel, room, whole, page) {
    const { unit } = room;
    element.classList.add('bare');
    const plan = planOf(panel, room);
    const { rows } = plan;
    // A call is said in both languages at any time, also where they alternate.
    const view = { ...whole, second: whole.other };
    element.append(panel.now === null ? calmOf(panel, plan.now, view) : nowOf(panel, plan.now, unit, view));
    const pages = calls.pages(panel, room);
    const shown = pages > 1 ? awaited(panel).slice(page * rows, (page + 1) * rows) : panel.calls.slice(0, rows);
    const list = put(box('list'), plan.list.x, plan.list.y, plan.list.width, plan.list.height);
    list.append(set(headOf(view, panel.callsHeading, pages, page, shown.length > 0 ? span('way', `→ ${panel.wayHeading}`) : null), { height: `${LIST_HEAD * unit}px` }));
    shown.forEach((call) => list.append(rowOf(call, plan.row, view)));
    if (shown.length === 0) {
      list.append(emptyOf(view, panel.noCalls));
    }
    element.append(list);
  },
  settle(element) {
    flowAll(element);
    narrowRows(element);
  },
};

/** Where a word has no room beside the class, it stands below it, with the second language beside it. */
function narrowRows(element) {
  const small = (text, least) => text !== null && (text.scrollWidth > text.clientWidth + 1 || Number(text.style.getPropertyValue('--fit') || 1) < least);
  const narrow = [...element.querySelectorAll('.row .words.marked')].filter((words) => ['.word', '.second'].some((one) => small(words.querySelector(one), ROW_WORD_LEAST.beside)));
  narrow.forEach((words) => {
    const second = words.querySelector('.second');
    if (second !== null) {
      second.textContent = second.dataset.word;
    }
    words.append(box('below', words.querySelector('.word'), second));
    words.classList.add('narrow');
  });
  narrow.forEach((words) => {
    fit(words);
    const second = words.querySelector('.second');
    if (second !== null && small(words.querySelector('.word'), ROW_WORD_LEAST.below)) {
      second.hidden = true;
      fit(words);
    }
  });
}

/** Lets the texts of a panel that may take several lines take them. */
function flowAll(element) {
  element.querySelectorAll('.flow').forEach((text) => flow(text));
}

function calmOf(panel, room, view) {
  const calm = box('now calm', p('', panel.heading.first), panel.heading.second === '' ? null : h('p', { class: 'second', lang: view.second }, panel.heading.second));
  return put(calm, room.x, room.y, room.width, room.height);
}

function nowOf(panel, room, unit, view) {
  const call = panel.now;
  const { first, second } = call.place;
  const { label, way, air, foot, flank } = nowPlan(room, unit, acrossOf(call), first !== '' || call.second !== '');
  const mark = [call.mark.first, call.mark.second].filter((one) => one !== '').join(' ');
  const labelLine = set(p('label', call.label), { 'font-size': `${label}px`, top: `${NOW_HEAD * unit + air + label * (0.37 - DIGIT_MIDDLE)}px` });
  const wayLine = set(p('way-to', span('word', '→ '), call.before === '' ? null : span('word', `${call.before} `), call.number, call.behind === '' ? null : span('word', ` ${call.behind}`)), {
    'font-size': `${way}px`, bottom: `${foot + air + way * (0.45 - (1 - DIGIT_MIDDLE))}px`,
  });
  const beside = { width: `${flank}px`, height: `${way * 0.9 + 2 * air}px` };
  const where = flank > 0
    ? [
      set(box('flank place', p('flow', first), second === '' ? null : h('p', { class: 'flow', lang: view.second }, second)), beside),
      set(box('flank there', h('p', { class: 'flow second', lang: view.second }, call.second)), beside),
    ]
    : [box('foot', p('place flow', [first, second].filter((one) => one !== '').join(' ')), span('second fit', call.second, view.second))];
  const now = box(
    `now ${call.kind}${call.lit ? ' lit' : ''}`,
    box('head', span('heading fit', panel.heading.first), span('second fit', panel.heading.second, view.second), mark === '' ? null : span('mark', mark)),
    labelLine,
    wayLine,
    ...where,
  );
  return put(now, room.x, room.y, room.width, room.height);
}

/** A call before the newest: what it is called for, in both languages, with its class where it has one. */
function rowOf(call, { high, letters }, view) {
  const marked = call.mark.first !== '';
  const top = box('top', marked ? h('p', { class: 'mark fit' }, call.mark.first) : null, line('word', call.word.first));
  const second = [call.mark.second, call.word.second].filter((one) => one !== '').join(' · ');
  const below = second === '' ? null : h('p', { class: 'fit second', lang: view.second, 'data-word': call.word.second }, second);
  const words = box(`words${marked ? ' marked' : ''}`, top, below);
  const row = box(`row ${call.kind}${call.lit ? ' lit' : ''}`, span('label fit', call.label), words, span('arrow', '→'), span('number fit', call.number));
  return set(row, { '--row': `${letters}px`, height: `${high}px` });
}

// --- Cells ---

/** What stands above cells, in units. */
const HEAD_HIGH = 66;
/** No cell is more than so many times as wide as high: its texts would stand far apart. */
const CELL_ACROSS_MOST = 5.6;

/** A grid whose cells are as wide as their height allows, in the middle of what it may take up. */
function centred(grid, inside) {
  const width = Math.min(grid.width, grid.height * CELL_ACROSS_MOST);
  const free = (all, count, one) => Math.max(0, all - count * (one + grid.gap) + grid.gap) / 2;
  return { ...grid, width, left: grid.left + free(inside.width, grid.columns, width), top: grid.top + free(inside.height, grid.rows, grid.height) };
}

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
  const top = HEAD_HIGH * unit;
  const inside = { width: room.width - 2 * pad, height: room.height - top - pad };
  const grid = cells(count, inside, { width: least.width * unit, height: least.height * unit, across: least.across }, highest * unit, gap);
  return { inside, left: pad, top, ...grid };
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
  const grid = gridOf(panel.windows.length, room, { width: 225, height: 72, across: 4 }, WINDOW_HIGH);
  if (room.grid !== null) {
    return grid;
  }
  const row = grid.width / ROW_ACROSS;
  return centred(row >= ROW_HIGH * room.unit ? { ...grid, height: Math.min(grid.height, row) } : grid, grid.inside);
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
    fillCells(element, panel.heading, panel.windows, grid, room, view, page, (one) => (tight ? tightWindow(one, view) : windowRow(one, room.grid === null, view)), true);
  },
};

/** What a window does as a shape, drawn in wall.css: who does not tell colours apart sees it. */
const signOf = (kind) => h('i', { class: `sign ${kind}`, 'aria-hidden': 'true' });

/** A window in a small cell: what it does below its ticket; the second language where there is room for it. */
function tightWindow(one, view) {
  const alone = one.label === '';
  const word = h('p', { class: 'fit word', 'data-least': WORD_LEAST }, signOf(one.kind), ' ', one.word.first);
  const second = one.word.second === '' ? null : h('p', { class: 'fit second', lang: view.second, 'data-least': LEAST_IN_CELL, 'data-dispensable': '' }, one.word.second);
  const said = alone
    ? box('said alone', word, second)
    : box('said', line('label', one.label, null, LEAST_IN_CELL), box('words', word, second));
  return box(`cell window tight ${one.kind}${one.lit ? ' lit' : ''}`, span('number', one.number), said);
}

/**
 * A window in a row: number, shape and word, ticket; a pause with its reason and return in the place of the ticket, unless
 * they are said below the panels (`reasons` is false).
 */
function windowRow(one, reasons, view) {
  const paused = one.kind === 'paused';
  const second = [one.word.second, reasons ? one.pause.second : ''].filter((part) => part !== '').join(' · ');
  const why = one.pause.first === '' || !reasons ? null : line('pause-text', one.pause.first);
  const said = box(`said${why === null ? '' : ' reasoned'}`, line('word', one.word.first), why, second === '' ? null : line('second', second, view.second));
  return box(`cell window ${one.kind}${one.lit ? ' lit' : ''}`, span('number', one.number), signOf(one.kind), said, paused || one.label === '' ? null : line('label', one.label));
}

function countGrid(panel, room) {
  const grid = gridOf(panel.services.length, room, { width: 290, height: 84, across: 3.4 }, SERVICE_HIGH);
  return room.grid === null ? centred(grid, grid.inside) : grid;
}

const counts = {
  pages: (panel, room) => pagesOf(panel.services.length, countGrid(panel, room)),
  fill(element, panel, room, view, page) {
    const grid = countGrid(panel, room);
    fillCells(element, panel.heading, panel.services, grid, room, view, page, (one) => serviceCell(one, grid, room.unit, view));
  },
  /** Makes a long name as large as its cell allows, in as many lines as it takes; the second language stays while there is room. */
  settle(element) {
    element.querySelectorAll('.service.long').forEach((cell) => {
      const name = cell.querySelector('.name');
      const beside = cell.classList.contains('three') && cell.querySelector('.second') !== null;
      if (beside && flow(name, LONG_BESIDE_LEAST)) {
        return;
      }
      cell.classList.add('sole');
      flow(name);
    });
  },
};

/** A service: its count beside its name, or in a narrow cell below it. */
function serviceCell(one, grid, unit, view) {
  const noted = one.note.first !== '';
  const three = grid.height >= SERVICE_THREE * unit;
  const stacked = grid.width < grid.height * 3 || (grid.width < grid.height * 3.6 && !three);
  const spare = { lang: view.second, 'data-least': three && stacked ? STACKED_SECOND_LEAST : LEAST_IN_CELL, 'data-dispensable': '' };
  const name = h('p', { class: 'fit name', 'data-least': LEAST_IN_CELL, 'data-long': '' }, one.name.first);
  const second = one.name.second === '' || (noted && !three) ? null : h('p', { class: 'fit second', ...spare }, one.name.second);
  const note = noted ? box('notes', line('note', one.note.first), one.note.second === '' ? null : h('p', { class: 'fit note other', ...spare }, one.note.second)) : null;
  const count = span('count', one.waiting);
  const classes = `cell service${noted ? ' noted' : ''}${three ? ' three' : ''}`;
  return stacked ? box(`${classes} stacked`, name, box('below', box('words', second, note), count)) : box(classes, box('names', name, second, note), count);
}

/** The grid of waiting numbers; none of them less wide than `A000`, so that letters keep their size while numbers change. */
function queueGrid(panel, room) {
  const { unit } = room;
  const pad = 14 * unit;
  const top = HEAD_HIGH * unit;
  const inside = { width: room.width - 2 * pad, height: room.height - top - pad };
  const numbers = panel.numbers.filter((one) => !one.more);
  const across = numbers.reduce((most, one) => Math.max(most, widthOf(one.text)), widthOf('A000'));
  return { left: pad, top, ...queueCells(panel.numbers.length, inside, across, unit, CELL_GAP * unit) };
}

const waiting = {
  pages: (panel, room) => pagesOf(panel.numbers.length, queueGrid(panel, room)),
  fill(element, panel, room, view, page) {
    const grid = queueGrid(panel, room);
    const cell = (one) => set(box(`cell queued${one.more ? ' more' : ''}${one.next ? ' next' : ''}`, h('p', { class: 'fit label' }, one.text)), { '--letters': `${grid.letters}px` });
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
