import assert from 'node:assert/strict';
import test from 'node:test';

import { sent } from '../forms.js';

/** A dialog that was sent, and what was told where. */
function dialog() {
  const told = [];
  const tell = (where) => (failure) => told.push(failure ? `${where}: ${failure.message}` : where);
  const self = { open: true, told };
  self.ways = { isOpen: () => self.open, done: tell('done'), inside: tell('inside'), outside: tell('outside') };
  return self;
}
const refuse = async () => { throw new Error('window is paused'); };

test('what was done is done, once', async () => {
  const one = dialog();
  await sent(async () => {}, one.ways);
  assert.deepEqual(one.told, ['done']);
});

test('a refusal is told in the dialog that was sent', async () => {
  const one = dialog();
  await sent(refuse, one.ways);
  assert.deepEqual(one.told, ['inside: window is paused']);
});

test('a refusal of a dialog that was closed while it was sent is told outside', async () => {
  const one = dialog();
  const sending = sent(refuse, one.ways);
  one.open = false;
  await sending;
  assert.deepEqual(one.told, ['outside: window is paused']);
});
