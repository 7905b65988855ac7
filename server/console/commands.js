// The commands of a window: their keys, and when one makes no sense, why. The server decides; this only spares a clerk
// a refusal that can be foreseen. Pure.

import { plainKey } from './keys.js';

const needsOpen = ({ window }) => (window.does.is === 'closed' ? 'why.closed' : null);
const needsTicket = (desk) => needsOpen(desk) ?? (desk.ticket === null ? 'why.noTicket' : null);
const needsCalled = (desk) => needsTicket(desk) ?? (desk.ticket.stands === 'called' ? null : 'why.notCalled');
const needsServing = (desk) => needsTicket(desk) ?? (desk.ticket.stands === 'serving' ? null : 'why.notServing');
const needsFree = (desk) => {
  const ticket = desk.ticket === null ? null : 'why.hasTicket';
  return needsOpen(desk) ?? (desk.window.does.is === 'paused' ? 'why.paused' : ticket);
};
const needsWaiting = (desk) => needsFree(desk) ?? (desk.waiting === 0 ? 'why.nobodyWaits' : null);

/**
 * Every command, in the order of the buttons: `keys` are KeyboardEvent.keys in lower case, `why(desk)` the text key of
 * the reason why it makes no sense now, or null. `desk` is `{ window, ticket, waiting, aside }`, the last two counts or
 * null when they are not known for certain. What a window does all day has a function key as well, and none of those
 * that browsers keep for themselves (F1, F3, F5, F6, F11, F12).
 */
export const COMMANDS = [
  { id: 'callNext', keys: ['f2', 'n'], why: needsWaiting },
  { id: 'recall', keys: ['f4', 'r'], why: needsCalled },
  { id: 'start', keys: ['f7', 's'], why: needsCalled },
  { id: 'finish', keys: ['f8', 'f'], why: needsServing },
  { id: 'finishOther', keys: ['o'], why: needsServing },
  { id: 'noShow', keys: ['f9', 'x'], why: needsCalled },
  { id: 'hold', keys: ['h'], why: needsTicket },
  { id: 'transfer', keys: ['t'], why: needsTicket },
  { id: 'addService', keys: ['a'], why: needsTicket },
  { id: 'undo', keys: ['u'], why: needsCalled },
  { id: 'resumeHeld', keys: ['g'], why: (desk) => needsFree(desk) ?? (desk.aside === 0 ? 'why.nothingAside' : null) },
  { id: 'callService', keys: ['b'], why: needsWaiting },
  { id: 'callNamed', keys: ['c'], why: needsFree },
  { id: 'walkUp', keys: ['w'], why: needsFree },
  { id: 'pause', keys: ['p'], why: needsOpen },
  { id: 'signOff', keys: ['q'], why: (desk) => needsOpen(desk) ?? (desk.ticket === null ? null : 'why.hasTicket') },
];

/** Keys beside those of the window: into the list of tickets, and taking a number for somebody. */
export const SIDE_KEYS = { list: ['f10', 'l'], issue: ['i'] };

/** The command on the key of `event`, or null. With `singleKeys` off, only function keys count (WCAG 2.2, 2.1.4). */
export function commandOfKey(event, singleKeys) {
  const key = plainKey(event, singleKeys);
  return COMMANDS.find((command) => command.keys.includes(key)) ?? null;
}

/**
 * What can be done with a ticket that no window has, in the order of the menu: `resume`, `call`, `return`, `transfer`,
 * `cancel`.
 * @param desk the desk of the page's window, or null
 * @param roles of the one who is logged in
 */
export function ticketCommands(line, desk, roles) {
  const free = desk !== null && needsFree(desk) === null;
  const put = line.stands === 'held' || line.stands === 'pooled';
  const has = (...some) => some.some((role) => roles.includes(role));
  const staff = has('clerk', 'reception', 'supervisor');
  const makesSense = {
    resume: free && put,
    call: free && !put,
    return: staff && (put || line.stands === 'delayed'),
    transfer: has('reception', 'supervisor'),
    cancel: staff,
  };
  return Object.keys(makesSense).filter((id) => makesSense[id]);
}
