// The board: what screens show of a hall. The same fold as `Board::apply` in shared/src/board.rs; a change there is a
// change here, and tests/board.test.mjs holds the cases that tell them apart.

/** How many waiting numbers a wall is sent, those who came first. */
export const WAITING_MAX = 60;
/** How many calls a board remembers, newest first. */
export const CALLS_MAX = 12;

/** A board of a hall of which nothing is known. `waiting`, who waits, is there only on walls whose layout shows it. */
export function emptyBoard() {
  return { catalogue_version: 0, hall: {}, zones: [], services: [], windows: [], calls: [], tickets: [], helps: [] };
}

/**
 * Makes one change on `board`, in place. A change of something that the board does not hold adds it. A change of a
 * kind that this page does not know is left out: it can only come from a newer server.
 */
export function apply(board, change) {
  const { change: kind, ...line } = change;
  switch (kind) {
    case 'service':
      put(board.services, line);
      break;
    case 'window':
      put(board.windows, line);
      break;
    case 'call':
      putCall(board, line);
      break;
    case 'call_withdrawn':
      board.calls = board.calls.filter((call) => call.ticket !== line.ticket);
      break;
    case 'ticket':
      putTicket(board.tickets, line);
      break;
    case 'ticket_gone':
      removeTicket(board.tickets, line.ticket);
      break;
    case 'help':
      board.helps = [...(board.helps || []).filter((known) => known.device !== line.device), line];
      break;
    case 'help_over':
      board.helps = (board.helps || []).filter((known) => known.device !== line.device);
      break;
  }
}

function put(lines, line) {
  const at = lines.findIndex((known) => known.id === line.id);
  if (at >= 0) {
    lines[at] = line;
  } else {
    lines.push(line);
  }
}

function putCall(board, line) {
  const calls = board.calls.filter((call) => call.ticket !== line.ticket);
  const older = calls.findIndex((call) => call.seq <= line.seq);
  calls.splice(older < 0 ? calls.length : older, 0, line);
  board.calls = calls.slice(0, CALLS_MAX);
}

/** Where the ticket `id` stands in tickets sorted by id, or where it would. */
function place(tickets, id) {
  let low = 0;
  let high = tickets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tickets[middle].id < id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function putTicket(tickets, line) {
  const at = place(tickets, line.id);
  const known = at < tickets.length && tickets[at].id === line.id;
  tickets.splice(at, known ? 1 : 0, line);
}

function removeTicket(tickets, id) {
  const at = place(tickets, id);
  if (at < tickets.length && tickets[at].id === id) {
    tickets.splice(at, 1);
  }
}
