// What a wall board knows, purely: no clock, no socket, no page. The same rules as the Slint wall's display/src/state.rs.
//
// A call is highlighted when its sequence is higher than every one highlighted before: once for the call and once for each
// recall. What was called before the board knew the hall is not, nor is a call that a reconnected board learns of too late.
// A highlighted call flashes; an awaited call that flashes no more stays lit.

/** How long a call flashes (highlighted it must be for at least 10 s by the two-sense rule of the trade), ms. */
export const HIGHLIGHT_MS = 12_000;
/** Half a period of flashing: 1 flash a second, well below the 3 that may harm (WCAG 2.2, 2.3.1), ms. */
export const FLASH_HALF_MS = 500;
/** A call that a board learns of so late is not highlighted any more, ms. */
export const FRESH_MS_MAX = 60_000;
/** Captions of an announcement whose end was never told are put away after this, ms. */
export const CAPTION_MS_MAX = 120_000;

export class WallState {
  constructor() {
    this.board = null;
    this.hall = null;
    this.zone = null;
    this.window = null;
    this.layout = null;
    /** Since when each highlighted call is highlighted, by ticket: bounded by the calls on the board. */
    this.highlights = new Map();
    this.caption = null;
    /** `{epoch, seq, at}` of the newest call that was shown. */
    this.shown = null;
  }

  /** The server says where this display stands and what it shows. */
  placed(message) {
    const zone = message.zone || null;
    if (this.zone !== zone) {
      // The calls of another zone are no news of this one.
      this.shown = null;
      this.highlights.clear();
    }
    this.zone = zone;
    this.window = typeof message.window === 'number' ? message.window : null;
    this.layout = message.layout || null;
  }

  /** The board as it is now, in the life `epoch` of the hall; `at` is the hall's clock (ms since 1970), `now` ours. */
  follow(board, epoch, at, now) {
    this.board = board;
    const newest = (field) => board.calls.reduce((most, call) => Math.max(most, call[field]), 0);
    const known = this.shown;
    const same = known !== null && known.epoch === epoch;
    if (known !== null) {
      // Sequences of two epochs cannot be compared; then the hall's clock decides.
      const fresh = board.calls.filter((call) => (same ? call.seq > known.seq : call.at > known.at));
      fresh.filter((call) => call.state === 'calling' && at - call.at <= FRESH_MS_MAX).forEach((call) => this.highlights.set(call.ticket, now));
      for (const ticket of [...this.highlights.keys()]) {
        if (!board.calls.some((call) => call.ticket === ticket)) {
          this.highlights.delete(ticket);
        }
      }
    }
    this.shown = {
      epoch,
      seq: same ? Math.max(known.seq, newest('seq')) : newest('seq'),
      at: Math.max(known === null ? 0 : known.at, newest('at')),
    };
  }

  /** An announcement begins: whoever does not say it shows it. */
  announced(message, now) {
    const sentences = Array.isArray(message.sentences) ? message.sentences : [];
    this.caption = { number: message.number, since: now, sentences };
  }

  /** An announcement is over. */
  announcementOver(message) {
    const caption = this.caption;
    if (caption !== null && caption.number === message.number) {
      this.caption = null;
    }
  }

  /** Time went on. */
  tick(now) {
    for (const [ticket, since] of [...this.highlights]) {
      if (now - since >= HIGHLIGHT_MS) {
        this.highlights.delete(ticket);
      }
    }
    if (this.caption !== null && now - this.caption.since >= CAPTION_MS_MAX) {
      this.caption = null;
    }
  }

  /** Whether the hall's names belong to another configuration than the board. */
  hallIsOld() {
    return this.hall === null || (this.board !== null && this.hall.catalogue_version !== this.board.catalogue_version);
  }

  /**
   * Whether a call is lit now: first it flashes, then it stays lit until its holder is served or it is over. `still`: it
   * does not flash, for who asked for no motion.
   */
  isLit(call, now, still = false) {
    const since = this.highlights.get(call.ticket);
    if (since === undefined) {
      return call.state === 'calling';
    }
    return still || Math.floor((now - since) / FLASH_HALF_MS) % 2 === 0;
  }
}
