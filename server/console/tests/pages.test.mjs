import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

import { TEXTS } from '../texts.js';
import { VISITOR_TEXTS } from '../visitor-texts.js';

const folder = new URL('../', import.meta.url);
const files = readdirSync(folder);
const read = (name) => readFileSync(new URL(name, folder), 'utf8');
const pages = files.filter((name) => name.endsWith('.html'));
const modules = files.filter((name) => name.endsWith('.js'));

test('every text that a page or a module asks for is there', () => {
  for (const name of [...pages, ...modules]) {
    const asked = [...read(name).matchAll(/(?:\bt\('|data-(?:text|label|hint)=")([\w.-]+)['"]/g)].map((match) => match[1]);
    for (const key of asked) {
      assert.ok(key in TEXTS['zh-CN'], `${name} asks for ${key}`);
    }
  }
});

test('every element that the staff page reaches for is there', () => {
  const ids = new Set([...read('index.html').matchAll(/ id="([\w-]+)"/g)].map((match) => match[1]));
  const others = ['setup.js', 'ticket.js', 'guide.js', 'api.js', 'dom.js'];
  for (const name of modules.filter((one) => !others.includes(one) && !one.startsWith('wall'))) {
    for (const [, id] of read(name).matchAll(/byId\('([\w-]+)'\)/g)) {
      assert.ok(ids.has(id), `${name} reaches for #${id}`);
    }
  }
});

test('every element that the wall board reaches for is there', () => {
  const ids = new Set([...read('wall.html').matchAll(/ id="([\w-]+)"/g)].map((match) => match[1]));
  for (const name of modules.filter((one) => one.startsWith('wall'))) {
    for (const [, id] of read(name).matchAll(/(?:byId|put2|setText\(byId)\('([\w-]+)'/g)) {
      assert.ok(ids.has(id), `${name} reaches for #${id}`);
    }
  }
});

test('pages hold no inline script, style or handler, and ask nothing of other hosts', () => {
  for (const name of pages) {
    const text = read(name);
    assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/, name);
    assert.doesNotMatch(text, /(?:src|href)="(?:https?:)?\/\//, name);
  }
  for (const name of modules) {
    assert.doesNotMatch(read(name), /innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function/, name);
  }
});

test('every asset that a page or a module names is in the folder or a font', () => {
  const known = new Set([...files, 'NotoSansSC-Regular.otf', 'NotoSansSC-Bold.otf']);
  for (const name of files.filter((one) => /\.(html|css|js)$/.test(one))) {
    const named = [...read(name).matchAll(/\/assets\/([\w.-]+)|from '\.\/([\w.-]+)'/g)].map((match) => match[1] ?? match[2]);
    named.forEach((asset) => assert.ok(known.has(asset), `${name} names ${asset}`));
  }
});

test('bold is a font of its own, and the font of the house goes before those of the machine', () => {
  const faces = [...read('common.css').matchAll(/@font-face \{([^}]*)\}/g)].map((match) => match[1]);
  const weights = faces.filter((face) => face.includes('"Nowserving Sans"')).map((face) => [/font-weight: (\d+)/.exec(face)[1], /NotoSansSC-(\w+)\.otf/.exec(face)[1]]);
  assert.deepEqual(weights, [['400', 'Regular'], ['700', 'Bold']]);
  for (const face of faces.filter((one) => one.includes('"Nowserving Sans'))) {
    assert.match(face, /src: url\(/);
    assert.match(face, /font-display: swap/);
  }
});

test('Chinese sentences use Chinese punctuation', () => {
  const texts = Object.entries(TEXTS['zh-CN']).map(([key, text]) => [key, typeof text === 'function' ? text('', '') : text]);
  for (const [key, text] of texts) {
    assert.doesNotMatch(text, /[\u4e00-\u9fff][,:;?()]|[,:;?()][\u4e00-\u9fff]/, key);
  }
});

test('customers read every text of the phone page in their own language and script', () => {
  const asked = ['ticket.html', 'ticket.js', 'time.js', 'guide.html', 'guide.js', 'guide-rows.js'].flatMap((name) => [...read(name).matchAll(/(?:\bt\('|key: '|data-(?:text|label|hint)=")([\w.-]+)['"]/g)].map((match) => match[1]));
  const said = (text) => (typeof text === 'function' ? text('0', '0') : text);
  // Written the same in both kinds of Chinese.
  const alike = ['sep.list', 'span.seconds', 'phone.people', 'phone.cancelled', 'phone.next', 'phone.called', 'phone.waiting', 'phone.cancelNo', 'guide.zones'];
  // Traditional Chinese is written with Big5; no simplified form is in it.
  const big5 = new Set();
  for (let at = 0xa440; at <= 0xf9ff; at += 1) {
    big5.add(new TextDecoder('big5').decode(Uint8Array.of(at >> 8, at & 0xff)));
  }
  const simplified = (text) => [...text].filter((one) => /\p{Script=Han}/u.test(one) && !big5.has(one)).join('');
  for (const key of asked) {
    const { 'zh-TW': traditional, de } = VISITOR_TEXTS;
    assert.equal(typeof traditional[key], typeof TEXTS['zh-CN'][key], key);
    assert.equal(typeof de[key], typeof TEXTS.en[key], key);
    assert.equal(simplified(said(traditional[key])), '', key);
    assert.doesNotMatch(said(traditional[key]), /\p{Script=Latin}/u, key);
    assert.ok(alike.includes(key) || said(traditional[key]) !== said(TEXTS['zh-CN'][key]), `${key} is not translated`);
    assert.doesNotMatch(said(de[key]), /\p{Script=Han}/u, key);
    assert.ok(['sep.list', 'span.seconds'].includes(key) || said(de[key]) !== said(TEXTS.en[key]), `${key} is not translated`);
  }
});
