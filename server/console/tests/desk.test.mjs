import assert from 'node:assert/strict';
import test from 'node:test';

import { COMMANDS, SIDE_KEYS, commandOfKey, ticketCommands } from '../commands.js';
import { emptyBoard } from '../board.js';
import { aside, deskOf, mayCall, waiting } from '../desk.js';
import { TEXTS } from '../texts.js';
import { span, stopwatch } from '../time.js';

const window = (does = { is: 'free' }) => ({ id: 'w1', number: 1, zone: 'east', services: ['tax', 'id'], does, staff: 'li' });
const line = (id, more = {}) => ({
  id, label: `A${String(id).padStart(3, '0')}`, service: 'tax', further: [], class: 'ordinary', language: 'zh-CN',
  waiting_since: 1_000 * id, order: String(id).padStart(4, '0'), stands: 'waiting', window: null, zone: null, misses: 0, ...more,
});
const hall = (does, ...tickets) => ({ ...emptyBoard(), windows: [window(does)], tickets });
const reply = (seq, does, ticket = null) => ({ seq, window: window(does), ticket });
const atWindow = { ticket: 7, label: 'A007', service: 'tax', further: [], class: 'old', language: 'en', waited_seconds: 90 };

test('the ticket at a window is found on the board, with its wait reckoned from the call', () => {
  const board = hall({ is: 'calling', label: 'A007' }, line(7, { stands: 'called', window: 'w1' }));
  board.calls = [{ seq: 3, ticket: 7, at: 67_000, recalls: 2 }];
  const { ticket } = deskOf(board, 9, null, 'w1');
  assert.equal(ticket.label, 'A007');
  assert.equal(ticket.waited, 60);
  assert.equal(ticket.recalls, 2);
  assert.equal(ticket.since, 67_000);
});

test('what the server said of the wait goes before our own reckoning', () => {
  const board = hall({ is: 'calling', label: 'A007' }, line(7, { stands: 'called', window: 'w1' }));
  assert.equal(deskOf(board, 9, reply(9, { is: 'calling', label: 'A007' }, atWindow), 'w1').ticket.waited, 90);
});

test('a reply that is newer than the board is shown at once, an older one is not', () => {
  const board = hall({ is: 'free' }, line(7));
  const newer = deskOf(board, 9, reply(10, { is: 'calling', label: 'A007' }, atWindow), 'w1');
  assert.equal(newer.ticket.stands, 'called');
  assert.equal(newer.window.does.is, 'calling');
  const older = deskOf(board, 11, reply(10, { is: 'calling', label: 'A007' }, atWindow), 'w1');
  assert.equal(older.ticket, null);
});

test('a held ticket is not at the window that put it aside', () => {
  assert.equal(deskOf(hall({ is: 'free' }, line(7, { stands: 'held', window: 'w1' })), 1, null, 'w1').ticket, null);
});

test('an unknown window has no desk', () => {
  assert.equal(deskOf(hall({ is: 'free' }), 1, null, 'w9'), null);
});

test('a window may call what it serves, what is kept for it, and nothing that is kept for others', () => {
  const cases = [
    [line(1), true],
    [line(2, { service: 'land' }), false],
    [line(3, { service: 'land', window: 'w1' }), true],
    [line(4, { window: 'w2' }), false],
    [line(5, { zone: 'east' }), true],
    [line(6, { zone: 'west' }), false],
  ];
  for (const [ticket, expected] of cases) {
    assert.equal(mayCall(window(), ticket), expected, `ticket ${ticket.id}`);
  }
});

test('the queue stands in the order of the server', () => {
  const board = hall({ is: 'free' }, line(1, { order: '0009' }), line(2), line(3, { stands: 'held' }), line(4, { service: 'land' }));
  assert.deepEqual(waiting(board, window()).map((one) => one.id), [2, 1]);
  assert.deepEqual(waiting(board, null).map((one) => one.id), [2, 4, 1]);
});

test('what this window put aside is listed first', () => {
  const board = hall({ is: 'free' }, line(1, { stands: 'pooled' }), line(2, { stands: 'held', window: 'w1' }));
  assert.deepEqual(aside(board, window()).map((one) => one.id), [2, 1]);
});

test('each command says why it makes no sense', () => {
  const desk = (does, stands, waits = 3, held = 1) => ({
    window: window(does), ticket: stands ? { label: 'A007', stands } : null, waiting: waits, aside: held,
  });
  const open = (state) => COMMANDS.filter((command) => command.why(state) === null).map((command) => command.id);
  const free = ['callNext', 'resumeHeld', 'callService', 'callNamed', 'walkUp', 'pause', 'signOff'];
  assert.deepEqual(open(desk({ is: 'closed' }, null)), []);
  assert.deepEqual(open(desk({ is: 'free' }, null)), free);
  assert.deepEqual(open(desk({ is: 'free' }, null, 0, 0)), ['callNamed', 'walkUp', 'pause', 'signOff']);
  assert.deepEqual(open(desk({ is: 'free' }, null, null, null)), free, 'unknown counts forbid nothing');
  assert.deepEqual(open(desk({ is: 'calling' }, 'called')), ['recall', 'start', 'noShow', 'hold', 'transfer', 'addService', 'undo', 'pause']);
  assert.deepEqual(open(desk({ is: 'serving' }, 'serving')), ['finish', 'finishOther', 'hold', 'transfer', 'addService', 'pause']);
  assert.deepEqual(open(desk({ is: 'paused' }, null)), ['pause', 'signOff']);
});

test('every key belongs to one command and single keys can be switched off', () => {
  const keys = [...COMMANDS.flatMap((command) => command.keys), ...Object.values(SIDE_KEYS).flat()];
  assert.equal(new Set(keys).size, keys.length);
  assert.ok(COMMANDS.every((command) => command.keys.length > 0));
  const press = (key, more = {}) => ({ key, ctrlKey: false, altKey: false, metaKey: false, repeat: false, isComposing: false, ...more });
  assert.equal(commandOfKey(press('F2'), false).id, 'callNext');
  assert.equal(commandOfKey(press('n'), true).id, 'callNext');
  assert.equal(commandOfKey(press('n'), false), null);
  assert.equal(commandOfKey(press('n', { ctrlKey: true }), true), null);
  assert.equal(commandOfKey(press('n', { repeat: true }), true), null);
});

test('what a window does all day has a function key, and none that the browser keeps', () => {
  const press = (key) => commandOfKey({ key, ctrlKey: false }, false)?.id;
  assert.deepEqual(['F2', 'F4', 'F7', 'F8', 'F9'].map(press), ['callNext', 'recall', 'start', 'finish', 'noShow']);
  assert.ok(['F1', 'F3', 'F5', 'F6', 'F11', 'F12'].every((key) => press(key) === undefined));
});

test('a ticket that no window has can be dealt with as far as its state, the window and the roles allow', () => {
  const desk = (does) => ({ window: window(does), ticket: null });
  const free = desk({ is: 'free' });
  const supervisor = ['supervisor'];
  const cases = [
    ['waiting', free, supervisor, ['call', 'transfer', 'cancel']],
    ['waiting', desk({ is: 'paused' }), supervisor, ['transfer', 'cancel']],
    ['waiting', free, ['clerk'], ['call', 'cancel']],
    ['delayed', null, ['clerk'], ['return', 'cancel']],
    ['held', free, ['clerk'], ['resume', 'return', 'cancel']],
    ['held', free, supervisor, ['resume', 'return', 'transfer', 'cancel']],
    ['pooled', null, ['reception'], ['return', 'transfer', 'cancel']],
    ['waiting', null, ['manager'], []],
  ];
  for (const [stands, at, roles, expected] of cases) {
    assert.deepEqual(ticketCommands(line(1, { stands }), at, roles), expected, `${stands} by ${roles}`);
  }
});

test('both languages have the same texts with the same gaps', () => {
  const shape = (texts) => Object.entries(texts).map(([key, text]) => [key, typeof text === 'function' ? text.length : 'text']).sort();
  assert.deepEqual(shape(TEXTS.en), shape(TEXTS['zh-CN']));
  const reasons = COMMANDS.map((command) => `cmd.${command.id}`);
  assert.ok(reasons.every((key) => key in TEXTS.en));
});

test('spans are told in words and on a stop-watch', () => {
  const t = (key, ...args) => TEXTS['zh-CN'][key](...args);
  assert.deepEqual([59, 60, 3_599, 3_900, -5].map((s) => span(s, t)), ['59秒', '1分钟', '59分钟', '1小时05分', '0秒']);
  assert.deepEqual([7, 247, 3_847].map(stopwatch), ['0:07', '4:07', '1:04:07']);
});
