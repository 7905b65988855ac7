// What the customer's page makes of a ticket. Pure: no page, no clock.

/** States in which a customer may give the ticket back. */
const CANCELLABLE = ['waiting', 'delayed', 'held', 'pooled'];

/**
 * What the page shows of a TicketView.
 * @returns {{word, called, ahead, next, window, windows, misses, cancellable, over}} `word` is the text key of the
 *   state; `ahead` is a number or null; `window` the number to go to or null
 */
export function shownOf(ticket) {
  const stands = ticket.stands;
  const over = stands === null;
  const atWindow = stands === 'called' || stands === 'serving';
  const ahead = stands === 'waiting' ? ticket.ahead : null;
  return {
    word: `phone.${over ? (ticket.ended ?? 'closed') : stands}`,
    called: stands === 'called',
    ahead: ahead === null || ahead === 0 ? null : ahead,
    next: ahead === 0,
    window: atWindow ? ticket.window : null,
    windows: stands === 'waiting' || stands === 'delayed' ? ticket.windows : [],
    misses: over ? 0 : ticket.misses,
    cancellable: CANCELLABLE.includes(stands),
    over,
  };
}

/** Whether `after` is a call that its holder has not been told of: a first call, or another one. */
export function isNewCall(before, after) {
  if (after.stands !== 'called') {
    return false;
  }
  return before === null || before.stands !== 'called' || before.called_at !== after.called_at || before.window !== after.window;
}
