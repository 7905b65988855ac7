import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';

const folder = new URL('../', import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), 'utf8');

/** What Chromium 79 (televisions of 2020 and 2021) does not know, by name. */
const TOO_NEW_IN_MODULES = [
  ['optional chaining', /\?\.(?!\d)/],
  ['nullish coalescing', /\?\?/],
  ['logical assignment', /(?:\|\||&&)=/],
  ['a private member', /(?:\bthis|\w)\.#\w|^\s*(?:async\s+)?#\w+\s*[(=;]/m],
  ['a static block', /\bstatic\s*\{/],
  ['top-level await', /^(?:(?:const|let)\s.*=\s*)?await\b/m],
  ['replaceAll', /\.replaceAll\(/],
  ['at()', /\.at\(/],
  ['Object.hasOwn', /\bObject\.hasOwn\b/],
  ['structuredClone', /\bstructuredClone\b/],
  ['replaceChildren', /\.replaceChildren\(/],
  ['AbortSignal.timeout', /\bAbortSignal\.(?:timeout|any)\b/],
  ['Promise.any', /\bPromise\.(?:any|withResolvers)\b/],
  ['findLast', /\.findLast(?:Index)?\(/],
  ['a copying array method', /\.to(?:Sorted|Reversed|Spliced)\(/],
  ['groupBy', /\bgroupBy\(/],
  ['WeakRef', /\bWeakRef\b/],
  ['randomUUID', /\brandomUUID\(/],
  ['export * as', /\bexport \* as\b/],
  ['an import assertion', /\bimport .* (?:with|assert) \{/],
  ['a match index', /\/[a-z]*[dv][a-z]*\.(?:exec|test)\(/],
  ['crypto.randomUUID', /crypto\.randomUUID/],
];
/** In the body of a class, where members stand two deep. */
const CLASS_FIELD = /^ {2}(?:static\s+)?[\w$]+\s*(?:=\s*[^=>].*)?;$/m;
const TOO_NEW_IN_STYLES = [
  ['gap outside a grid', /(?<!grid-)\b(?:row-|column-)?gap\s*:/],
  ['aspect-ratio as a property', /[{;\s](?<!-)aspect-ratio\s*:\s*[\d.]+(?:\s*\/\s*[\d.]+)?\s*[;}]/],
  ['inset', /[{;\s]inset(?:-\w+)*\s*:/],
  [':is, :where, :has or :focus-visible', /:(?:is|where|has)\(|:focus-visible/],
  ['container queries', /@container\b|\bcontainer(?:-type|-name)?\s*:|\bcq[wh]\b/],
  ['a layer, a property or a scope', /@(?:layer|property|scope|starting-style)\b/],
  ['small, large or dynamic viewport units', /\d(?:[sld]v[hw])\b/],
  ['a newer colour', /\b(?:color-mix|oklch|oklab|lab|lch|hwb|color)\(/],
  ['nesting', /\{[^{}@]*&[^{}]*\{/],
  ['overflow: clip or anywhere', /overflow(?:-[xy])?\s*:\s*clip|overflow-wrap\s*:\s*anywhere/],
  ['accent-color', /accent-color/],
  ['subgrid', /\bsubgrid\b/],
  ['single transforms', /[{;\s](?:translate|rotate|scale)\s*:/],
  ['a range in a media query', /@media[^{]*[<>]/],
  ['text-wrap', /text-wrap\s*:/],
];

/** Source without its comments, its strings' insides kept: what a browser parses. */
function bare(text, style) {
  const without = text.replace(/\/\*[\s\S]*?\*\//g, '');
  return style ? without : without.replace(/^\s*\/\/.*$/gm, '').replace(/\s\/\/ .*$/gm, '');
}

/** Every file that a page loads, followed through its modules' imports. */
function loaded(page) {
  const html = read(page);
  const queue = [...html.matchAll(/(?:src|href)="\/assets\/([\w.-]+\.(?:js|css))"/g)].map((match) => match[1]);
  const files = new Set();
  while (queue.length > 0) {
    const name = queue.pop();
    if (!files.has(name)) {
      files.add(name);
      queue.push(...[...read(name).matchAll(/from '\.\/([\w.-]+)'|import\('\.\/([\w.-]+)'\)/g)].map((match) => match[1] || match[2]));
    }
  }
  return [...files];
}

function tooNew(name, text) {
  const style = name.endsWith('.css');
  const source = bare(text, style);
  const fields = style ? [] : [...source.matchAll(/\bclass [^{]*\{\n([\s\S]*?)^\}/gm)].filter(([, body]) => CLASS_FIELD.test(body)).map(() => `${name} uses a class field`);
  return fields.concat((style ? TOO_NEW_IN_STYLES : TOO_NEW_IN_MODULES).filter(([, form]) => form.test(source)).map(([what]) => `${name} uses ${what}`));
}

test('what the wall board loads is found through its imports', () => {
  const files = loaded('wall.html');
  for (const name of ['wall.js', 'wall.css', 'wall-view.js', 'link.js', 'board.js', 'socket.js', 'dom.js', 'http.js', 'localized.js']) {
    assert.ok(files.includes(name), name);
  }
  files.forEach((name) => assert.ok(existsSync(new URL(name, folder)), name));
});

test('a television of 2020 understands everything that the wall board loads', () => {
  assert.deepEqual(loaded('wall.html').flatMap((name) => tooNew(name, read(name))), []);
});

test('what is too new for a television is found', () => {
  const modules = ['a?.b', 'a ?? b', 'a ||= b', 'this.#a', '  #a() {', '  static {', 'await start();', 'const a = await b;', "x.replaceAll('a', 'b')", 'list.at(-1)', 'Object.hasOwn(a, b)', 'structuredClone(a)', 'class A {\n  a = 1;\n}\n', 'class A {\n  a;\n}\n', 'place.replaceChildren(a)', 'AbortSignal.timeout(5)'];
  modules.forEach((text) => assert.notDeepEqual(tooNew('x.js', text), [], text));
  const styles = ['a { display: flex; gap: 4px; }', 'a { aspect-ratio: 16 / 9; }', 'a { inset: 0; }', ':is(a, b) { }', 'a:has(b) { }', '@container (width > 4px) { }', 'a { width: 100dvh; }', 'a:focus-visible { }'];
  styles.forEach((text) => assert.notDeepEqual(tooNew('x.css', text), [], text));
  const fine = ['const a = b ? .5 : 1;', 'if (a) {\n  b = 1;\n}', '// a?.b', 'async function f() {\n  await g();\n}', 'const ms = 10_000;'];
  fine.forEach((text) => assert.deepEqual(tooNew('x.js', text), [], text));
  const plain = ['a { display: grid; grid-gap: 4px; }', '@media (max-aspect-ratio: 16/9) { a { b: c; } }', 'a { transform: translateX(1px); }'];
  plain.forEach((text) => assert.deepEqual(tooNew('x.css', text), [], text));
});

// --- Colours ---

/** `{theme: {name: {colour, grounds, kind}}}`, read from the comments behind the colours. */
function themes() {
  const found = {};
  for (const [, theme, body] of read('wall.css').matchAll(/\[data-theme="(\w+)"\] \{\n([^}]*)\}/g)) {
    found[theme] = {};
    for (const [, name, colour, kind, grounds] of body.matchAll(/--([\w-]+): (#[0-9a-f]{6});(?: \/\* (text|edge) on ([\w ]+?) \*\/)?/g)) {
      found[theme][name] = { colour, kind, grounds: grounds === undefined ? [] : grounds.split(' ') };
    }
  }
  return found;
}

/** Relative luminance and contrast, WCAG 2.2. */
function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

test('in every theme text stands out from its ground, and in the contrast theme more so', () => {
  const all = themes();
  assert.deepEqual(Object.keys(all).sort(), ['contrast', 'dark', 'light']);
  for (const [theme, colours] of Object.entries(all)) {
    for (const [name, { colour, kind, grounds }] of Object.entries(colours)) {
      const least = kind === 'edge' ? 3 : theme === 'contrast' ? 7 : 4.5;
      for (const ground of grounds) {
        const reached = contrast(colour, colours[ground].colour);
        assert.ok(reached >= least, `${theme}: ${name} on ${ground} has ${reached.toFixed(2)}, wants ${least}`);
      }
    }
  }
});

test('every theme names the same colours for the same purposes', () => {
  const [first, ...others] = Object.values(themes());
  others.forEach((other) => assert.deepEqual(Object.keys(other), Object.keys(first)));
  const texts = Object.entries(first).filter(([, one]) => one.kind === 'text').map(([name]) => name);
  assert.deepEqual(texts, ['ink', 'soft', 'call', 'window', 'mark', 'lit-ink', 'lit-mark', 'pause-ink', 'brand-ink', 'stale-ink']);
});

test('no colour stands outside the themes', () => {
  const rest = read('wall.css').replace(/\[data-theme="\w+"\] \{[^}]*\}/g, '').replace(/\/\*[\s\S]*?\*\//g, '');
  assert.doesNotMatch(rest, /#[0-9a-f]{3,8}\b(?=\s*[;,)])|\brgba?\(|\bhsla?\(/i);
});

test('nothing flashes faster than once a second', () => {
  assert.doesNotMatch(read('wall.css'), /\bblink\b|animation[^;]*\b(?:0?\.\d+s|\d{1,3}ms)/);
});
