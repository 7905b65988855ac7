import assert from 'node:assert/strict';
import test from 'node:test';

import { askedOf, dialled, rowsOf, stepsOf } from '../guide-rows.js';

const view = {
  hall: { 'zh-CN': '大厅' }, hall_phone: '010-5550 1000', service: {}, group: {}, windows: [1, 2], zones: [{ 'zh-CN': '东区' }],
  guide: { process: { 'zh-CN': '取号→提交→领取' }, materials: { 'zh-CN': '身份证' }, fee: {}, time_limit: {}, phone: '' },
};
const said = (texts) => texts['zh-CN'] ?? '';

test('a guide has rows for what it says and none for what it does not', () => {
  const rows = rowsOf(view, said, '、');
  assert.deepEqual(rows.map((row) => row.key), ['guide.materials', 'guide.process', 'guide.windows', 'guide.zones', 'guide.phone']);
  assert.deepEqual(rows[1].steps, ['取号', '提交', '领取']);
  assert.equal(rows[2].text, '1、2');
  assert.equal(rows[4].href, 'tel:01055501000');
});

test('a process that is one sentence is no list', () => {
  assert.deepEqual(stepsOf('当场办结'), ['当场办结']);
  assert.deepEqual(stepsOf('a -> b\n\nc'), ['a', 'b', 'c']);
});

test('a telephone number is dialled by its digits, and what has none is not', () => {
  assert.equal(dialled('+86 (10) 5550-1000'), 'tel:+861055501000');
  assert.equal(dialled('问讯处'), '');
});

test('the address names the service and the language, or less', () => {
  assert.deepEqual(askedOf('#id-card/en'), { service: 'id-card', language: 'en' });
  assert.deepEqual(askedOf('#id-card'), { service: 'id-card', language: '' });
  assert.deepEqual(askedOf(''), { service: '', language: '' });
});
