// The commands of a window: their keys, and when one makes no sense, why. The server decides; this only spares a clerk
// a refusal that can be foreseen. Pure.

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
 * Every command, in the order of the buttons: `key` is the KeyboardEvent.key in lower case, `hint` what the button
 * shows, `why(desk)` the text key of the reason why it makes no sense now, or null. `desk` is
 * `{ window, ticket, waiting, aside }`, the last two counts or null when they are not known for certain.
 */
export const COMMANDS = [
  { id: 'callNext', keys: ['f2', 'n'], hint: 'F2 / N', why: needsWaiting },
  { id: 'recall', keys: ['r'], hint: 'R', why: needsCalled },
  { id: 'start', keys: ['s'], hint: 'S', why: needsCalled },
  { id: 'finish', keys: ['f'], hint: 'F', why: needsServing },
  { id: 'finishOther', keys: ['o'], hint: 'O', why: needsServing },
  { id: 'noShow', keys: ['x'], hint: 'X', why: needsCalled },
  { id: 'hold', keys: ['h'], hint: 'H', why: needsTicket },
  { id: 'transfer', keys: ['t'], hint: 'T', why: needsTicket },
  { id: 'addService', keys: ['a'], hint: 'A', why: needsTicket },
  { id: 'undo', keys: ['u'], hint: 'U', why: needsCalled },
  { id: 'resumeHeld', keys: ['g'], hint: 'G', why: (desk) => needsFree(desk) ?? (desk.aside === 0 ? 'why.nothingAside' : null) },
  { id: 'callService', keys: ['b'], hint: 'B', why: needsWaiting },
  { id: 'callNamed', keys: ['c'], hint: 'C', why: needsFree },
  { id: 'walkUp', keys: ['w'], hint: 'W', why: needsFree },
  { id: 'pause', keys: ['p'], hint: 'P', why: needsOpen },
  { id: 'signOff', keys: ['q'], hint: 'Q', why: (desk) => needsOpen(desk) ?? (desk.ticket === null ? null : 'why.hasTicket') },
];

/** The command on the key of `event`, or null. With `singleKeys` off, only function keys count (WCAG 2.2, 2.1.4). */
export function commandOfKey(event, singleKeys) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) {
    return null;
  }
  const key = event.key.toLowerCase();
  if (key.length === 1 && !singleKeys) {
    return null;
  }
  return COMMANDS.find((command) => command.keys.includes(key)) ?? null;
}
