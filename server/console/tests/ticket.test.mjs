import assert from 'node:assert/strict';
import test from 'node:test';

import { DRAFTS_MAX, Drafts } from '../drafts.js';
import { TEXTS } from '../texts.js';
import { VISITOR_TEXTS } from '../visitor-texts.js';
import { isNewCall, shownOf } from '../ticket-state.js';

const ticket = (stands, more = {}) => ({
  label: 'A017', stands, ended: null, ahead: stands === 'waiting' ? 4 : null, window: null, windows: [1, 2],
  called_at: null, misses: 0, ...more,
});

test('who waits sees how many go first and which windows may call', () => {
  const shown = shownOf(ticket('waiting'));
  assert.equal(shown.ahead, 4);
  assert.deepEqual(shown.windows, [1, 2]);
  assert.equal(shown.cancellable, true);
});

test('who is first sees that, not a nought', () => {
  const shown = shownOf(ticket('waiting', { ahead: 0 }));
  assert.equal(shown.ahead, null);
  assert.equal(shown.next, true);
});

test('who is called sees the window and can no longer cancel', () => {
  const shown = shownOf(ticket('called', { window: 3, called_at: 10 }));
  assert.equal(shown.window, 3);
  assert.equal(shown.called, true);
  assert.equal(shown.cancellable, false);
});

test('every state and every end has its words in every language', () => {
  const states = ['waiting', 'delayed', 'called', 'serving', 'held', 'pooled'].map((one) => shownOf(ticket(one)).word);
  const ends = ['finished', 'no_show', 'cancelled', 'closed'].map((ended) => shownOf(ticket(null, { ended })).word);
  for (const word of [...states, ...ends]) {
    assert.ok([...Object.values(TEXTS), ...Object.values(VISITOR_TEXTS)].every((texts) => word in texts), word);
  }
});

test('a telephone rings for a call and for each recall, once', () => {
  const called = ticket('called', { window: 3, called_at: 10 });
  assert.equal(isNewCall(null, called), true);
  assert.equal(isNewCall(ticket('waiting'), called), true);
  assert.equal(isNewCall(called, { ...called }), false);
  assert.equal(isNewCall(called, { ...called, called_at: 20 }), true);
  assert.equal(isNewCall(called, ticket('serving', { window: 3, called_at: 10 })), false);
});

test('drafts survive a reload, are bounded and can be cleared', () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const first = new Drafts(storage);
  for (let at = 0; at <= DRAFTS_MAX; at += 1) {
    first.keep(`hold/${at}`, { note: String(at) });
  }
  const again = new Drafts(storage);
  assert.deepEqual(again.get('hold/0'), {});
  assert.deepEqual(again.get('hold/1'), { note: '1' });
  again.clear();
  assert.deepEqual(new Drafts(storage).get('hold/1'), {});
});

test('a storage that fails costs nothing but the reload', () => {
  const broken = { getItem: () => '{', setItem: () => { throw new Error('full'); } };
  const drafts = new Drafts(broken);
  drafts.keep('pause', { reason: '用餐' });
  assert.deepEqual(drafts.get('pause'), { reason: '用餐' });
});
