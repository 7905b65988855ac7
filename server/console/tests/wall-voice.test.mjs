import assert from 'node:assert/strict';
import test from 'node:test';

import { silence } from '../wall-sound.js';
import { Speaker } from '../wall-voice.js';

const announcement = (number, more = {}) => ({
  type: 'announcement', epoch: 'e1', number, speak: true, settled: number + 30, calls: [{ seq: number + 30 }], languages: ['zh-CN'], times: 2, gap_ms: 400, volume: 80,
  sentences: [{ language: 'zh-CN', text: '请 A 0 1 7 号到 3 号窗口' }], sound: `/api/v1/announcements/_hall/${number}.wav`, ...more,
});

/** A sound whose ends the test decides. */
class Played {
  constructor() {
    this.log = [];
    this.state = 'yes';
    this.broken = { play: false, speak: false };
  }

  ready() {
    return Promise.resolve(this.state);
  }

  play(url, volume, lasts) {
    this.log.push(['play', url, volume]);
    if (this.broken.play) {
      return Promise.reject(new Error('HTTP 404'));
    }
    lasts(10_480.4);
    return new Promise((resolve, reject) => { this.finish = resolve; this.cut = reject; });
  }

  speak(sentences, times, gap, volume) {
    this.log.push(['speak', sentences[0].text, times, gap, volume]);
    return this.broken.speak ? Promise.reject(Object.assign(new Error('no'), { name: this.broken.speak })) : Promise.resolve();
  }

  hush() {
    this.log.push(['hush']);
    if (this.cut) {
      this.cut(new Error('hushed'));
      this.cut = null;
    }
  }
}

async function ready() {
  const sound = new Played();
  const told = [];
  const speaker = new Speaker({ sound, tell: (message) => told.push(message), changed: () => {} });
  await speaker.probe();
  told.length = 0;
  sound.log.length = 0;
  return { sound, told, speaker };
}

const quietly = async (run) => {
  const { warn } = console;
  console.warn = () => {};
  try {
    await run();
  } finally {
    console.warn = warn;
  }
};

test('an announcement is played at its volume, told how long it lasts, and told when it is over', async () => {
  const { sound, told, speaker } = await ready();
  const end = speaker.announced(announcement(7));
  assert.deepEqual(told, [{ type: 'lasts', number: 7, length_ms: 10_480 }]);
  sound.finish();
  await end;
  assert.deepEqual(sound.log.at(-1), ['play', '/api/v1/announcements/_hall/7.wav', 0.8]);
  assert.deepEqual(told.at(-1), { type: 'said', number: 7 });
});

test('who is not asked to speak is silent', async () => {
  const { sound, told, speaker } = await ready();
  await speaker.announced(announcement(7, { speak: false }));
  assert.deepEqual([sound.log, told], [[], []]);
});

test('what was said to the end is answered at once and not said again; another epoch is another announcement', async () => {
  const { sound, told, speaker } = await ready();
  const first = speaker.announced(announcement(7));
  sound.finish();
  await first;
  told.length = 0;
  sound.log.length = 0;
  await speaker.announced(announcement(7));
  assert.deepEqual([sound.log, told], [[], [{ type: 'said', number: 7 }]]);
  speaker.announced(announcement(7, { epoch: 'e2' }));
  assert.equal(sound.log.at(-1)[0], 'play');
});

test('an announcement that is under way is not begun again when it is asked for anew', async () => {
  const { sound, speaker } = await ready();
  speaker.announced(announcement(7));
  sound.log.length = 0;
  await speaker.announced(announcement(7));
  assert.deepEqual(sound.log, []);
});

test('a later announcement ends the one before, which is then not told as said', async () => {
  const { sound, told, speaker } = await ready();
  const first = speaker.announced(announcement(7));
  const second = speaker.announced(announcement(8));
  await first;
  sound.finish();
  await second;
  assert.deepEqual(told.filter((one) => one.type === 'said'), [{ type: 'said', number: 8 }]);
});

test('two voices never speak at once: who is told that it is over, or that another speaks, stops', async () => {
  for (const stop of [(one) => one.over({ epoch: 'e1', number: 7 }), (one) => one.announced(announcement(8, { speak: false }))]) {
    const { sound, told, speaker } = await ready();
    const end = speaker.announced(announcement(7));
    sound.log.length = 0;
    stop(speaker);
    await end;
    assert.deepEqual(sound.log, [['hush']]);
    assert.deepEqual(told.filter((one) => one.type === 'said'), []);
  }
});

test('what cannot be fetched or played the browser speaks', () => quietly(async () => {
  const { sound, told, speaker } = await ready();
  sound.broken.play = true;
  await speaker.announced(announcement(7));
  assert.deepEqual(sound.log.at(-1), ['speak', '请 A 0 1 7 号到 3 号窗口', 2, 400, 0.8]);
  assert.deepEqual(told, [{ type: 'lasts', number: 7, length_ms: 24_000 }, { type: 'said', number: 7 }]);
}));

test('what cannot be spoken either is answered as said, and the board says that it cannot speak', () => quietly(async () => {
  const { sound, told, speaker } = await ready();
  sound.broken = { play: true, speak: 'Error' };
  await speaker.announced(announcement(7));
  assert.deepEqual(told.slice(1), [{ type: 'voice', able: false }, { type: 'said', number: 7 }], 'another display may say it');
  assert.equal(speaker.ready, 'no');
  sound.broken.speak = 'NotAllowedError';
  await speaker.announced(announcement(8));
  assert.equal(speaker.ready, 'touch');
}));

test('a browser that wants a touch first says that it cannot speak until it was touched', async () => {
  const sound = new Played();
  sound.state = 'touch';
  const told = [];
  const seen = [];
  const speaker = new Speaker({ sound, tell: (message) => told.push(message), changed: (is) => seen.push(is) });
  speaker.greeted();
  await speaker.probe();
  sound.state = 'yes';
  await speaker.probe();
  assert.deepEqual(told, [{ type: 'voice', able: false }, { type: 'voice', able: true }]);
  assert.deepEqual(seen, ['touch', 'yes']);
});

test('after a lost connection the hello is followed by how far the speaking had come, whoever spoke', async () => {
  const { sound, told, speaker } = await ready();
  const end = speaker.announced(announcement(7));
  sound.finish();
  await end;
  speaker.greeted();
  assert.deepEqual(told.at(-1), { type: 'voice', able: true, said: { settled: 37, beyond: [] } });
  await speaker.announced(announcement(8, { speak: false, settled: 37, calls: [{ seq: 40 }] }));
  speaker.over({ number: 8 });
  speaker.greeted();
  assert.deepEqual(told.at(-1).said, { settled: 37, beyond: [40] });
  await speaker.announced(announcement(9, { speak: false, settled: 41, calls: [{ seq: 39 }] }));
  speaker.over({ number: 9 });
  speaker.greeted();
  assert.deepEqual(told.at(-1).said, { settled: 41, beyond: [] });
});

test('who only lost its cable, or whose server began anew, ends what it began', async () => {
  for (const again of [announcement(7, { speak: false }), announcement(1, { epoch: 'e2', settled: 37, calls: [{ seq: 37 }] })]) {
    const { sound, told, speaker } = await ready();
    const end = speaker.announced(announcement(7));
    sound.log.length = 0;
    await speaker.announced(again);
    sound.finish();
    await end;
    assert.deepEqual(sound.log, [], 'nothing is cut and nothing is begun');
    assert.deepEqual(told.at(-1), { type: 'said', number: again.speak ? again.number : 7 });
  }
});

test('in another zone the same number is another announcement', async () => {
  const { sound, told, speaker } = await ready();
  const end = speaker.announced(announcement(7));
  sound.finish();
  await end;
  speaker.elsewhere();
  speaker.greeted();
  assert.deepEqual(told.at(-1), { type: 'voice', able: true });
  speaker.announced(announcement(7));
  assert.equal(sound.log.at(-1)[0], 'play');
});

test('the silence that tries the sound is a WAV file', () => {
  const bytes = new DataView(silence(10));
  const word = (at) => String.fromCharCode(...[0, 1, 2, 3].map((more) => bytes.getUint8(at + more)));
  assert.deepEqual([word(0), word(8), word(36)], ['RIFF', 'WAVE', 'data']);
  assert.equal(bytes.getUint32(4, true) + 8, bytes.byteLength);
  assert.equal(bytes.getUint32(40, true), 20);
});
