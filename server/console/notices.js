// Short notices at the edge of the page. A refusal stays until it is put away; a success leaves by itself.

import { h } from './dom.js';
import { t } from './language.js';

/** At most this many notices at a time; the oldest makes room. */
const NOTICES_MAX = 4;
/** How long a success is shown, ms. */
const DONE_MS = 5_000;

/**
 * Shows a notice.
 * @param text what to say
 * @param kind `done` or `fail`
 * @param again what the button “try again” does; null: no such button
 */
export function notice(text, kind = 'done', again = null) {
  const place = document.getElementById('notices');
  const close = () => box.remove();
  const box = h('div', { class: `notice ${kind}`, role: kind === 'fail' ? 'alert' : 'status' }, h('p', {}, text));
  if (again !== null) {
    box.append(h('button', { type: 'button', click: () => { close(); again(); } }, t('fail.again')));
  }
  if (kind === 'fail') {
    box.append(h('button', { type: 'button', class: 'quiet', click: close }, t('fail.close')));
  } else {
    setTimeout(close, DONE_MS);
  }
  place.append(box);
  while (place.childElementCount > NOTICES_MAX) {
    place.firstElementChild.remove();
  }
}

/** Puts all failures away: what they were about has been done. */
export function clearFailures() {
  document.querySelectorAll('#notices .fail').forEach((box) => box.remove());
}
