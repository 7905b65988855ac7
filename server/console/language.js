// The language of the pages: which one is on, its texts, and texts that come from the hall in several.

import { FALLBACK, localized as localizedIn } from './localized.js';
import { TEXTS } from './texts.js';
import { VISITOR_TEXTS } from './visitor-texts.js';

/** The languages of the staff pages, in the order in which they are offered: tag and name in itself. */
export const LANGUAGES = [['zh-CN', '中文'], ['en', 'English']];

/** The languages of the phone page: customers speak more. */
export const VISITOR_LANGUAGES = [['zh-CN', '简体中文'], ['zh-TW', '繁體中文'], ['en', 'English'], ['de', 'Deutsch']];

const STORED = 'nowserving.language';
const listeners = [];
let current = stored() ?? 'zh-CN';

function stored() {
  try {
    const tag = globalThis.localStorage?.getItem(STORED);
    return VISITOR_LANGUAGES.some(([known]) => known === tag) ? tag : null;
  } catch {
    return null;
  }
}

/** The BCP 47 tag of the language that is on. */
export function language() {
  return current;
}

/** Whether somebody chose a language on this machine. */
export function languageWasChosen() {
  return stored() !== null;
}

/** Switches the language; `keep` remembers it on this machine. */
export function setLanguage(tag, keep = true) {
  if (!VISITOR_LANGUAGES.some(([known]) => known === tag)) {
    return;
  }
  current = tag;
  try {
    if (keep) {
      globalThis.localStorage?.setItem(STORED, tag);
    }
  } catch {
    // A browser that stores nothing still speaks.
  }
  listeners.forEach((listener) => listener(tag));
}

/** Calls `listener` after each switch. */
export function onLanguage(listener) {
  listeners.push(listener);
}

/** The page's own text `key`, with `args` where it is a sentence with gaps. */
export function t(key, ...args) {
  const text = (TEXTS[current] ?? VISITOR_TEXTS[current])[key] ?? TEXTS[FALLBACK[current] ?? 'zh-CN'][key];
  if (text === undefined) {
    return key;
  }
  return typeof text === 'function' ? text(...args) : text;
}

/** A text of the hall in the language that is on, else in the nearest that its readers can read, else in the first. */
export function localized(texts, tag = current) {
  return localizedIn(texts, tag);
}

/** Puts the page's texts into every element that asks for one: `data-text`, `data-label` (aria), `data-hint` (placeholder). */
export function translate(root) {
  for (const element of root.querySelectorAll('[data-text]')) {
    element.textContent = t(element.dataset.text);
  }
  for (const element of root.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', t(element.dataset.label));
  }
  for (const element of root.querySelectorAll('[data-hint]')) {
    element.setAttribute('placeholder', t(element.dataset.hint));
  }
}

/** Makes the switch of languages in `place`: one button for each that is `offered`, in its own name. */
export function languageSwitch(place, chosen = () => {}, offered = LANGUAGES) {
  const buttons = offered.map(([tag, name]) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.lang = tag;
    button.textContent = name;
    button.addEventListener('click', () => {
      setLanguage(tag);
      chosen(tag);
    });
    place.append(button);
    return [tag, button];
  });
  const mark = () => {
    document.documentElement.lang = current;
    // A page without words in the language that is on speaks another, and its switch says which.
    const spoken = buttons.some(([tag]) => tag === current) ? current : FALLBACK[current];
    buttons.forEach(([tag, button]) => button.setAttribute('aria-pressed', String(tag === spoken)));
  };
  onLanguage(mark);
  mark();
}
