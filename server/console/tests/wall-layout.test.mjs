import assert from 'node:assert/strict';
import test from 'node:test';

import { arrange, CALL_ROW, callsPlan, cells, classic, DEFAULT_LAYOUT, nowPlan, PANELS_MAX, pageOf, queueCells, readLayout, turnTo, widthOf } from '../wall-layout.js';
import { LANGUAGES } from '../wall-texts.js';

const panels = (...all) => all.map(([show, share]) => ({ show, share }));
const layout = (more) => ({ id: 'lobby', theme: 'dark', second: 'beside', languages: ['zh-CN', 'en'], line: null, logo: false, panels: panels(['calls', 65], ['counts', 35]), ...more });

function read(view) {
  const odd = [];
  return [readLayout(view, LANGUAGES, (sentence) => odd.push(sentence)), odd];
}

test('a layout is read as it is given', () => {
  const [found, odd] = read(layout({ line: { en: 'Hello' }, theme: 'contrast', second: 'alternate' }));
  assert.deepEqual(found, { theme: 'contrast', second: 'alternate', languages: ['zh-CN', 'en'], line: { en: 'Hello' }, classic: false, panels: panels(['calls', 65], ['counts', 35]) });
  assert.deepEqual(odd, []);
});

test('without a layout, and with one that is none, the default is shown', () => {
  assert.deepEqual(read(null), [DEFAULT_LAYOUT, []]);
  for (const broken of ['lobby', { panels: 'calls' }, 7]) {
    const [found, odd] = read(broken);
    assert.equal(found, DEFAULT_LAYOUT);
    assert.equal(odd.length, 1);
  }
});

test('fields and panels of a newer server are left out and told, and the rest takes their room', () => {
  const [found, odd] = read(layout({ corners: 'round', panels: panels(['calls', 60], ['weather', 20], ['counts', 20]) }));
  assert.deepEqual(found.panels, panels(['calls', 75], ['counts', 25]));
  assert.equal(odd.length, 2);
  assert.match(odd[0], /“corners”/);
  assert.match(odd[1], /“weather”/);
});

test('pictures leave their room to the others without a word', () => {
  assert.deepEqual(read(layout({ panels: panels(['calls', 50], ['pictures', 50]) })), [{ ...read(layout({}))[0], panels: panels(['calls', 100]) }, []]);
});

test('a layout of which nothing can be shown gives way to the default, and that is told', () => {
  for (const nothing of [[], panels(['pictures', 100]), panels(['weather', 100])]) {
    const [found, odd] = read(layout({ panels: nothing }));
    assert.equal(found, DEFAULT_LAYOUT);
    assert.match(odd[odd.length - 1], /the default is shown/);
  }
});

test('what makes no sense is mended and told', () => {
  const [found, odd] = read(layout({ theme: 'pink', second: 'left', languages: ['fr', 'en', 'de', 'zh-CN'], panels: panels(['calls', 40], ['calls', 20], ['strip', 20], ['counts', -1], ['notices', 1]) }));
  assert.deepEqual([found.theme, found.second, found.languages], ['dark', 'beside', ['en', 'de']]);
  assert.deepEqual(found.panels.map((one) => one.show), ['calls', 'counts', 'notices']);
  assert.equal(Math.round(found.panels.reduce((sum, one) => sum + one.share, 0)), 100);
  assert.equal(odd.length, 4);
});

test('there are never more panels than a wall has room for', () => {
  const [found, odd] = read(layout({ panels: panels(['calls', 20], ['counts', 20], ['windows', 20], ['waiting', 20], ['notices', 20]) }));
  assert.equal(found.panels.length, PANELS_MAX);
  assert.equal(odd.length, 1);
});

test('a lying screen gives the first panel its share of the width and stacks the others beside it', () => {
  const places = arrange(panels(['calls', 60], ['counts', 30], ['notices', 10]), { width: 1010, height: 410 }, false, 10);
  assert.deepEqual(places, [
    { x: 0, y: 0, width: 600, height: 410 },
    { x: 610, y: 0, width: 400, height: 300 },
    { x: 610, y: 310, width: 400, height: 100 },
  ]);
});

test('an upright screen stacks the panels from the top', () => {
  const places = arrange(panels(['calls', 60], ['counts', 40]), { width: 500, height: 1010 }, true, 10);
  assert.deepEqual(places, [{ x: 0, y: 0, width: 500, height: 600 }, { x: 0, y: 610, width: 500, height: 400 }]);
});

test('one panel has all the room, lying and upright', () => {
  for (const upright of [true, false]) {
    assert.deepEqual(arrange(panels(['strip', 100]), { width: 500, height: 300 }, upright, 10), [{ x: 0, y: 0, width: 500, height: 300 }]);
  }
});

test('nothing ever covers the calls, whatever the layout and the screen', () => {
  const apart = (a, b) => a.x + a.width <= b.x + 1e-6 || b.x + b.width <= a.x + 1e-6 || a.y + a.height <= b.y + 1e-6 || b.y + b.height <= a.y + 1e-6;
  const rooms = [[1259, 634, false, 2 / 3], [1888, 951, false, 1], [1048, 1754, true, 1]];
  for (const [width, height, upright, unit] of rooms) {
    for (let first = 10; first <= 70; first += 10) {
      const places = arrange(panels(['calls', first], ['windows', 40], ['counts', 20], ['notices', 5]), { width, height }, upright, 16);
      places.forEach((one, at) => places.slice(at + 1).forEach((other) => assert.ok(apart(one, other))));
    }
    for (const count of [0, 1, 8, 60]) {
      const { places } = classic(count, 12, { width, height }, upright, unit);
      places.forEach((one, at) => places.slice(at + 1).forEach((other) => assert.ok(apart(one, other))));
      assert.ok(places[0].height > height * 0.4, 'the calls have most of the room');
    }
  }
});

test('the default board has as many cells as the Slint wall', () => {
  const lying = classic(8, 12, { width: 1888, height: 951 }, false, 1);
  assert.deepEqual([lying.windows, lying.counts], [{ columns: 8, rows: 1 }, { columns: 6, rows: 2 }]);
  const upright = classic(16, 12, { width: 1048, height: 1754 }, true, 1);
  assert.deepEqual([upright.windows, upright.counts], [{ columns: 4, rows: 4 }, { columns: 3, rows: 4 }]);
  assert.deepEqual(classic(60, 3, { width: 1888, height: 951 }, false, 1).counts, { columns: 3, rows: 1 });
});

test('cells are arranged so that their letters are largest, and what does not fit turns the page', () => {
  const room = { width: 600, height: 900 };
  const least = { width: 225, height: 72, across: 4 };
  assert.deepEqual(cells(4, room, least, 150, 10), { columns: 1, rows: 4, width: 600, height: 150, gap: 10 });
  assert.deepEqual(cells(8, room, least, 150, 10), { columns: 1, rows: 8, width: 600, height: 103.75, gap: 10 });
  assert.deepEqual([cells(16, room, least, 150, 10)].map((one) => [one.columns, one.rows]), [[2, 8]]);
  const many = cells(60, room, least, 150, 10);
  assert.deepEqual([many.columns, many.rows], [2, 11]);
  assert.equal(cells(0, room, least, 150, 10).rows, 1);
  assert.equal(cells(9, { width: 10, height: 10 }, least, 150, 10).columns, 1);
});

test('waiting numbers are as large as all have room, and keep their places while more come', () => {
  const room = { width: 655, height: 890 };
  const grid = (count) => queueCells(count, room, widthOf('A000'), 1, 10);
  const sizes = Array.from({ length: 62 }, (_, count) => grid(count));
  sizes.forEach(({ columns, rows, letters, width, height }, count) => {
    assert.ok(columns * rows >= count || count > 39, `${count}`);
    assert.ok(columns * rows * 2 >= count && letters >= 52, `${count}`);
    assert.ok(letters * widthOf('A000') < width && letters < height, `${count}`);
    assert.ok(columns * (width + 10) - 10 <= room.width + 0.01 && rows * (height + 10) - 10 <= room.height + 0.01, `${count}`);
  });
  const moves = sizes.filter((one, at) => at > 0 && (one.columns !== sizes[at - 1].columns || one.rows !== sizes[at - 1].rows));
  assert.ok(moves.length < 8, `${moves.length}`);
  assert.ok(grid(8).letters > 90);
  assert.equal(queueCells(9, { width: 10, height: 10 }, 2.5, 1, 10).columns, 1);
  assert.equal(widthOf('A**7'), widthOf('A017'));
});

test('pages go round and hold everything once', () => {
  const list = Array.from({ length: 60 }, (_, at) => at);
  const shown = [0, 1, 2, 3].flatMap((turn) => pageOf(list, 16, turn).items);
  assert.deepEqual(shown, list);
  assert.deepEqual(pageOf(list, 16, 5), { items: list.slice(16, 32), page: 1, pages: 4 });
  assert.deepEqual(pageOf([], 16, 5), { items: [], page: 0, pages: 1 });
});

test('a line that has to be seen now decides the page', () => {
  assert.deepEqual([turnTo(null, 16), turnTo(-1, 16), turnTo(0, 16), turnTo(16, 16), turnTo(59, 16)], [null, null, 0, 1, 3]);
});

// --- Calls ---

/** A digit of the board's font, in sizes of its letters; 79 of these units can be read at ten metres on 55 inches. */
const DIGIT = 0.733;
const READ_AT_TEN_METRES = 79;
/** “A017”, and the way “→ 3 号窗口”. */
const ACROSS = { label: 2.55, way: 4.4 };
/** A lying and an upright board whose calls have 70 of 100. */
const LYING = { width: 1310, height: 951, unit: 1, upright: false };
const UPRIGHT = { width: 1048, height: 1216, unit: 1, upright: true };

test('a lying board shows four calls before the newest, an upright one six, and all can be read at ten metres', () => {
  assert.equal(callsPlan(LYING, ACROSS, 11).rows, 4);
  assert.equal(callsPlan(UPRIGHT, ACROSS, 11).rows, 6);
  for (const room of [LYING, UPRIGHT]) {
    const plan = callsPlan(room, ACROSS, 11);
    assert.ok(plan.row.high >= CALL_ROW - 0.01);
    assert.ok(plan.row.letters * DIGIT >= READ_AT_TEN_METRES, `${plan.row.letters}`);
    assert.ok(plan.now.y + plan.now.height < plan.list.y && plan.list.y + plan.list.height <= room.height + 0.01);
  }
});

test('the newest number is by far the largest, whatever the room', () => {
  for (const upright of [true, false]) {
    for (let width = 600; width <= 1900; width += 100) {
      for (let height = 500; height <= 1800; height += 100) {
        const plan = callsPlan({ width, height, unit: 1, upright }, ACROSS, 11);
        const { label, way } = nowPlan(plan.now, 1, ACROSS, true);
        assert.ok(label >= 1.6 * plan.row.letters - 0.01, `${width}x${height}: ${label} over ${plan.row.letters}`);
        assert.ok(way < label && label * ACROSS.label <= plan.now.width, `${width}x${height}`);
      }
    }
  }
});

test('a board has the same rows whatever its pixels', () => {
  const fourfold = callsPlan({ width: 2620, height: 1902, unit: 2, upright: false }, ACROSS, 11);
  assert.equal(fourfold.rows, 4);
  assert.ok(Math.abs(fourfold.row.letters - 2 * callsPlan(LYING, ACROSS, 11).row.letters) < 0.01);
});

test('a very high screen has no more rows than there are calls, and the newest call no more room than it can use', () => {
  const plan = callsPlan({ width: 1048, height: 9_000, unit: 1, upright: true }, ACROSS, 11);
  assert.equal(plan.rows, 11);
  assert.ok(plan.row.high <= plan.row.letters * 1.5 + 0.01);
  assert.ok(plan.now.height < 1_000, `${plan.now.height}`);
});

test('zone and second language stand beside the way where the room is broad, else below it, and take no room when there are none', () => {
  const broad = nowPlan({ width: 1310, height: 467 }, 1, ACROSS, true);
  assert.ok(broad.flank >= 290 && broad.foot === 0);
  const narrow = nowPlan({ width: 900, height: 467 }, 1, ACROSS, true);
  assert.ok(narrow.flank === 0 && narrow.foot > 0 && narrow.label < broad.label);
  const alone = nowPlan({ width: 900, height: 467 }, 1, ACROSS, false);
  assert.ok(alone.flank === 0 && alone.foot === 0 && alone.label > narrow.label);
  for (const plan of [broad, narrow, alone]) {
    assert.ok(plan.air > 0);
  }
});

test('few windows and services have wide cells, and a very high screen more rows of them', () => {
  const few = classic(1, 2, { width: 1888, height: 951 }, false, 1);
  assert.deepEqual([few.windows, few.counts], [{ columns: 2, rows: 1 }, { columns: 2, rows: 1 }]);
  const high = classic(60, 12, { width: 1048, height: 3_500 }, true, 1);
  assert.deepEqual([high.windows, high.counts], [{ columns: 4, rows: 8 }, { columns: 3, rows: 4 }]);
});
