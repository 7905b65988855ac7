// What is drawn on a wall board, measured in the page: run in the frame that shows it. Gives
// `{drawn, faults}`: a line for each panel and each text, and what is wrong with them in words.
//
// A line is `KIND NAME x y width height SIZE COLOUR “text”`, lengths in units of the design (a 1080th of a lying screen's
// height), so that the same board on a larger screen has the same lines.

const board = document;
const view = { width: window.innerWidth, height: window.innerHeight };
const unit = view.width > view.height ? Math.min(view.width / 1920, view.height / 1080) : Math.min(view.width / 1080, view.height / 1920);
const faults = [];
const drawn = [];

/** Text needs this contrast, where the picture is not dimmed because it is old, numbers of tickets and windows this (WCAG 2.2, 1.4.3 and 1.4.6). */
const TEXT_CONTRAST = 4.5;
const NUMBER_CONTRAST = 7;
const NUMBERS = '.label, .number, .way-to, .count, .sign-number';
/** What a rounded box may stick out, in pixels. */
const SLACK = 1.5;

const round = (length) => Math.round(length / unit);
const shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden';
const nameOf = (element) => (element.id ? `#${element.id}` : element.className ? `.${String(element.className).split(' ').filter((one) => one !== 'fit').join('.')}` : element.tagName.toLowerCase());

/** `[r, g, b, a]` of a computed colour. */
function rgba(colour) {
  const parts = colour.match(/[\d.]+/g).map(Number);
  return parts.length < 4 ? [...parts.slice(0, 3), 1] : parts;
}

function luminance([red, green, blue]) {
  const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** The colour behind an element: the nearest that is not seen through. */
function ground(element) {
  for (let at = element; at !== null; at = at.parentElement) {
    const colour = rgba(getComputedStyle(at).backgroundColor);
    if (colour[3] === 1) {
      return colour;
    }
  }
  return [255, 255, 255, 1];
}

const hex = (colour) => `#${colour.slice(0, 3).map((one) => Math.round(one).toString(16).padStart(2, '0')).join('')}`;

/** Every piece of text that can be seen, with its element, its lines and where its letters are. */
function texts() {
  const found = [];
  const walker = board.createTreeWalker(board.getElementById('wall'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (node.textContent.trim() === '' || !shown(element)) {
      continue;
    }
    const range = board.createRange();
    range.selectNodeContents(node);
    const size = parseFloat(getComputedStyle(element).fontSize);
    // Letters are lower than their line: what is above and below them may be cut.
    const letters = [...range.getClientRects()].map((rect) => {
      const middle = (rect.top + rect.bottom) / 2;
      return { left: rect.left, right: rect.right, top: middle - size * 0.4, bottom: middle + size * 0.4 };
    });
    const box = range.getBoundingClientRect();
    found.push({ node, element, size, letters, box, text: node.textContent.trim() });
  }
  return found;
}

/** The part of a rectangle that its ancestors let be seen. */
function clips(element) {
  const boxes = [];
  for (let at = element; at !== null && at.id !== 'wall'; at = at.parentElement) {
    if (getComputedStyle(at).overflow !== 'visible') {
      boxes.push(at);
    }
  }
  return boxes;
}

const sticksOut = (inner, outer) => inner.left < outer.left - SLACK || inner.right > outer.right + SLACK || inner.top < outer.top - SLACK || inner.bottom > outer.bottom + SLACK;
const overlap = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > SLACK && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > SLACK;

function report(kind, name, rect, more) {
  drawn.push([kind, name, round(rect.left), round(rect.top), round(rect.right - rect.left), round(rect.bottom - rect.top), ...more].join(' '));
}

// --- Panels and cells: none lies over another, and none outside the screen ---

const screen = { left: 0, top: 0, right: view.width, bottom: view.height };
const blocks = ['#header', '#stale', '#pauses', '#touch', '#line', '#message'].map((one) => board.querySelector(one)).concat([...board.querySelectorAll('.panel')]).filter((one) => one !== null && shown(one));
for (const block of blocks) {
  const rect = block.getBoundingClientRect();
  report('panel', nameOf(block), rect, [hex(ground(block))]);
  if (sticksOut(rect, screen)) {
    faults.push(`${nameOf(block)} stands outside the screen`);
  }
}
const apart = (all) => all.forEach((one, at) => all.slice(at + 1).forEach((other) => {
  if (overlap(one.getBoundingClientRect(), other.getBoundingClientRect())) {
    faults.push(`${nameOf(one)} covers ${nameOf(other)}`);
  }
}));
apart(blocks);
for (const panel of board.querySelectorAll('.panel')) {
  apart([...panel.querySelectorAll('.cell')]);
  apart([...panel.querySelectorAll('.now, .list')]);
  apart([...panel.querySelectorAll('.row')]);
}

// --- Texts: whole, apart, and to be told from their ground ---

const all = texts();
for (const { element, size, letters, box, text } of all) {
  const moves = element.id === 'line-text';
  const colour = rgba(getComputedStyle(element).color);
  const behind = ground(element);
  // How old a picture is differs from run to run.
  const said = element.closest('#stale') === null ? text : text.replace(/\d+/g, '#');
  report('text', nameOf(element), moves ? { left: 0, top: box.top, right: view.width, bottom: box.bottom } : box, [round(size), hex(colour), `“${said}”`]);
  const reached = contrast(colour, behind);
  // Nobody is called to a closed window: its number stands back.
  const called = element.closest(NUMBERS) !== null && element.closest('.closed') === null;
  const wanted = called ? NUMBER_CONTRAST : TEXT_CONTRAST;
  if (reached < wanted) {
    faults.push(`${nameOf(element)} “${text}” has a contrast of ${reached.toFixed(2)}, wants ${wanted}`);
  }
  if (moves) {
    continue;
  }
  if (letters.some((line) => sticksOut(line, screen))) {
    faults.push(`${nameOf(element)} “${text}” stands outside the screen`);
  }
  // A name that would need letters which nobody can read ends with dots, and says so.
  const dotted = element.matches('.service.long .name.cut');
  for (const clip of dotted ? [] : clips(element)) {
    const room = clip.getBoundingClientRect();
    if (letters.some((line) => sticksOut(line, room))) {
      faults.push(`${nameOf(element)} “${text}” is cut by ${nameOf(clip)}`);
      break;
    }
  }
}
for (const panel of blocks) {
  // What is clipped away lies over nothing.
  const clipped = '.masked, .name.cut, #line-text';
  const here = all.filter((one) => panel.contains(one.element) && !one.element.matches(clipped));
  here.forEach((one, at) => here.slice(at + 1).forEach((other) => {
    if (one.letters.some((line) => other.letters.some((beside) => overlap(line, beside)))) {
      faults.push(`${nameOf(one.element)} “${one.text}” lies over ${nameOf(other.element)} “${other.text}”`);
    }
  }));
}
return { drawn, faults };
