import assert from 'node:assert/strict';
import test from 'node:test';

import { CALLS_MAX, apply, emptyBoard } from '../board.js';

const ticket = (id, stands = 'waiting') => ({ change: 'ticket', id, label: `A${id}`, stands });
const call = (seq, of, state = 'calling') => ({ change: 'call', seq, ticket: of, label: `A${of}`, state });

function folded(...changes) {
  const board = emptyBoard();
  changes.forEach((change) => apply(board, change));
  return board;
}

test('a line keeps its place and does not carry the tag of the change', () => {
  const board = folded(
    { change: 'window', id: 'w2', number: 2, does: { is: 'closed' } },
    { change: 'window', id: 'w1', number: 1, does: { is: 'closed' } },
    { change: 'window', id: 'w2', number: 2, does: { is: 'free' } },
  );
  assert.deepEqual(board.windows, [
    { id: 'w2', number: 2, does: { is: 'free' } },
    { id: 'w1', number: 1, does: { is: 'closed' } },
  ]);
});

test('a service that the board does not hold is added at the end', () => {
  const board = folded({ change: 'service', id: 'b', waiting: 1 }, { change: 'service', id: 'a', waiting: 2 });
  assert.deepEqual(board.services.map((line) => line.id), ['b', 'a']);
});

test('tickets stand in the order of their ids whatever the order of arrival', () => {
  const board = folded(ticket(5), ticket(2), ticket(9), ticket(2, 'called'));
  assert.deepEqual(board.tickets.map((line) => [line.id, line.stands]), [[2, 'called'], [5, 'waiting'], [9, 'waiting']]);
});

test('a ticket that is gone leaves, and one that was never there changes nothing', () => {
  const board = folded(ticket(5), ticket(2), { change: 'ticket_gone', ticket: 3 }, { change: 'ticket_gone', ticket: 5 });
  assert.deepEqual(board.tickets.map((line) => line.id), [2]);
});

test('a call for help stands once for its device until somebody goes there', () => {
  const help = (device, since) => ({ change: 'help', device, name: device, zone: null, since });
  const board = folded(help('kiosk-1', 5), help('kiosk-2', 6), help('kiosk-1', 7));
  assert.deepEqual(board.helps.map((line) => line.device), ['kiosk-2', 'kiosk-1']);
  const later = folded(help('kiosk-1', 5), { change: 'help_over', device: 'kiosk-1' });
  assert.deepEqual(later.helps, []);
});

test('a recall moves the call to the front and leaves one line for each ticket', () => {
  const board = folded(call(10, 1), call(11, 2), call(12, 1));
  assert.deepEqual(board.calls.map((line) => [line.seq, line.ticket]), [[12, 1], [11, 2]]);
});

test('a call that goes on to another state with its old sequence keeps its place', () => {
  const board = folded(call(10, 1), call(11, 2), call(12, 3), call(11, 2, 'serving'));
  assert.deepEqual(board.calls.map((line) => [line.seq, line.state]), [[12, 'calling'], [11, 'serving'], [10, 'calling']]);
});

test('of two calls with one sequence the later goes first', () => {
  const board = folded(call(10, 1), call(10, 2));
  assert.deepEqual(board.calls.map((line) => line.ticket), [2, 1]);
});

test('only the newest calls are remembered', () => {
  const board = folded(...Array.from({ length: CALLS_MAX + 3 }, (_, at) => call(at + 1, at + 1)));
  assert.equal(board.calls.length, CALLS_MAX);
  assert.equal(board.calls[0].seq, CALLS_MAX + 3);
});

test('an old call does not push out a newer one when the list is full', () => {
  const calls = Array.from({ length: CALLS_MAX }, (_, at) => call(at + 10, at + 10));
  const board = folded(...calls, call(1, 1));
  assert.equal(board.calls.length, CALLS_MAX);
  assert.ok(board.calls.every((line) => line.ticket !== 1));
});

test('a withdrawn call leaves', () => {
  const board = folded(call(10, 1), call(11, 2), { change: 'call_withdrawn', ticket: 2 });
  assert.deepEqual(board.calls.map((line) => line.ticket), [1]);
});

test('a change of an unknown kind is left out', () => {
  assert.deepEqual(folded({ change: 'weather', id: 'rain' }), emptyBoard());
});
