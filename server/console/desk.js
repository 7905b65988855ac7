// What a window's desk shows, worked out of the board and of the last reply to one of its commands, whichever is newer.
// Pure: no page, no clock.

/** Where a window's ticket stands while the window has it. */
const AT_WINDOW = ['called', 'serving'];

/**
 * The desk of the window `id`; null when the hall has no such window.
 * @param board the board, at sequence `seq`; null before the first snapshot
 * @param reply the last WindowReply for this window, or null
 * @returns {{window, ticket}} the window's line, and its ticket or null:
 *   `{ id, label, service, further, class, language, stands, waited, misses, since, recalls }`, `waited` in seconds
 */
export function deskOf(board, seq, reply, id) {
  const newer = reply !== null && reply.window.id === id && (board === null || reply.seq > seq);
  if (newer) {
    return { window: reply.window, ticket: fromReply(reply, board) };
  }
  const window = board?.windows.find((line) => line.id === id) ?? null;
  if (window === null) {
    return null;
  }
  const line = board.tickets.find((one) => one.window === id && AT_WINDOW.includes(one.stands)) ?? null;
  return { window, ticket: line === null ? null : fromBoard(line, window, board, reply) };
}

function fromBoard(line, window, board, reply) {
  const call = board.calls.find((one) => one.ticket === line.id) ?? null;
  const told = reply?.ticket?.ticket === line.id ? reply.ticket.waited_seconds : null;
  const reckoned = call === null ? null : Math.max(0, (call.at - line.waiting_since) / 1000);
  return {
    id: line.id,
    label: line.label,
    service: line.service,
    further: line.further,
    class: line.class,
    language: line.language,
    stands: line.stands,
    waited: told ?? reckoned,
    misses: line.misses,
    since: line.stands === 'serving' ? (window.does.since ?? null) : (call?.at ?? null),
    recalls: call?.recalls ?? 0,
  };
}

function fromReply(reply, board) {
  if (reply.ticket === null) {
    return null;
  }
  const { ticket, waited_seconds: waited, ...rest } = reply.ticket;
  const does = reply.window.does;
  const line = board?.tickets.find((one) => one.id === ticket) ?? null;
  const call = board?.calls.find((one) => one.ticket === ticket) ?? null;
  const stands = { calling: 'called', serving: 'serving' }[does.is] ?? line?.stands ?? 'serving';
  const since = stands === 'serving' ? (does.since ?? null) : (call?.at ?? null);
  return { id: ticket, ...rest, stands, waited, misses: line?.misses ?? 0, since, recalls: call?.recalls ?? 0 };
}

const byOrder = (one, other) => (one.order < other.order ? -1 : one.order > other.order ? 1 : one.id - other.id);

/** Whether `window` may call the waiting ticket `line`. */
export function mayCall(window, line) {
  if (line.window !== null) {
    return line.window === window.id;
  }
  return window.services.includes(line.service) && (line.zone === null || line.zone === window.zone);
}

/** Those who wait (also those who wait again later), in the order of the server; only what `window` may call, unless null. */
export function waiting(board, window) {
  const waits = board.tickets.filter((line) => line.stands === 'waiting' || line.stands === 'delayed');
  return waits.filter((line) => window === null || mayCall(window, line)).sort(byOrder);
}

/** Those who are put aside or in the pool, longest first; those of `window` before the others when it is given. */
export function aside(board, window) {
  const own = (line) => (window !== null && line.window === window.id ? 0 : 1);
  return board.tickets
    .filter((line) => line.stands === 'held' || line.stands === 'pooled')
    .sort((one, other) => own(one) - own(other) || one.waiting_since - other.waiting_since || one.id - other.id);
}
