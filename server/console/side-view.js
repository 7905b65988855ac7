// Beside the desk: the queue, what was put aside, and the other windows.

import { app, board, markOf, nameOf, serverNow } from './app.js';
import { ticketMenu } from './actions.js';
import { currentDesk } from './desk-view.js';
import { aside, waiting } from './desk.js';
import { byId, h, keyed, setAttribute, setText, show } from './dom.js';
import { t } from './language.js';
import { clock, span } from './time.js';

/** At most this many tickets are listed; how many more there are is said. */
const ROWS_MAX = 200;
const TABS = ['waiting', 'aside', 'windows'];
let tab = 'waiting';

/** Makes the tabs and the keys of the lists. Once. */
export function makeSide() {
  for (const name of TABS) {
    const button = byId(`tab-${name}`);
    button.addEventListener('click', () => choose(name));
    button.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step !== undefined) {
        choose(TABS[(TABS.indexOf(name) + step + TABS.length) % TABS.length], true);
      }
    });
  }
  byId('only-mine').addEventListener('change', () => app.redraw());
  byId('list-waiting').addEventListener('keydown', rove);
  byId('list-aside').addEventListener('keydown', rove);
  choose('waiting');
}

function choose(name, focus = false) {
  tab = name;
  for (const one of TABS) {
    const chosen = one === name;
    byId(`tab-${one}`).setAttribute('aria-selected', String(chosen));
    byId(`tab-${one}`).tabIndex = chosen ? 0 : -1;
    show(byId(`panel-${one}`), chosen);
  }
  if (focus) {
    byId(`tab-${name}`).focus();
  }
}

/** Up, down, home and end move between the rows; the list is one stop for the tab key. */
function rove(event) {
  const rows = [...event.currentTarget.querySelectorAll('button')];
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (at >= 0 && to !== undefined && rows[to]) {
    event.preventDefault();
    rows[at].tabIndex = -1;
    rows[to].tabIndex = 0;
    rows[to].focus();
  }
}

/** Draws all three. */
export function drawSide(desk) {
  const held = board();
  const mine = desk !== null && byId('only-mine').checked;
  const waits = held === null ? [] : waiting(held, mine ? desk.window : null);
  const put = held === null ? [] : aside(held, desk?.window ?? null);
  show(byId('only-mine-row'), desk !== null);
  setText(byId('count-waiting'), String(waits.length));
  setText(byId('count-aside'), String(put.length));
  drawTickets(byId('list-waiting'), waits);
  drawTickets(byId('list-aside'), put);
  show(byId('empty-waiting'), held !== null && waits.length === 0);
  show(byId('empty-aside'), held !== null && put.length === 0);
  show(byId('more-waiting'), waits.length > ROWS_MAX);
  setText(byId('more-waiting'), t('side.more', waits.length - ROWS_MAX));
  drawWindows(held?.windows ?? []);
}

function drawTickets(place, lines) {
  keyed(place, lines.slice(0, ROWS_MAX), (line) => line.id, makeTicket, updateTicket);
  const rows = [...place.querySelectorAll('button')];
  if (rows.length > 0 && !rows.some((row) => row.tabIndex === 0)) {
    rows[0].tabIndex = 0;
  }
}

function makeTicket() {
  const parts = {
    label: h('strong', { class: 'label' }), mark: h('span', { class: 'mark' }), service: h('span', { class: 'service' }),
    more: h('span', { class: 'more' }), wait: h('span', { class: 'wait' }),
  };
  const button = h('button', { type: 'button', tabindex: '-1' }, h('span', { class: 'name' }, parts.label, parts.mark), h('span', { class: 'what' }, parts.service, parts.more), parts.wait);
  const row = h('li', {}, button);
  button.addEventListener('click', () => ticketMenu(row.line, currentDesk()));
  row.parts = parts;
  return row;
}

function updateTicket(row, line) {
  row.line = line;
  const { parts } = row;
  setText(parts.label, line.label);
  const mark = markOf(line.class);
  setText(parts.mark, mark);
  show(parts.mark, mark !== '');
  setText(parts.service, nameOf.service(line.service));
  setText(parts.more, remarks(line).join(' · '));
  setText(parts.wait, span((serverNow() - line.waiting_since) / 1000, t));
  setAttribute(row, 'data-stands', line.stands);
}

function remarks(line) {
  const put = line.stands === 'held' || line.stands === 'pooled';
  const window = line.window === null ? null : t(put ? 'side.heldAt' : 'side.reserved', nameOf.window(line.window));
  return [
    line.stands === 'waiting' ? null : t(`stands.${line.stands}`),
    window,
    line.zone === null ? null : t('side.reserved', nameOf.zone(line.zone)),
    line.misses > 0 ? t('desk.misses', line.misses) : null,
    line.language === 'zh-CN' ? null : nameOf.language(line.language),
    line.further.length > 0 ? `+${line.further.length}` : null,
  ].filter((text) => text !== null);
}

function drawWindows(lines) {
  const sorted = [...lines].sort((one, other) => one.number - other.number);
  keyed(byId('list-windows'), sorted, (line) => line.id, makeWindow, updateWindow);
}

function makeWindow() {
  const parts = { name: h('strong'), state: h('span', { class: 'state' }), detail: h('span', { class: 'more' }) };
  const row = h('li', {}, parts.name, parts.state, parts.detail);
  row.parts = parts;
  return row;
}

function updateWindow(row, line) {
  setText(row.parts.name, t('window.name', line.number));
  setText(row.parts.state, t(`window.${line.does.is}`));
  setAttribute(row.parts.state, 'data-is', line.does.is);
  setText(row.parts.detail, [windowDetail(line.does), line.staff].filter((text) => text).join(' · '));
  setAttribute(row, 'aria-current', line.id === app.windowId ? 'true' : null);
}

/** What a window is doing, beyond the one word. */
export function windowDetail(does) {
  switch (does.is) {
    case 'calling':
      return does.label;
    case 'serving':
      return `${does.label} · ${span((serverNow() - does.since) / 1000, t)}`;
    case 'paused': {
      const back = does.back_at ? t('window.backAt', clock(does.back_at, app.hall?.time_zone)) : null;
      return [does.reason, back].filter((text) => text !== null).join(' · ');
    }
    default:
      return '';
  }
}
