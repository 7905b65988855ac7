// One websocket session seen from the client, without any input or output: it is told what happened and the moment,
// and says what to send and how long to wait. The driver in socket.js owns the socket and the timers.
//
// The rule of resuming: the hello carries the epoch and the sequence that the board shows. The server answers with the
// deltas that are missing or with a snapshot. A delta that does not build on our sequence, or a beat that names another
// one, is a gap: ask for a snapshot (`resync`) and ignore deltas until it comes. Never a partial recovery.

import { apply } from './board.js';

/** The version of the wire that this page speaks. */
export const SCHEMA = 1;
/** Shortest wait before a new connection, ms. */
export const RECONNECT_MS_MIN = 500;
/** Longest wait before a new connection, ms. */
export const RECONNECT_MS_MAX = 10_000;
/** A connection on which nothing was heard for this long is dead, ms. */
export const SILENT_MS_MAX = 30_000;
/** After so long without the server's word a picture is called stale, ms. The server beats every 4 s. */
export const STALE_MS = 10_000;
/** How long the server may take to answer a hello or a resync: after it connect anew, ms. */
export const ANSWER_MS_MAX = 10_000;
/** A server that refused this page is asked again after this long (and up to twice as long), ms. */
export const REFUSED_MS = 60_000;

/** Where a link stands: `connecting` (never heard), `live`, `lost`, `refused`, `outdated` (this page is too old). */
export class Link {
  /**
   * @param what what to follow, such as `{ kind: 'staff' }`
   * @param token the ticket's token, or null (staff have a cookie)
   * @param language BCP 47 tag in which refusals are to be worded
   * @param random numbers in [0, 1), for the jitter
   */
  constructor({ what, token = null, language = 'zh-CN', random = Math.random }) {
    this.what = what;
    this.token = token;
    this.language = language;
    this.random = random;
    this.state = 'connecting';
    this.board = null;
    this.ticket = null;
    this.epoch = null;
    this.seq = 0;
    this.refusal = null;
    /** Server time minus local time, ms; null before the first message. */
    this.clockOffset = null;
    /** When anything was heard last (local ms); null: never. */
    this.heardAt = null;
    /** When the server last confirmed the picture itself (local ms): words while a resync is awaited do not count. */
    this.confirmedAt = null;
    this.openedAt = null;
    this.helloAt = null;
    this.resyncAt = null;
    this.attempts = 0;
  }

  /** The socket is open: the message to say first. */
  opened(now) {
    this.openedAt = now;
    this.helloAt = now;
    this.resyncAt = null;
    const hello = { type: 'hello', schema: SCHEMA, what: this.what, language: this.language };
    if (this.token !== null) {
      hello.token = this.token;
    }
    if (this.epoch !== null && this.board !== null) {
      hello.epoch = this.epoch;
      hello.last_seq = this.seq;
    }
    return hello;
  }

  /**
   * A frame came. Returns what to send, whether the connection is to be closed, and as `news` a message that is no matter
   * of the link's own: where a display is placed, and what is announced.
   */
  received(text, now) {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return broken(this);
    }
    if (message === null || typeof message !== 'object') {
      return broken(this);
    }
    this.heardAt = now;
    this.helloAt = null;
    if (typeof message.at === 'number') {
      this.clockOffset = message.at - now;
    }
    if (typeof message.schema === 'number' && message.schema !== SCHEMA) {
      return outdated(this);
    }
    switch (message.type) {
      case 'snapshot':
        return snapshot(this, message, now);
      case 'delta':
        return delta(this, message, now);
      case 'beat':
        return beat(this, message, now);
      case 'ticket':
        this.ticket = message.ticket;
        this.seq = message.seq;
        alive(this, now);
        return { send: [], close: false };
      case 'placed':
      case 'announcement':
      case 'announcement_over':
        return { send: [], close: false, news: message };
      case 'refused':
        this.refusal = { code: String(message.code), detail: String(message.detail) };
        this.state = 'refused';
        return { send: [], close: true };
      default:
        // A display hangs on a wall where nobody reloads it: what a newer server says besides, it leaves out.
        return this.what.kind === 'display' && typeof message.type === 'string' ? { send: [], close: false, news: message } : broken(this);
    }
  }

  /** The socket is closed. Returns how long to wait before the next one, ms; null: do not connect again. */
  closed() {
    this.openedAt = null;
    this.helloAt = null;
    this.resyncAt = null;
    if (this.state === 'outdated') {
      return null;
    }
    if (this.state === 'refused') {
      return REFUSED_MS * (1 + this.random());
    }
    this.state = this.heardAt === null ? 'connecting' : 'lost';
    const reach = Math.min(RECONNECT_MS_MAX, RECONNECT_MS_MIN * 2 ** (this.attempts + 1));
    this.attempts = Math.min(this.attempts + 1, 10);
    return RECONNECT_MS_MIN + this.random() * (reach - RECONNECT_MS_MIN);
  }

  /** Whether the open connection is to be given up: silent for too long, or a snapshot did not come. */
  overdue(now) {
    if (this.openedAt === null) {
      return false;
    }
    const heard = Math.max(this.heardAt === null ? 0 : this.heardAt, this.openedAt);
    const silent = now - heard > SILENT_MS_MAX;
    const unanswered = (askedAt) => askedAt !== null && now - askedAt > ANSWER_MS_MAX;
    return silent || unanswered(this.helloAt) || unanswered(this.resyncAt);
  }

  /** Whether the picture must not be taken for the present: the link is lost, or silent for longer than the server's beat. */
  stale(now) {
    return this.state !== 'live' || now - this.heardAt > STALE_MS;
  }

  /** How long ago anything was heard, ms; null: never. */
  age(now) {
    return this.heardAt === null ? null : Math.max(0, now - this.heardAt);
  }
}

function alive(link, now) {
  link.attempts = 0;
  link.state = 'live';
  link.refusal = null;
  link.confirmedAt = now;
}

function outdated(link) {
  link.state = 'outdated';
  return { send: [], close: true };
}

function snapshot(link, message, now) {
  if (message.schema !== SCHEMA) {
    return outdated(link);
  }
  link.board = message.board;
  link.epoch = message.epoch;
  link.seq = message.seq;
  link.resyncAt = null;
  alive(link, now);
  return { send: [], close: false };
}

function delta(link, message, now) {
  // What leads to where the board is already was sent twice.
  const old = link.board !== null && message.prev !== link.seq && message.seq <= link.seq;
  if (link.resyncAt !== null || old) {
    return { send: [], close: false };
  }
  if (link.board === null || message.prev !== link.seq) {
    return resync(link, now);
  }
  for (const change of message.changes) {
    apply(link.board, change);
  }
  // Who waits is sent whole, when it is another list.
  if (message.waiting !== undefined) {
    link.board.waiting = message.waiting;
  }
  link.seq = message.seq;
  alive(link, now);
  return { send: [], close: false };
}

function beat(link, message, now) {
  const follows = link.what.kind !== 'ticket';
  if (follows && link.resyncAt === null && (link.board === null || message.seq !== link.seq)) {
    return resync(link, now);
  }
  if (link.resyncAt === null) {
    alive(link, now);
  }
  return { send: [], close: false };
}

function resync(link, now) {
  link.resyncAt = now;
  return { send: [{ type: 'resync' }], close: false };
}

/** A frame that is no message of ours: forget the epoch, so that the next connection starts afresh. */
function broken(link) {
  link.epoch = null;
  return { send: [], close: true };
}
