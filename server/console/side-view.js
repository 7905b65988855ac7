// Beside the desk: the queue, what was put aside, and the other windows. A key leads into the list that is shown, arrow
// keys through it, Enter opens what can be done with a ticket.

import { app, board, markOf, nameOf, serverNow } from './app.js';
import { ticketMenu } from './actions.js';
import { SIDE_KEYS } from './commands.js';
import { currentDesk, singleKeys } from './desk-view.js';
import { aside, waiting } from './desk.js';
import { byId, h, keyed, setAttribute, setText, show } from './dom.js';
import { hintOf, plainKey, step } from './keys.js';
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
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by !== undefined) {
        choose(TABS[(TABS.indexOf(name) + by + TABS.length) % TABS.length], true);
      } else if (event.key === 'ArrowDown' && rowsShown().length > 0) {
        event.preventDefault();
        enterList();
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
  app.redraw();
}

const rowsOf = (place) => [...place.querySelectorAll('button')];
const rowsShown = () => (tab === 'windows' ? [] : rowsOf(byId(`list-${tab}`)));

/** Carries out the key of `event` beside those of the desk. Returns whether there is one. */
export function sideKey(event) {
  const key = plainKey(event, singleKeys());
  if (SIDE_KEYS.list.includes(key)) {
    enterList();
  } else if (SIDE_KEYS.issue.includes(key) && !byId('issue').hidden) {
    byId('issue').click();
  } else {
    return false;
  }
  return true;
}

/** Leads into the list that is shown: to the row that was left last, or, when it is empty, to its tab. */
function enterList() {
  const rows = rowsShown();
  (rows.find((row) => row.tabIndex === 0) ?? rows[0] ?? byId(`tab-${tab}`)).focus();
}

function toRow(rows, to) {
  rows.forEach((row) => { row.tabIndex = -1; });
  rows[to].tabIndex = 0;
  rows[to].focus();
}

/** Up, down, home and end move between the rows, up from the first to the tab; the list is one stop for the tab key. */
function rove(event) {
  const rows = rowsOf(event.currentTarget);
  const at = rows.indexOf(document.activeElement);
  const to = at < 0 ? null : step(event.key, at, rows.length);
  if (to !== null) {
    event.preventDefault();
    toRow(rows, to);
  } else if (at === 0 && event.key === 'ArrowUp') {
    event.preventDefault();
    byId(`tab-${tab}`).focus();
  }
}

/** Draws all three. */
export function drawSide(desk) {
  const held = board();
  const mine = desk !== null && byId('only-mine').checked;
  const waits = held === null ? [] : waiting(held, mine ? desk.window : null);
  const put = held === null ? [] : aside(held, desk?.window ?? null);
  show(byId('only-mine-row'), desk !== null && tab === 'waiting');
  show(byId('side-tools'), tab !== 'windows');
  setText(byId('count-waiting'), String(waits.length));
  setText(byId('count-aside'), String(put.length));
  drawTickets(byId('list-waiting'), waits);
  drawTickets(byId('list-aside'), put);
  show(byId('empty-waiting'), held !== null && waits.length === 0);
  show(byId('empty-aside'), held !== null && put.length === 0);
  show(byId('more-waiting'), waits.length > ROWS_MAX);
  setText(byId('more-waiting'), t('side.more', waits.length - ROWS_MAX));
  drawWindows(held?.windows ?? []);
  drawHint('keys-list', 'keys-list-row', SIDE_KEYS.list);
  drawHint('keys-issue', 'keys-issue', SIDE_KEYS.issue);
}

/** Shows in `id` which keys work, and hides `row` when none does. */
function drawHint(id, row, keys) {
  const hint = hintOf(keys, singleKeys());
  setText(byId(id), hint);
  show(byId(row), hint !== '');
}

function drawTickets(place, lines) {
  const left = rowsOf(place).indexOf(document.activeElement);
  keyed(place, lines.slice(0, ROWS_MAX), (line) => line.id, makeTicket, updateTicket);
  const rows = rowsOf(place);
  if (left >= 0 && !place.contains(document.activeElement)) {
    // The ticket under the focus went: the one that came into its place has it now.
    if (rows.length > 0) {
      toRow(rows, Math.min(left, rows.length - 1));
    } else {
      byId(`tab-${tab}`).focus();
    }
  } else if (rows.length > 0 && !rows.some((row) => row.tabIndex === 0)) {
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
