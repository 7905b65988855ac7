// The desk of one window: its current ticket, its commands, and what was refused last.

import { app, board, markOf, nameOf, serverNow } from './app.js';
import { COMMANDS, commandOfKey } from './commands.js';
import { aside, deskOf, waiting } from './desk.js';
import { perform } from './actions.js';
import { byId, h, keyed, setAttribute, setText, show } from './dom.js';
import { hintOf } from './keys.js';
import { notice } from './notices.js';
import { clock, span, stopwatch } from './time.js';
import { t } from './language.js';

const SINGLE_KEYS = 'nowserving.single-keys';
const buttons = new Map();
let asked = null;

/** The desk as it is now, with the counts that decide what makes sense; null: no window, or nothing is known of it. */
export function currentDesk() {
  if (app.windowId === null) {
    return null;
  }
  const held = board();
  const desk = deskOf(held, app.link?.link.seq ?? 0, app.reply, app.windowId);
  if (desk === null) {
    return null;
  }
  // A picture that is not live must not forbid a call: somebody may have come since.
  const sure = held !== null && !app.link.link.stale(Date.now());
  return {
    ...desk,
    waiting: sure ? waiting(held, desk.window).filter((line) => line.stands === 'waiting').length : null,
    aside: sure ? aside(held, null).length : null,
  };
}

/** Why a command makes no sense now, as a text key; null: it does. */
function whyNot(command, desk) {
  return app.busy ? 'why.busy' : command.why(desk);
}

function press(command) {
  const desk = currentDesk();
  if (desk === null) {
    return;
  }
  const why = whyNot(command, desk);
  if (why === null) {
    perform(command, desk);
  } else if (why !== 'why.busy') {
    notice(t(`cmd.${command.id}`) + t('sep.colon') + t(why));
  }
}

/** Whether single characters are keys, on this machine. */
export function singleKeys() {
  return byId('single-keys').checked;
}

/** Makes the buttons. Once. */
export function makeDesk() {
  const place = byId('commands');
  for (const command of COMMANDS) {
    const label = h('span', { class: 'command' });
    const hint = h('kbd');
    const why = h('span', { class: 'why' });
    const button = h('button', { type: 'button', id: `command-${command.id}`, click: () => press(command) }, label, hint, why);
    buttons.set(command.id, { button, label, hint, why });
    (command.id === 'signOff' ? byId('desk-tools') : place).append(button);
  }
  const keys = byId('single-keys');
  keys.checked = readSetting();
  keys.addEventListener('change', () => { writeSetting(keys.checked); app.redraw(); });
}

function readSetting() {
  try {
    return localStorage.getItem(SINGLE_KEYS) !== 'off';
  } catch {
    return true;
  }
}

function writeSetting(on) {
  try {
    localStorage.setItem(SINGLE_KEYS, on ? 'on' : 'off');
  } catch {
    // Then it holds until the page is left.
  }
}

/** Carries out the command on the key of `event`, which the desk heard. Returns whether there is one. */
export function deskKey(event) {
  const command = commandOfKey(event, singleKeys());
  if (command !== null) {
    press(command);
  }
  return command !== null;
}

/** Draws the desk. */
export function drawDesk(desk) {
  const { window, ticket } = desk;
  setText(byId('desk-window'), t('window.name', window.number));
  setText(byId('desk-zone'), nameOf.zone(window.zone));
  drawState(window);
  drawActing(window);
  show(byId('ticket-some'), ticket !== null);
  show(byId('ticket-none'), ticket === null);
  if (ticket === null) {
    drawNone(desk);
  } else {
    drawTicket(ticket);
  }
  drawWhy(ticket);
  COMMANDS.forEach((command) => drawCommand(command, desk));
  setText(byId('last-refusal'), app.refusal);
  show(byId('last-refusal-row'), app.refusal !== '');
  askForWait(ticket);
}

function drawState(window) {
  const { does } = window;
  const badge = byId('desk-state');
  setText(badge, t(`window.${does.is}`));
  setAttribute(badge, 'data-is', does.is);
  const paused = does.is === 'paused';
  const back = paused && does.back_at ? t('window.backAt', clock(does.back_at, app.hall?.time_zone)) : '';
  const reason = paused ? t('desk.pausedFor', does.reason) : '';
  setText(byId('desk-pause'), [reason, back].filter((text) => text !== '').join(' · '));
}

function drawActing(window) {
  const other = app.acting || (window.staff !== null && window.staff !== app.session?.staff);
  show(byId('desk-acting'), other);
  show(byId('desk-leave'), app.acting);
  setText(byId('desk-acting'), t('choose.acting', window.staff ?? t('choose.nobody')));
}

function drawNone(desk) {
  const first = board() === null ? null : waiting(board(), desk.window).find((line) => line.stands === 'waiting');
  setText(byId('ticket-next'), first ? t('desk.next', first.label) : t('desk.nobody'));
}

function drawTicket(ticket) {
  setText(byId('ticket-label'), ticket.label);
  setText(byId('ticket-service'), nameOf.service(ticket.service));
  const mark = markOf(ticket.class);
  setText(byId('ticket-mark'), mark);
  show(byId('ticket-mark'), mark !== '');
  setText(byId('ticket-class'), nameOf.class(ticket.class));
  setText(byId('ticket-language'), nameOf.language(ticket.language));
  setAttribute(byId('ticket-language'), 'data-foreign', ticket.language === 'zh-CN' ? null : '');
  setText(byId('ticket-waited'), ticket.waited === null ? '–' : span(ticket.waited, t));
  setText(byId('ticket-stands'), t(`stands.${ticket.stands}`));
  setAttribute(byId('ticket'), 'data-stands', ticket.stands);
  setText(byId('ticket-timer-name'), t(ticket.stands === 'serving' ? 'desk.servingFor' : 'desk.calledFor'));
  setText(byId('ticket-timer'), ticket.since === null ? '–' : stopwatch((serverNow() - ticket.since) / 1000));
  const more = [
    ticket.recalls > 0 ? t('desk.recalls', ticket.recalls) : null,
    ticket.misses > 0 ? t('desk.misses', ticket.misses) : null,
  ];
  setText(byId('ticket-more'), more.filter((text) => text !== null).join(' · '));
  show(byId('ticket-further'), ticket.further.length > 0);
  keyed(byId('ticket-further-list'), ticket.further.map((id, at) => ({ id, at })), (one) => `${one.at}/${one.id}`,
    () => h('li'), (element, one) => setText(element, nameOf.service(one.id)));
}

function drawWhy(ticket) {
  const told = app.why !== null && ticket !== null && app.why.ticket === ticket.id;
  show(byId('ticket-why-row'), told);
  setText(byId('ticket-why'), told ? app.why.text : '');
}

function drawCommand(command, desk) {
  const { button, label, hint, why } = buttons.get(command.id);
  const resumes = command.id === 'pause' && desk.window.does.is === 'paused';
  setText(label, t(resumes ? 'cmd.resume' : `cmd.${command.id}`));
  const keys = hintOf(command.keys, singleKeys());
  setText(hint, keys);
  show(hint, keys !== '');
  setAttribute(button, 'aria-keyshortcuts', keys === '' ? null : keys.replaceAll(' / ', ' '));
  // The button stays reachable while it is refused, so that the focus does not jump and the reason can be heard.
  const reason = command.why(desk);
  setAttribute(button, 'aria-disabled', whyNot(command, desk) === null ? null : 'true');
  setAttribute(button, 'data-off', reason === null ? null : '');
  setText(why, reason === null ? '' : t(reason));
}

/** The board does not tell how long a called ticket had waited in all: asks once for each ticket. */
function askForWait(ticket) {
  const id = app.windowId;
  if (ticket === null || app.busy || asked === ticket.id || app.reply?.ticket?.ticket === ticket.id) {
    return;
  }
  asked = ticket.id;
  app.api.get(`/windows/${encodeURIComponent(id)}`).then((reply) => {
    if (app.windowId === id && (app.reply === null || reply.seq >= app.reply.seq)) {
      app.reply = reply;
      app.redraw();
    }
  }, () => { /* What was reckoned from the board stays. */ });
}
