// Choosing a window: every window of the hall with its state, to sign on at or, for a supervisor, to act for.

import { app, board, hasRole, nameOf } from './app.js';
import { signOn } from './actions.js';
import { byId, h, keyed, setAttribute, setText, show } from './dom.js';
import { t } from './language.js';

/** Draws the windows. */
export function drawChoice() {
  const windows = [...(board()?.windows ?? [])].sort((one, other) => one.number - other.number);
  show(byId('choose-none'), board() !== null && windows.length === 0);
  keyed(byId('choose-list'), windows, (line) => line.id, make, update);
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
  show(parts.on, free);
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
