// What somebody typed and has not sent yet. It survives a refusal, a closed dialog, a lost session and a reload of the
// page; it goes when it was sent, or when its owner logs out. Passwords are never kept.

const STORED = 'nowserving.drafts';
/** At most this many drafts; the oldest goes. */
export const DRAFTS_MAX = 40;

/** Drafts kept in `storage` (the tab's sessionStorage), which may be missing or full: then only in memory. */
export class Drafts {
  constructor(storage) {
    this.storage = storage;
    this.all = new Map();
    try {
      this.all = new Map(JSON.parse(storage?.getItem(STORED) ?? '[]'));
    } catch {
      // What cannot be read is no draft.
    }
  }

  /** The values of the draft `name`; empty when there is none. */
  get(name) {
    return this.all.get(name) ?? {};
  }

  /** Keeps the values of the draft `name`. */
  keep(name, values) {
    this.all.delete(name);
    this.all.set(name, values);
    while (this.all.size > DRAFTS_MAX) {
      this.all.delete(this.all.keys().next().value);
    }
    this.#store();
  }

  /** The draft was sent. */
  drop(name) {
    if (this.all.delete(name)) {
      this.#store();
    }
  }

  /** Its owner left. */
  clear() {
    this.all.clear();
    this.#store();
  }

  #store() {
    try {
      this.storage?.setItem(STORED, JSON.stringify([...this.all]));
    } catch {
      // A full or forbidden storage: the page's own memory holds them still.
    }
  }
}

function tabStorage() {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}

/** The drafts of this tab. */
export const drafts = new Drafts(tabStorage());
