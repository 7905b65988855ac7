// The keyboard of the staff page: which part of it hears a key, and where a key leads in a list. Pure: no page.

/** Inputs that are pressed, not typed into. */
const PRESSED = ['checkbox', 'radio', 'button', 'submit', 'reset'];

/** Whether `target`, the element under a key, takes what is typed: then no key is a command, not even a function key. */
export function isTyping(target) {
  const tag = target?.tagName?.toLowerCase();
  if (tag === 'input') {
    return !PRESSED.includes(target.type);
  }
  return tag === 'textarea' || tag === 'select' || target?.isContentEditable === true;
}

/**
 * Which part of the page hears a key that was pressed at `target`: `desk`, `choose`, or null.
 * @param shown what is on the screen: `{ dialog, work, desk }`, `work` being the page of the windows as against the
 *   figures and the administration
 */
export function hearer(target, shown) {
  if (shown.dialog || !shown.work || isTyping(target)) {
    return null;
  }
  return shown.desk ? 'desk' : 'choose';
}

/** The key of `event` in lower case, or null: with a modifier, held down, or a single character while those are off. */
export function plainKey(event, singleKeys) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) {
    return null;
  }
  const key = event.key.toLowerCase();
  return key.length === 1 && !singleKeys ? null : key;
}

/** What a button shows of its keys: with single characters off (WCAG 2.2, 2.1.4) only those that still work. */
export function hintOf(keys, singleKeys) {
  return keys.filter((key) => key.length > 1 || singleKeys).map((key) => key.toUpperCase()).join(' / ');
}

/**
 * Where `key` leads from place `at` (-1: not in it yet) among `count` places in rows of `columns`; null: nowhere.
 * Places that are not `open` are passed over.
 */
export function step(key, at, count, columns = 1, open = () => true) {
  const by = { ArrowDown: columns, ArrowUp: -columns, ...(columns > 1 ? { ArrowRight: 1, ArrowLeft: -1 } : {}) }[key];
  const fromEdge = { Home: 1, End: -1 }[key] ?? (at < 0 ? Math.sign(by ?? 0) : 0);
  const move = fromEdge === 0 ? (by ?? 0) : fromEdge;
  if (move === 0) {
    return null;
  }
  let to = fromEdge === 0 ? at + move : fromEdge > 0 ? 0 : count - 1;
  while (to >= 0 && to < count && !open(to)) {
    to += move;
  }
  return to >= 0 && to < count ? to : null;
}

/**
 * A number typed digit by digit, among `numbers`: what is typed so far, and the number that this is, or null. A digit
 * that leads to none of them begins anew.
 */
export function typedNumber(numbers, before, digit) {
  const texts = numbers.map(String);
  const begins = (text) => texts.some((one) => one.startsWith(text));
  const text = [before + digit, digit].find(begins) ?? '';
  return { text, number: texts.includes(text) ? Number(text) : null };
}
