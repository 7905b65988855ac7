// What the staff page knows, and the one way in which it does something: ask the server, show what came of it.

import { Api, Refused, Unanswered } from './http.js';
import { language, localized, t } from './language.js';
import { clearFailures, notice } from './notices.js';

/** The state of the page. `redraw` and `sessionEnded` are set by staff.js. */
export const app = {
  api: new Api({ language }),
  /** SessionView; null: nobody is logged in. */
  session: null,
  /** HallView; null: not fetched yet. */
  hall: null,
  /** The link to the hall; null: nobody is logged in. */
  link: null,
  /** The window of this desk; null: none chosen. */
  windowId: null,
  /** Whether the window was taken up by somebody who is not signed on there. */
  acting: false,
  /** The last WindowReply for this window. */
  reply: null,
  /** Why the last called ticket was next. */
  why: null,
  /** A command is under way. */
  busy: false,
  /** The last refusal; empty after a success. */
  refusal: '',
  redraw: () => {},
  sessionEnded: () => {},
};

/** Whether the one who is logged in has one of these roles. */
export function hasRole(...roles) {
  return app.session !== null && roles.some((role) => app.session.roles.includes(role));
}

/** The server's time now, ms. */
export function serverNow() {
  return Date.now() + (app.link?.link.clockOffset ?? 0);
}

/** The board; null before the first snapshot. */
export function board() {
  return app.link?.link.board ?? null;
}

/** Tells `failure` where the person looks, and ends the session when the server did. */
export function explain(failure, again) {
  if (failure instanceof Refused && failure.status === 401) {
    app.sessionEnded();
  } else if (failure instanceof Unanswered) {
    notice(t('fail.unanswered'), 'fail', again);
  } else if (failure instanceof Refused) {
    app.refusal = failure.message;
    notice(t('fail.refused', failure.message), 'fail');
  } else {
    notice(t('fail.page'), 'fail');
    throw failure;
  }
}

/**
 * Does one thing at a time: `work()` asks the server, `then(value)` shows what came of it. Returns whether it was done.
 * A second press while the first is under way does nothing.
 */
export async function doing(work, then) {
  if (app.busy) {
    return false;
  }
  app.busy = true;
  app.redraw();
  try {
    const value = await work();
    app.refusal = '';
    clearFailures();
    then(value);
    return true;
  } catch (failure) {
    explain(failure, () => doing(failure.again, then));
    return false;
  } finally {
    app.busy = false;
    app.redraw();
  }
}

/** As {@link doing}, for a dialog: failures go to the dialog, except that the session ended. */
export async function asking(work, then) {
  app.busy = true;
  app.redraw();
  try {
    const value = await work();
    app.refusal = '';
    clearFailures();
    then(value);
  } catch (failure) {
    if (failure instanceof Refused && failure.status === 401) {
      app.sessionEnded();
    }
    throw failure;
  } finally {
    app.busy = false;
    app.redraw();
  }
}

/** The reply to a window command: the desk shows it before the board catches up. */
export function took(reply) {
  app.reply = reply;
  if (reply.why) {
    app.why = { ticket: reply.ticket?.ticket ?? null, text: reply.why };
  }
}

const named = (list, id) => localized(list?.find((one) => one.id === id)?.name) || id;

/** Names of what the hall has, in the language that is on; an unknown id is its own name. */
export const nameOf = {
  service: (id) => named(board()?.services ?? app.hall?.services, id),
  zone: (id) => named(board()?.zones ?? app.hall?.zones, id),
  class: (id) => named(app.hall?.classes, id),
  window: (id) => {
    const line = (board()?.windows ?? app.hall?.windows ?? []).find((one) => one.id === id);
    return line ? t('window.name', line.number) : id;
  },
  language: (tag) => t(`language.${tag}`),
};

/** The mark of a class (“军”); empty for the ordinary one. */
export function markOf(id) {
  const classes = app.hall?.classes ?? [];
  const found = classes.find((one) => one.id === id);
  return found === undefined || found === classes[0] ? '' : localized(found.mark) || localized(found.name);
}
