// Calls for help (求助) from kiosks: a bar over the page until somebody says that they go there.

import { app, board, doing, nameOf, serverNow } from './app.js';
import { byId, h, keyed, setText, show } from './dom.js';
import { t } from './language.js';
import { span } from './time.js';

/** How many call now; for the page's title. */
export function helpCount() {
  return (board()?.helps ?? []).length;
}

/** Draws the calls, longest first. The list is announced when it grows, because its container is an alert. */
export function drawHelps() {
  const helps = [...(board()?.helps ?? [])].sort((one, other) => one.since - other.since);
  show(byId('helps'), helps.length > 0);
  keyed(byId('helps-list'), helps, (line) => line.device, makeHelp, updateHelp);
}

function makeHelp(line) {
  const parts = {
    place: h('strong'), since: h('span', { class: 'more' }),
    go: h('button', { type: 'button', class: 'primary', click: () => answer(line.device) }),
  };
  const row = h('li', {}, parts.place, parts.since, parts.go);
  row.parts = parts;
  return row;
}

function updateHelp({ parts }, line) {
  const place = line.zone === null ? line.name : `${nameOf.zone(line.zone)} · ${line.name}`;
  setText(parts.place, place);
  setText(parts.since, t('help.since', span((serverNow() - line.since) / 1000, t)));
  setText(parts.go, t('help.go'));
}

function answer(device) {
  doing(() => app.api.post(`/help/${encodeURIComponent(device)}/answer`), () => {});
}
