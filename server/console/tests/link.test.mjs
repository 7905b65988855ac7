import assert from 'node:assert/strict';
import test from 'node:test';

import { emptyBoard } from '../board.js';
import { ANSWER_MS_MAX, Link, RECONNECT_MS_MAX, RECONNECT_MS_MIN, REFUSED_MS, SILENT_MS_MAX, STALE_MS } from '../link.js';

const staff = (random = () => 0.5) => new Link({ what: { kind: 'staff' }, language: 'en', random });
const snapshot = (seq, epoch = 'e1', schema = 1) =>
  JSON.stringify({ type: 'snapshot', schema, epoch, seq, at: 5_000, board: emptyBoard() });
const delta = (prev, seq, changes = []) => JSON.stringify({ type: 'delta', prev, seq, at: 5_000, changes });
const beat = (seq) => JSON.stringify({ type: 'beat', seq, at: 5_000 });
const zone = { change: 'service', id: 'tax', waiting: 3 };

test('the first hello asks for everything', () => {
  const hello = staff().opened(0);
  assert.deepEqual(hello, { type: 'hello', schema: 1, what: { kind: 'staff' }, language: 'en' });
});

test('a ticket page gives its token in the hello', () => {
  const link = new Link({ what: { kind: 'ticket' }, token: 'secret' });
  assert.equal(link.opened(0).token, 'secret');
});

test('deltas that build on each other are applied', () => {
  const link = staff();
  link.opened(0);
  link.received(snapshot(7), 10);
  const wish = link.received(delta(7, 9, [zone]), 20);
  assert.deepEqual(wish, { send: [], close: false });
  assert.equal(link.seq, 9);
  assert.deepEqual(link.board.services, [{ id: 'tax', waiting: 3 }]);
});

test('who waits is the list of the last delta that brought one, whatever else changes', () => {
  const link = staff();
  link.opened(0);
  link.received(snapshot(7), 10);
  assert.equal(link.board.waiting, undefined);
  const list = { numbers: [{ label: 'A**7' }], more: 3 };
  link.received(JSON.stringify({ ...JSON.parse(delta(7, 8)), waiting: list }), 20);
  assert.deepEqual(link.board.waiting, list);
  link.received(delta(8, 9, [zone]), 30);
  assert.deepEqual(link.board.waiting, list);
  link.received(JSON.stringify({ ...JSON.parse(delta(9, 10)), waiting: null }), 40);
  assert.equal(link.board.waiting, null);
});

test('a lost connection resumes from its epoch and sequence', () => {
  const link = staff();
  link.opened(0);
  link.received(snapshot(7), 10);
  link.closed();
  assert.equal(link.state, 'lost');
  const hello = link.opened(500);
  assert.equal(hello.epoch, 'e1');
  assert.equal(hello.last_seq, 7);
  link.received(delta(7, 8), 510);
  assert.equal(link.state, 'live');
});

test('a gap asks once for a snapshot and ignores deltas until it comes', () => {
  const link = staff();
  link.opened(0);
  link.received(snapshot(7), 10);
  assert.deepEqual(link.received(delta(8, 9, [zone]), 20).send, [{ type: 'resync' }]);
  assert.deepEqual(link.received(delta(9, 10, [zone]), 21).send, []);
  assert.equal(link.seq, 7);
  assert.deepEqual(link.board.services, []);
  link.received(snapshot(10), 30);
  assert.equal(link.seq, 10);
  assert.deepEqual(link.received(delta(10, 11), 31).send, []);
});

test('a beat that names another sequence is a gap', () => {
  const link = staff();
  link.opened(0);
  link.received(snapshot(7), 10);
  assert.deepEqual(link.received(beat(7), 20).send, []);
  assert.deepEqual(link.received(beat(8), 30).send, [{ type: 'resync' }]);
});

test('a snapshot that does not come ends the connection', () => {
  const link = staff();
  link.opened(0);
  link.received(snapshot(7), 10);
  link.received(delta(8, 9), 20);
  assert.equal(link.overdue(20 + ANSWER_MS_MAX), false);
  assert.equal(link.overdue(21 + ANSWER_MS_MAX), true);
});

test('another epoch replaces the board', () => {
  const link = staff();
  link.opened(0);
  link.received(snapshot(7), 10);
  link.received(delta(7, 8, [zone]), 11);
  link.received(snapshot(2, 'e2'), 20);
  assert.equal(link.epoch, 'e2');
  assert.equal(link.seq, 2);
  assert.deepEqual(link.board.services, []);
});

test('a delta that comes twice is dropped', () => {
  const link = staff();
  link.opened(0);
  link.received(snapshot(7), 10);
  link.received(delta(7, 9, [zone]), 20);
  assert.deepEqual(link.received(delta(7, 9, [zone]), 30).send, []);
  assert.equal(link.seq, 9);
});

test('a hello that is not answered ends the connection', () => {
  const link = staff();
  link.opened(1_000);
  assert.equal(link.overdue(1_000 + ANSWER_MS_MAX), false);
  assert.equal(link.overdue(1_001 + ANSWER_MS_MAX), true);
});

test('a picture is stale when the link is lost and when the server misses its beats', () => {
  const link = staff();
  assert.equal(link.stale(0), true);
  link.opened(0);
  link.received(snapshot(7), 1_000);
  assert.equal(link.stale(1_000 + STALE_MS), false);
  assert.equal(link.stale(1_001 + STALE_MS), true);
  link.closed();
  assert.equal(link.stale(1_001), true);
});

test('a silent connection is dead after its time', () => {
  const link = staff();
  link.opened(0);
  link.received(snapshot(7), 1_000);
  assert.equal(link.overdue(1_000 + SILENT_MS_MAX), false);
  assert.equal(link.overdue(1_001 + SILENT_MS_MAX), true);
  link.closed();
  assert.equal(link.overdue(10_000_000), false);
});

test('waits grow with full jitter between their bounds and start again after a good message', () => {
  const calm = staff(() => 0);
  const wild = staff(() => 0.999_999);
  const waits = Array.from({ length: 20 }, () => wild.closed());
  assert.ok(waits.every((wait, at) => at === 0 || wait >= waits[at - 1]));
  assert.ok(waits.at(-1) <= RECONNECT_MS_MAX && waits.at(-1) > RECONNECT_MS_MAX - 1);
  assert.equal(calm.closed(), RECONNECT_MS_MIN);
  wild.opened(0);
  wild.received(snapshot(1), 1);
  assert.ok(wild.closed() <= 2 * RECONNECT_MS_MIN);
});

test('a refusal is kept, closes the connection and is tried again much later', () => {
  const link = staff(() => 0);
  link.opened(0);
  const wish = link.received(JSON.stringify({ type: 'refused', code: 'no-session', detail: 'Log in.' }), 10);
  assert.equal(wish.close, true);
  assert.deepEqual(link.refusal, { code: 'no-session', detail: 'Log in.' });
  assert.equal(link.closed(), REFUSED_MS);
});

test('a frame that is no message ends the connection and the next one starts afresh', () => {
  const link = staff();
  link.opened(0);
  link.received(snapshot(7), 10);
  for (const frame of ['{', 'null', '{"type":"weather"}']) {
    assert.equal(link.received(frame, 20).close, true);
  }
  link.closed();
  assert.equal('epoch' in link.opened(30), false);
});

test('a wire of another version stops the page', () => {
  const link = staff();
  link.opened(0);
  assert.equal(link.received(snapshot(7, 'e1', 2), 10).close, true);
  assert.equal(link.state, 'outdated');
  assert.equal(link.closed(), null);
});

test('a ticket is taken whole and the age of the picture is known', () => {
  const link = new Link({ what: { kind: 'ticket' }, token: 'secret' });
  link.opened(0);
  assert.equal(link.age(5), null);
  link.received(JSON.stringify({ type: 'ticket', seq: 3, at: 9_000, ticket: { label: 'A017' } }), 1_000);
  link.received(beat(99), 2_000);
  assert.equal(link.state, 'live');
  assert.equal(link.ticket.label, 'A017');
  assert.equal(link.age(12_000), 10_000);
  assert.equal(link.clockOffset, 3_000);
});

test('where a display is placed and what is announced is handed on and changes no board', () => {
  const link = new Link({ what: { kind: 'display' }, token: 'secret' });
  link.opened(0);
  const placed = { type: 'placed', zone: null, layout: null, window: null };
  assert.deepEqual(link.received(JSON.stringify(placed), 5), { send: [], close: false, news: placed });
  link.received(snapshot(7), 10);
  for (const type of ['announcement', 'announcement_over']) {
    assert.equal(link.received(JSON.stringify({ type, epoch: 'a', number: 1 }), 20).news.type, type);
  }
  assert.equal(link.seq, 7);
  assert.equal(link.state, 'live');
});

test('a newer version of the wire in any message stops the page', () => {
  const link = staff();
  link.opened(0);
  assert.equal(link.received(JSON.stringify({ type: 'placed', schema: 2 }), 10).close, true);
  assert.equal(link.state, 'outdated');
});

test('words that do not confirm the picture make it no younger', () => {
  const link = staff();
  link.opened(0);
  link.received(snapshot(7), 1_000);
  link.received(JSON.stringify({ type: 'announcement', epoch: 'a', number: 1 }), 5_000);
  assert.equal(link.confirmedAt, 1_000);
  link.received(beat(8), 6_000);
  link.received(beat(8), 10_000);
  assert.equal(link.confirmedAt, 1_000);
  link.received(snapshot(8), 11_000);
  assert.equal(link.confirmedAt, 11_000);
});

test('a display leaves out a kind of message that it does not know, and goes on', () => {
  const link = new Link({ what: { kind: 'display' }, token: 'secret' });
  link.opened(0);
  link.received(snapshot(7), 10);
  assert.deepEqual(link.received(JSON.stringify({ type: 'weather' }), 20), { send: [], close: false, news: { type: 'weather' } });
  assert.equal(link.received('{"type":7}', 30).close, true);
  assert.equal(link.received('{', 40).close, true);
});
