// Drives a Link over a real WebSocket: opens it, feeds it, waits as it says.

import { Link } from './link.js';

/** How often an open connection is checked for silence, ms. */
const CHECK_MS = 1_000;
/** A connection that is not open after this long is given up, ms. */
const OPEN_MS_MAX = 10_000;
/** At most one `applied` in this time, ms. */
const APPLIED_MS = 1_000;
/** Nothing is said while the socket's own buffer holds more than this, bytes. */
const BUFFERED_BYTES_MAX = 16_384;

const nothing = () => {};

/**
 * Follows the hall until `stop()`.
 * @param options those of {@link Link}; also `now`, a clock in ms (the machine's may be set while the page runs),
 *   `greeted`, called when the hello is out, and `told`, called with each message that is no matter of the link's own
 * @param changed called after every message and every change of the link's state
 */
export function follow(options, changed) {
  const { now = Date.now, greeted = nothing, told = nothing } = options;
  const link = new Link(options);
  let socket = null;
  let reconnect = null;
  let openTimer = null;
  let applied = 0;
  let stopped = false;

  const say = (message) => {
    if (socket !== null && socket.readyState === WebSocket.OPEN && socket.bufferedAmount < BUFFERED_BYTES_MAX) {
      socket.send(JSON.stringify(message));
    }
  };

  const ended = (which) => {
    if (socket !== which) {
      return;
    }
    socket = null;
    clearTimeout(openTimer);
    const wait = link.closed();
    if (!stopped && wait !== null) {
      reconnect = setTimeout(connect, wait);
    }
    changed(link);
  };

  const giveUp = () => {
    const dead = socket;
    if (dead !== null) {
      dead.close();
    }
    // A dead network can hold the closing handshake for minutes; the page does not wait for it.
    ended(dead);
  };

  const connect = () => {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const mine = new WebSocket(`${scheme}//${location.host}/ws/v1`);
    socket = mine;
    openTimer = setTimeout(giveUp, OPEN_MS_MAX);
    mine.addEventListener('open', () => {
      if (socket === mine) {
        clearTimeout(openTimer);
        say(link.opened(now()));
        greeted();
      }
    });
    mine.addEventListener('message', (event) => {
      if (socket !== mine) {
        return;
      }
      const wish = link.received(event.data, now());
      wish.send.forEach(say);
      if (wish.news) {
        told(wish.news);
      }
      changed(link);
      if (wish.close) {
        giveUp();
      }
    });
    mine.addEventListener('close', () => ended(mine));
  };

  const check = setInterval(() => {
    if (link.overdue(now())) {
      giveUp();
    } else if (link.state === 'live' && link.board !== null && link.seq > applied) {
      applied = link.seq;
      say({ type: 'applied', seq: applied });
    }
  }, Math.max(CHECK_MS, APPLIED_MS));

  connect();
  return {
    link,
    /** Says a message on the open connection; without one it is not said. */
    say,
    /** Connects at once when a wait for the next connection is under way. */
    hurry() {
      if (socket === null && !stopped) {
        clearTimeout(reconnect);
        connect();
      }
    },
    /** Ends the session for good. */
    stop() {
      stopped = true;
      clearTimeout(reconnect);
      clearTimeout(openTimer);
      clearInterval(check);
      const last = socket;
      socket = null;
      if (last !== null) {
        last.close();
      }
    },
  };
}
