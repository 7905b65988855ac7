// The voice of a wall board: what it answers the announcer in the server, which decides what is said, when, and by whom.
// Pure but for the `sound` that it is given (wall-sound.js; another one in tests).
//
// Of several displays in one room exactly one is asked to speak. An announcement that was said to the end is answered at once
// when it is asked for again, and not said twice; one whose making fails is spoken by the browser, and when that fails too,
// is answered as said, for nobody may wait for it, and the board says that it cannot speak.

/** After the sound failed, or could not be tried, it is tried again after this, ms. */
export const RETRY_MS = 60_000;

/** A browser says a sentence in this time, ms. */
const SENTENCE_MS_MAX = 12_000;

/** So many calls beyond what is settled are remembered, as in shared/src/announce/room.rs. */
const BEYOND_MAX = 64;

/** How far the speaking in the zone has come: every call up to `settled`, and those of `beyond`. */
class Memory {
  constructor() {
    this.settled = null;
    this.beyond = [];
  }

  /** An announcement is over: its calls were said, and with it all up to its `settled` are settled. */
  add(announcement) {
    const settled = Math.max(this.settled || 0, Number(announcement.settled) || 0);
    const calls = (announcement.calls || []).map((call) => call.seq);
    const beyond = this.beyond.concat(calls).filter((seq) => seq > settled).sort((a, b) => a - b);
    this.settled = settled;
    this.beyond = beyond.filter((seq, at) => beyond.indexOf(seq) === at).slice(0, BEYOND_MAX);
  }
}

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
    /** What is being said in the zone, whoever says it. */
    this.heard = null;
    this.memory = new Memory();
  }

  /** The hello is out: says whether this display can speak, and how far the speaking has come. A server that began anew says
      nothing twice by it, and leaves nothing out. */
  greeted() {
    const message = { type: 'voice', able: this.ready === 'yes' };
    if (this.memory.settled !== null) {
      message.said = { settled: this.memory.settled, beyond: this.memory.beyond };
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
    this.heard = message;
    const calls = (message.calls || []).map((call) => call.seq).join();
    // The same announcement, or the same calls under another name because the server began anew: it goes on. The room lets
    // whoever only lost its cable end what it began.
    const goesOn = same(this.running) || (this.running !== null && this.running.calls === calls && message.speak);
    if (!message.speak) {
      if (this.running !== null && !goesOn) {
        this.stop();
      }
      return;
    }
    if (goesOn) {
      this.running.epoch = epoch;
      this.running.number = number;
      return;
    }
    if (same(this.said)) {
      this.tell({ type: 'said', number });
      return;
    }
    this.stop();
    const run = { epoch, number, calls };
    this.running = run;
    const made = await this.make(message, run);
    if (this.running !== run) {
      return;
    }
    this.running = null;
    if (made === 'yes') {
      this.said = { epoch: run.epoch, number: run.number };
      this.memory.add(message);
    } else {
      // Before its end, so that the server gives what was not heard to another display.
      this.become(made);
    }
    this.tell({ type: 'said', number: run.number });
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
    // Nobody knows how long a browser takes; while it speaks, no other display is to begin.
    const sentences = (message.sentences || []).length * (message.times || 1);
    this.tell({ type: 'lasts', number: run.number, length_ms: sentences * SENTENCE_MS_MAX });
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
    if (this.heard !== null && this.heard.number === message.number) {
      this.memory.add(this.heard);
      this.heard = null;
    }
    const run = this.running;
    if (run !== null && run.number === message.number) {
      this.stop();
    }
  }

  /** The board stands in another zone: what was said in the one before means nothing here. */
  elsewhere() {
    this.stop();
    this.said = null;
    this.heard = null;
    this.memory = new Memory();
  }

  stop() {
    this.running = null;
    this.sound.hush();
  }
}
