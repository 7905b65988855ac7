// The sound of a browser: an <audio> element that plays what the server rendered, and the browser's own speech where that
// fails. One element for all, because browsers allow sound to the element that played when the screen was touched.

/** How long the server may take to send an announcement, ms. */
const LOAD_MS_MAX = 8_000;
/** The longest announcement that is played, bytes: five minutes of 16 bit mono at 48 kHz. */
const SOUND_BYTES_MAX = 30_000_000;
/** An announcement whose length is not known is over after this, ms. */
const PLAY_MS_MAX = 120_000;
/** How much longer than it is an announcement may take, ms. */
const PLAY_MORE_MS = 5_000;
/** One spoken sentence is over after this, ms. */
const SPEAK_MS_MAX = 20_000;
/** How long a browser may think about whether it makes sound, ms. */
const READY_MS_MAX = 5_000;
/** The silence that is played to find that out: samples at 8 kHz. */
const SILENCE_SAMPLES = 800;

/** A WAV file of silence: 8 kHz, 16 bit, mono. */
export function silence(samples = SILENCE_SAMPLES) {
  const bytes = new DataView(new ArrayBuffer(44 + 2 * samples));
  const word = (at, text) => [...text].forEach((one, more) => bytes.setUint8(at + more, one.charCodeAt(0)));
  word(0, 'RIFF');
  bytes.setUint32(4, 36 + 2 * samples, true);
  word(8, 'WAVEfmt ');
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, 8_000, true);
  bytes.setUint32(28, 16_000, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  word(36, 'data');
  bytes.setUint32(40, 2 * samples, true);
  return bytes.buffer;
}

export class BrowserSound {
  /** @param token tells the device's token */
  constructor(token) {
    this.token = token;
    this.audio = new Audio();
    this.silence = URL.createObjectURL(new Blob([silence()], { type: 'audio/wav' }));
    this.end = null;
    this.timer = null;
    this.url = null;
    /** Counts what was begun and hushed: what was fetched for an earlier turn is not played. */
    this.turn = 0;
  }

  /** Whether sound may be made: `yes`, `touch` or `no`. While something is played, it may. */
  async ready() {
    if (this.end !== null) {
      return 'yes';
    }
    try {
      this.audio.src = this.silence;
      this.audio.volume = 1;
      const playing = Promise.resolve(this.audio.play());
      const late = new Promise((_, no) => setTimeout(() => no(new Error('the browser does not say whether it plays')), READY_MS_MAX));
      await Promise.race([playing, late]);
      return 'yes';
    } catch (failure) {
      if (failure.name === 'NotAllowedError') {
        return 'touch';
      }
      // An announcement that began meanwhile took the element: then it can be heard.
      return failure.name === 'AbortError' || this.canSpeak() ? 'yes' : 'no';
    }
  }

  /** Fetches what is at `url` and plays it; `lasts` is told its length, ms. */
  async play(url, volume, lasts) {
    this.turn += 1;
    const { turn } = this;
    const blob = await this.load(url);
    if (this.turn !== turn) {
      throw new Error('hushed');
    }
    this.url = URL.createObjectURL(blob);
    const { audio } = this;
    return new Promise((resolve, reject) => {
      const done = (finish, value) => {
        clearTimeout(this.timer);
        audio.onloadedmetadata = null;
        audio.onended = null;
        audio.onerror = null;
        this.end = null;
        URL.revokeObjectURL(this.url);
        finish(value);
      };
      this.end = () => done(reject, new Error('hushed'));
      const giveUp = (ms) => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => done(reject, new Error('the sound did not end')), ms);
      };
      audio.onloadedmetadata = () => {
        const length = audio.duration * 1_000;
        if (Number.isFinite(length)) {
          lasts(length);
          giveUp(length + PLAY_MORE_MS);
        }
      };
      audio.onended = () => done(resolve);
      audio.onerror = () => done(reject, new Error(audio.error === null ? 'the sound failed' : audio.error.message || `media error ${audio.error.code}`));
      audio.src = this.url;
      audio.volume = volume;
      giveUp(PLAY_MS_MAX);
      Promise.resolve(audio.play()).catch((failure) => this.end !== null && done(reject, failure));
    });
  }

  async load(url) {
    // Only this server is told the token.
    const from = new URL(url, location.href);
    if (from.origin !== location.origin) {
      throw new Error(`the sound is not on this server: ${from.origin}`);
    }
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), LOAD_MS_MAX);
    try {
      const answer = await fetch(from.href, { headers: { authorization: `Bearer ${this.token()}` }, cache: 'no-store', signal: abort.signal });
      if (!answer.ok) {
        throw new Error(`HTTP ${answer.status}`);
      }
      if (Number(answer.headers.get('content-length')) > SOUND_BYTES_MAX) {
        throw new Error('the sound is too long');
      }
      return await answer.blob();
    } finally {
      clearTimeout(timer);
    }
  }

  canSpeak() {
    const { speechSynthesis: speech, SpeechSynthesisUtterance: Sentence } = window;
    return Boolean(speech && Sentence && speech.getVoices().length > 0);
  }

  /** Speaks sentences with the browser's own voice. */
  async speak(sentences, times, gapMs, volume) {
    if (!this.canSpeak()) {
      throw new Error('this browser has no voice');
    }
    let hushed = false;
    const hush = new Promise((_, reject) => {
      this.end = () => {
        hushed = true;
        window.speechSynthesis.cancel();
        reject(new Error('hushed'));
      };
    });
    // Heard even when nobody waits for it any more.
    hush.catch(() => {});
    try {
      for (let time = 0; time < Math.min(times, 5) && !hushed; time += 1) {
        for (const sentence of sentences) {
          await Promise.race([this.sentence(sentence, volume), hush]);
          await Promise.race([new Promise((resolve) => setTimeout(resolve, Math.min(gapMs, 2_000))), hush]);
        }
      }
    } finally {
      this.end = null;
    }
  }

  sentence({ language, text }, volume) {
    return new Promise((resolve, reject) => {
      const spoken = new window.SpeechSynthesisUtterance(text);
      spoken.lang = language;
      spoken.volume = volume;
      const timer = setTimeout(() => {
        window.speechSynthesis.cancel();
        reject(new Error('the browser did not finish its sentence'));
      }, SPEAK_MS_MAX);
      spoken.onend = () => { clearTimeout(timer); resolve(); };
      spoken.onerror = (event) => {
        clearTimeout(timer);
        const failure = new Error(event.error);
        failure.name = event.error === 'not-allowed' ? 'NotAllowedError' : 'Error';
        reject(failure);
      };
      window.speechSynthesis.speak(spoken);
    });
  }

  /** Ends what is heard, at once. */
  hush() {
    this.turn += 1;
    if (this.end !== null) {
      this.audio.pause();
      this.end();
    }
  }
}
