// Elements of the wall board: lines of text that shrink until they fit, and boxes in their places.

import { h } from './dom.js';

/** How far a line may shrink before it is cut, as part of its size. */
const LEAST = 0.55;
/** How far a line in a cell may shrink: what is smaller can be read by nobody in the hall. */
export const LEAST_IN_CELL = 0.75;

/** How many pixels a unit of the design has. The same as --u in wall.css. */
export function unitOf(width, height) {
  return width > height ? Math.min(width / 1920, height / 1080) : Math.min(width / 1080, height / 1920);
}

/** An element with a class and texts; `fit`: one line that shrinks. */
export const p = (name, ...inside) => h('p', { class: name }, ...inside);
export const line = (name, text, lang = null, least = LEAST) => h('p', { class: `fit ${name}`, lang, 'data-least': least }, text);
export const span = (name, text, lang = null) => h('span', { class: name, lang }, text);
export const box = (name, ...inside) => h('div', { class: name }, ...inside);

/** A text in both languages: the second in a smaller line, and left out when there is none. */
export const both = (name, pair, view) => [line(name, pair.first), pair.second === '' ? null : line('second', pair.second, view.second)];

/** Puts an element into its place, in pixels. */
export function put(element, x, y, width, height) {
  const { style } = element;
  style.left = `${x}px`;
  style.top = `${y}px`;
  style.width = `${width}px`;
  style.height = `${height}px`;
  return element;
}

/** Sets style properties. */
export function set(element, properties) {
  Object.entries(properties).forEach(([name, value]) => element.style.setProperty(name, value));
  return element;
}

/** The sizes that a text of several lines may have, as parts of its full size; and how small its letters may become, in units. */
const FLOW_STEPS = [1, 0.94, 0.88, 0.82, 0.76, 0.7, 0.65, 0.6, 0.55, 0.51, 0.47, 0.43, 0.4, 0.37, 0.34, 0.31];
const FLOW_LEAST = 17;
/** What goes below the last line, as part of its letters; as in wall.css. */
const FLOW_BELOW = 0.12;

/**
 * Makes a text as large as its `max-height` allows, in as many lines as it takes; one that is too long even in the smallest
 * letters is broken anywhere and ends with dots.
 * @param least the smallest step that is taken; when that is too large nothing is cut
 * @returns whether the text stands there whole
 */
export function flow(element, least = 0) {
  const floor = FLOW_LEAST * unitOf(window.innerWidth, window.innerHeight);
  element.classList.remove('cut');
  element.style.removeProperty('--fit');
  const style = getComputedStyle(element);
  const full = parseFloat(style.fontSize);
  const high = parseFloat(style.maxHeight);
  const lineHigh = () => parseFloat(getComputedStyle(element).lineHeight);
  const range = document.createRange();
  range.selectNodeContents(element);
  const linesOf = () => new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size;
  const fits = (step) => linesOf() * lineHigh() + full * step * FLOW_BELOW <= high + 1 && element.scrollWidth <= element.clientWidth;
  const whole = FLOW_STEPS.filter((step) => step >= least && (step === 1 || full * step >= floor)).some((step) => {
    element.style.setProperty('--fit', step);
    return fits(step);
  });
  if (!whole && least === 0) {
    set(element, { '--lines': Math.max(1, Math.floor((high + 1) / lineHigh())) });
    element.classList.add('cut');
  }
  return whole;
}

/** Whether a text can stand in two lines: a single word cannot. */
const breaks = (text) => /\s|\p{Script=Han}/u.test(text.trim());

/** Makes every line in `root` as small as it must be. All are measured before any is changed: one layout, not many. */
export function fit(root) {
  const lines = [...root.querySelectorAll('.fit')];
  lines.forEach((one) => {
    one.style.removeProperty('--fit');
    one.classList.remove('dots');
  });
  const wide = lines.map((one) => [one.clientWidth, one.scrollWidth]);
  lines.forEach((one, at) => {
    const [room, wanted] = wide[at];
    const { dispensable } = one.dataset;
    if (wanted <= room || (room === 0 && dispensable === undefined)) {
      return;
    }
    // A hundredth less than fits, because glyphs are placed on whole pixels.
    const scale = (0.99 * room) / wanted;
    const single = one.dataset.long !== undefined && !breaks(one.textContent);
    const least = single ? LEAST : Number(one.dataset.least || LEAST);
    if (scale < least && one.dataset.long !== undefined && !single) {
      one.closest('.cell').classList.add('long');
    } else if (scale < least && dispensable !== undefined) {
      one.hidden = true;
    } else {
      one.style.setProperty('--fit', Math.max(least, scale).toFixed(3));
      one.classList.toggle('dots', scale < least);
    }
  });
}
