import assert from 'node:assert/strict';
import test from 'node:test';

import { hearer, hintOf, isTyping, plainKey, step, typedNumber } from '../keys.js';

const element = (tagName, type, more = {}) => ({ tagName: tagName.toUpperCase(), type, isContentEditable: false, ...more });
const body = element('body');

test('a field that takes what is typed is told from a control that is pressed', () => {
  const typed = [['input', 'text'], ['input', 'password'], ['input', 'date'], ['input', 'number'], ['input', 'search'], ['textarea'], ['select']];
  const pressed = [['input', 'checkbox'], ['input', 'radio'], ['button'], ['body'], ['a']];
  typed.forEach(([tag, type]) => assert.ok(isTyping(element(tag, type)), `${tag} ${type}`));
  pressed.forEach(([tag, type]) => assert.ok(!isTyping(element(tag, type)), `${tag} ${type}`));
  assert.ok(isTyping(element('div', undefined, { isContentEditable: true })));
  assert.ok(!isTyping(null));
});

test('the desk hears keys only while it is on the screen and nothing else takes them', () => {
  const shown = { dialog: false, work: true, desk: true };
  assert.equal(hearer(body, shown), 'desk');
  assert.equal(hearer(body, { ...shown, desk: false }), 'choose');
  assert.equal(hearer(body, { ...shown, work: false }), null, 'figures and administration');
  assert.equal(hearer(body, { ...shown, dialog: true }), null);
  assert.equal(hearer(element('textarea'), shown), null);
});

test('a key with a modifier, held down or composed is none, nor a single one while those are off', () => {
  const press = (key, more = {}) => ({ key, ctrlKey: false, altKey: false, metaKey: false, repeat: false, isComposing: false, ...more });
  assert.equal(plainKey(press('N'), true), 'n');
  assert.equal(plainKey(press('n'), false), null);
  assert.equal(plainKey(press('F8'), false), 'f8');
  for (const more of ['ctrlKey', 'altKey', 'metaKey', 'repeat', 'isComposing']) {
    assert.equal(plainKey(press('F8', { [more]: true }), true), null, more);
  }
});

test('a button shows the keys that work', () => {
  assert.equal(hintOf(['f2', 'n'], true), 'F2 / N');
  assert.equal(hintOf(['f2', 'n'], false), 'F2');
  assert.equal(hintOf(['o'], false), '');
});

test('arrow keys lead through a list and stop at its ends', () => {
  assert.equal(step('ArrowDown', 0, 3), 1);
  assert.equal(step('ArrowDown', 2, 3), null);
  assert.equal(step('ArrowUp', 0, 3), null);
  assert.equal(step('End', 0, 3), 2);
  assert.equal(step('Home', 2, 3), 0);
  assert.equal(step('ArrowRight', 0, 3), null, 'a list has no columns');
  assert.equal(step('x', 0, 3), null);
});

test('arrow keys enter a list from outside, and nothing enters an empty one', () => {
  assert.equal(step('ArrowDown', -1, 3), 0);
  assert.equal(step('ArrowUp', -1, 3), 2);
  assert.equal(step('ArrowDown', -1, 0), null);
  assert.equal(step('x', -1, 3), null);
});

test('arrow keys lead through rows and columns, past what cannot be entered', () => {
  assert.equal(step('ArrowDown', 1, 8, 4), 5);
  assert.equal(step('ArrowRight', 1, 8, 4), 2);
  assert.equal(step('ArrowDown', 6, 8, 4), null);
  const open = (place) => place !== 0 && place !== 5;
  assert.equal(step('ArrowDown', -1, 8, 4, open), 1);
  assert.equal(step('Home', 7, 8, 4, open), 1);
  assert.equal(step('ArrowDown', 1, 12, 4, open), 9);
  assert.equal(step('ArrowLeft', 1, 8, 4, open), null);
  assert.equal(step('End', 0, 3, 1, () => false), null);
});

test('the number of a window is typed digit by digit', () => {
  const windows = [1, 2, 12, 30];
  assert.deepEqual(typedNumber(windows, '', '1'), { text: '1', number: 1 });
  assert.deepEqual(typedNumber(windows, '1', '2'), { text: '12', number: 12 });
  assert.deepEqual(typedNumber(windows, '', '3'), { text: '3', number: null });
  assert.deepEqual(typedNumber(windows, '3', '0'), { text: '30', number: 30 });
  assert.deepEqual(typedNumber(windows, '1', '1'), { text: '1', number: 1 }, 'there is no 11: it begins anew');
  assert.deepEqual(typedNumber(windows, '', '9'), { text: '', number: null });
});
