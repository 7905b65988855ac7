// The voice of a wall board: what it answers the announcer in the server, which decides what is said, when, and by whom.
// Pure but for the `sound` that it is given (wall-sound.js; another one in tests).
//
// Of several displays in one room exactly one is asked to speak. An announcement that was said to the end is answered at once
// when it is asked for again, and not said twice; one whose making fails is spoken by the browser, and when that fails too,
// is answered as said, for nobody may wait for it, and the board says that it cannot speak.

/** After the sound failed, or could not be tried, it is tried again after this, ms. */
export const RETRY_MS = 60_000;

export class Speaker {
  /**
   * @param sound `play(url, volume, lasts)` and `speak(sentences, times, gapMs, volume)`, each a promise of its end;
   *   `hush()` ends both at once; `ready()` promises whether sound may be made: `yes`, `touch` (not before the screen was
   *   touched) or `no`
   * @param tell says a message to the server
   * @param changed called when `ready` is another one
   */
  constructor({ sound, tell, changed }) {
    this.sound = sound;
    this.tell = tell;
    this.changed = changed;
    /** `unknown`, then as `ready()` has it. */
    this.ready = 'unknown';
    this.running = null;
    this.said = null;
  }

  /** The hello is out: says whether this display can speak, and what it said last. */
  greeted() {
    const message = { type: 'voice', able: this.ready === 'yes' };
    if (this.said !== null) {
      message.epoch = this.said.epoch;
      message.said = this.said.number;
    }
    this.tell(message);
  }

  /** Tries whether sound may be made. Called at the start, at each touch and now and then while it may not. */
  async probe() {
    let ready = 'no';
    try {
      ready = await this.sound.ready();
    } catch {
      // What cannot even be tried makes no sound.
    }
    this.become(ready);
  }

  become(ready) {
    if (this.ready !== ready) {
      const before = this.ready === 'yes';
      this.ready = ready;
      if (before !== (ready === 'yes')) {
        this.greeted();
      }
      this.changed(ready);
    }
  }

  /** An announcement begins. Promises the end of what this display makes of it. */
  async announced(message) {
    const { epoch, number } = message;
    const same = (one) => one !== null && one.epoch === epoch && one.number === number;
    if (!message.speak) {
      if (this.running !== null) {
        this.stop();
      }
      return;
    }
    if (same(this.running)) {
      return;
    }
    if (same(this.said)) {
      this.tell({ type: 'said', number });
      return;
    }
    this.stop();
    const run = { epoch, number };
    this.running = run;
    const made = await this.make(message, run);
    if (this.running !== run) {
      return;
    }
    this.running = null;
    this.said = { epoch, number };
    this.tell({ type: 'said', number });
    if (made !== 'yes') {
      this.become(made);
    }
  }

  /** Makes an announcement heard, one way or the other; afterwards, as `ready()`, whether sound can be made. */
  async make(message, run) {
    const volume = Math.min(1, Math.max(0, Number(message.volume) / 100 || 0));
    try {
      await this.sound.play(message.sound, volume, (ms) => {
        if (this.running === run) {
          this.tell({ type: 'lasts', number: run.number, length_ms: Math.round(ms) });
        }
      });
      return 'yes';
    } catch (failure) {
      if (this.running !== run) {
        return 'yes';
      }
      console.warn('the announcement could not be played; the browser speaks it', failure);
    }
    try {
      await this.sound.speak(message.sentences || [], message.times || 1, message.gap_ms || 0, volume);
      return 'yes';
    } catch (failure) {
      console.warn('the browser could not speak it either', failure);
      return failure !== null && typeof failure === 'object' && failure.name === 'NotAllowedError' ? 'touch' : 'no';
    }
  }

  /** An announcement is over, wherever it was said. */
  over(message) {
    const run = this.running;
    if (run !== null && run.epoch === message.epoch && run.number === message.number) {
      this.stop();
    }
  }

  stop() {
    this.running = null;
    this.sound.hush();
  }
}
