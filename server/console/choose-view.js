// Choosing a window: every window of the hall with its state, to sign on at or, for a supervisor, to act for. A window's
// number leads to its button, as the arrow keys do; Enter presses it.

import { app, board, hasRole, nameOf } from './app.js';
import { signOn } from './actions.js';
import { byId, h, keyed, setAttribute, setText, show } from './dom.js';
import { plainKey, step, typedNumber } from './keys.js';
import { t } from './language.js';
import { notice } from './notices.js';

/** Digits that come closer together than this are one number, ms. */
const DIGIT_MS = 1_500;
let typed = { text: '', at: 0 };

/** Whether the one who is logged in may sit at a window. Reception only looks. */
const sits = () => hasRole('clerk', 'supervisor');

/** Draws the windows. */
export function drawChoice() {
  setText(byId('choose-title'), t(sits() ? 'choose.title' : 'side.windows'));
  show(byId('choose-hint'), sits());
  const windows = [...(board()?.windows ?? [])].sort((one, other) => one.number - other.number);
  show(byId('choose-none'), board() !== null && windows.length === 0);
  keyed(byId('choose-list'), windows, (line) => line.id, make, update);
}

/** Moves to a window by the key of `event`, which the choice heard. Returns whether the key leads somewhere. */
export function chooseKey(event, singleKeys) {
  const key = plainKey(event, singleKeys);
  if (key !== null && /^[0-9]$/.test(key)) {
    digit(key);
    return true;
  }
  const list = byId('choose-list');
  // Beside the windows arrow keys belong to the list of tickets.
  return !byId('side').contains(document.activeElement) && arrow(event.key, list);
}

/** The button of a window, or null: somebody else is signed on there. */
const buttonOf = (row) => row.querySelector('button:not([hidden])');

function digit(key) {
  const rows = [...byId('choose-list').children];
  const before = Date.now() - typed.at < DIGIT_MS ? typed.text : '';
  const { text, number } = typedNumber(rows.map((row) => row.line.number), before, key);
  typed = { text, at: Date.now() };
  const row = rows.find((one) => one.line.number === number);
  if (row && buttonOf(row) === null) {
    const about = [row.parts.state, row.parts.who].map((part) => part.textContent).filter((text) => text !== '');
    notice(t('window.name', number) + t('sep.colon') + about.join(' · '));
  } else if (row) {
    buttonOf(row).focus();
  }
}

function arrow(key, list) {
  const rows = [...list.children];
  const columns = getComputedStyle(list).gridTemplateColumns.split(' ').length;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const to = step(key, at, rows.length, columns, (place) => buttonOf(rows[place]) !== null);
  if (to !== null) {
    buttonOf(rows[to]).focus();
  }
  return to !== null;
}

function make(line) {
  const parts = {
    name: h('strong'), zone: h('span', { class: 'more' }), state: h('span', { class: 'state' }), who: h('span', { class: 'more' }),
    services: h('span', { class: 'services' }),
    on: h('button', { type: 'button', class: 'primary', click: () => signOn(line.id) }),
    act: h('button', { type: 'button', click: () => actFor(line.id) }),
  };
  const row = h('li', {}, h('div', { class: 'row' }, parts.name, parts.state), parts.zone, parts.services, parts.who, h('div', { class: 'row' }, parts.on, parts.act));
  row.parts = parts;
  return row;
}

function update(row, line) {
  row.line = line;
  const { parts } = row;
  setText(parts.name, t('window.name', line.number));
  setText(parts.zone, nameOf.zone(line.zone));
  setText(parts.state, t(`window.${line.does.is}`));
  setAttribute(parts.state, 'data-is', line.does.is);
  setText(parts.services, line.services.map(nameOf.service).join(t('sep.list')));
  const free = line.staff === null && line.does.is === 'closed';
  setText(parts.who, line.staff === null ? '' : t('choose.takenBy', line.staff));
  setText(parts.on, t('choose.signOn'));
  setAttribute(parts.on, 'aria-label', `${t('choose.signOn')} ${t('window.name', line.number)}`);
  show(parts.on, free && sits());
  setText(parts.act, t('choose.act'));
  setAttribute(parts.act, 'aria-label', `${t('choose.act')} ${t('window.name', line.number)}`);
  show(parts.act, !free && hasRole('supervisor'));
}

function actFor(id) {
  app.windowId = id;
  app.acting = true;
  app.reply = null;
  app.redraw();
}
