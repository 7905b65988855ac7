import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { WAITING_MAX } from '../board.js';
import { DEFAULT_LAYOUT, readLayout } from '../wall-layout.js';
import { CAPTION_MS_MAX, FRESH_MS_MAX, HIGHLIGHT_MS, WallState } from '../wall-state.js';
import { LANGUAGES, say, staleText, WALL_TEXTS, whenText } from '../wall-texts.js';
import { civil, steadyClock } from '../wall-time.js';
import { languagesOf, viewOf } from '../wall-view.js';
import { AT, boardOf, HALL, sceneOf } from './support/hall.mjs';

const MINUTE = 60_000;
const up = { state: 'live', refusal: null, staleMs: null, server: 'hall.example', hallTime: AT };
const pairOf = (first, second = '') => ({ first, second });
const BOTH = { first: 'zh-CN', second: 'en' };

function stateOf(board, hall = HALL) {
  const state = new WallState();
  state.hall = hall;
  state.follow(board, 'e', AT, 0);
  return state;
}

const see = (board, { layout = DEFAULT_LAYOUT, link = up, languages = BOTH, state = stateOf(board), now = 0, still = false } = {}) => viewOf(state, link, layout, languages, { now, still });
const laidOut = (scene) => readLayout(sceneOf(scene).layout, LANGUAGES, () => {});
const panel = (view, show) => view.panels.find((one) => one.show === show);

test('the header says the hall, the zone, and time and day of the hall in both languages', () => {
  const state = stateOf(boardOf());
  state.placed({ zone: 'east', layout: null, window: null });
  const view = see(null, { state });
  assert.deepEqual(view.hall, pairOf('示范市政务服务中心', 'Model City Government Service Centre'));
  assert.deepEqual(view.zone, pairOf('东区', 'East hall'));
  assert.equal(view.clock, '09:41');
  assert.deepEqual(view.date, pairOf('2026年3月2日 星期一', 'Mon 2 Mar 2026'));
});

test('the newest awaited call is the largest, then the newest that is served', () => {
  const board = boardOf();
  assert.equal(panel(see(board), 'calls').now.label, 'A017');
  assert.deepEqual(panel(see(board), 'calls').heading, pairOf('正在叫号', 'Now calling'));
  board.calls.forEach((call) => { call.state = call.state === 'calling' ? 'over' : call.state; });
  assert.equal(panel(see(board), 'calls').now.label, 'C088');
  assert.deepEqual(panel(see(board), 'calls').heading, pairOf('正在办理', 'Now serving'));
  const calm = panel(see(boardOf({ calm: true })), 'calls');
  assert.equal(calm.now, null);
  assert.deepEqual(calm.heading, pairOf('请在休息区等候叫号', 'Please take a seat and wait for your number'));
});

test('a call says where to go in both languages, with its class and its zone where there are several', () => {
  const { calls } = panel(see(boardOf({ windows: 12 })), 'calls');
  const military = calls[0];
  assert.deepEqual([military.label, military.number, military.before, military.behind], ['F203', '12', '', '号窗口']);
  assert.equal(military.second, 'Please go to Window 12');
  assert.deepEqual(military.mark, pairOf('军人', 'Military'));
  assert.deepEqual(military.place, pairOf('西区', 'West hall'));
  assert.deepEqual(military.word, pairOf('请前往', 'Please go'));
  assert.equal(calls[1].second, 'Window 5');
});

test('a display of one zone does not say it beside every call', () => {
  const state = stateOf(boardOf());
  state.placed({ zone: 'east', layout: null, window: null });
  assert.deepEqual(panel(see(null, { state }), 'calls').now.place, pairOf(''));
});

test('what a window does is told by colour, word and shape, all different', () => {
  const { windows } = panel(see(boardOf({ windows: 16, paused: 2 })), 'windows');
  const kinds = new Map(windows.map((one) => [one.kind, one]));
  assert.deepEqual([...kinds.keys()].sort(), ['calling', 'closed', 'free', 'paused', 'serving']);
  assert.equal(new Set([...kinds.values()].map((one) => one.word.first)).size, 5);
  const css = readFileSync(new URL('../wall.css', import.meta.url), 'utf8');
  for (const kind of kinds.keys()) {
    assert.match(css, new RegExp(`\\.sign\\.${kind} \\{`), kind);
    assert.match(css, kind === 'free' ? /\.window \{ --tone: var\(--ink\)/ : new RegExp(`\\.window\\.${kind} \\{ --tone: var\\(--\\w+\\)`), kind);
  }
  assert.deepEqual(windows.filter((one) => one.kind === 'calling').map((one) => one.label), ['A017', 'F203']);
});

test('a pause says why and until when, and the reason, which its clerk wrote in one language, stands once', () => {
  const board = boardOf({ paused: 1 });
  assert.deepEqual(see(board).pauses, [pairOf('8号窗口 暂停服务 · 系统故障，正在检修 · 预计 10:15 恢复', 'Window 8 Paused · expected back at 10:15')]);
  const rows = see(board, { layout: laidOut('desk') });
  assert.deepEqual(panel(rows, 'windows').windows[7].pause, pairOf('系统故障，正在检修 · 预计 10:15 恢复', 'expected back at 10:15'));
  assert.equal(see(board, { layout: laidOut('lobby') }).pauses.length, 1);
  assert.equal(see(board, { layout: laidOut('strip') }).pauses.length, 0);
});

test('services say how many wait and why no number is to be had', () => {
  const { services } = panel(see(boardOf()), 'counts');
  assert.deepEqual([services[0].name.second, services[0].waiting, services[0].note.first], ['Household register', '12', '']);
  assert.deepEqual(services[7].note, pairOf('13:30 开始取号', 'Opens at 13:30'));
  assert.deepEqual(services[8].note, pairOf('今日号已取完', 'Full for today'));
  assert.deepEqual(services[11].note, pairOf('暂无窗口开放', 'No window open'));
});

const queueOf = (waiting) => {
  const { numbers, none } = panel(see({ ...boardOf(), waiting }, { layout: laidOut('waiting') }), 'waiting');
  return { numbers: numbers.map((one) => one.text), none: none.first, more: numbers.filter((one) => one.more).length };
};
const listOf = (count, more = 0) => ({ numbers: Array.from({ length: count }, (_, at) => ({ label: `A${at}` })), more });

test('given people who wait, their numbers are shown as the server masked and ordered them, and how many more there are', () => {
  assert.deepEqual(queueOf({ numbers: [{ label: 'B**9' }, { label: 'A**7' }], more: 0 }).numbers, ['B**9', 'A**7']);
  assert.deepEqual(queueOf({ numbers: [{ label: 'A017' }], more: 23 }).numbers, ['A017', '+23']);
  assert.equal(queueOf(listOf(0)).none, '目前无人等候');
});

test('the heading of who waits says how many they are in all, and the first of them is marked', () => {
  const seen = (waiting) => panel(see({ ...boardOf(), waiting }, { layout: laidOut('waiting') }), 'waiting');
  assert.deepEqual(seen(listOf(24, 23)).heading, pairOf('等候中的号码 · 47', 'Numbers waiting'));
  assert.deepEqual(seen(listOf(WAITING_MAX + 7, 2)).heading.first, `等候中的号码 · ${WAITING_MAX + 9}`);
  assert.equal(seen(listOf(0)).heading.first, '等候中的号码');
  assert.equal(seen(null).heading.first, '等候中的号码');
  assert.deepEqual(seen(listOf(3, 1)).numbers.map((one) => one.next), [true, false, false, false]);
});

test('a pause whose end nobody said has nothing to say in the second language but that it is one', () => {
  const board = boardOf({ paused: 1 });
  board.windows[7].does.back_at = null;
  assert.deepEqual(see(board).pauses, [pairOf('8号窗口 暂停服务 · 系统故障，正在检修', 'Window 8 Paused')]);
});

test('given a server that sends more numbers than a wall shows, the rest is counted', () => {
  const { numbers, more } = queueOf(listOf(WAITING_MAX + 7, 2));
  assert.deepEqual([numbers.length, numbers[WAITING_MAX], more], [WAITING_MAX + 1, '+9', 1]);
});

test('given a server of another version, the wall says that it does not know who waits, and shows the rest', () => {
  for (const waiting of [undefined, null, 7, 'A017', [{ label: 'A017' }], {}, { numbers: 3 }, { numbers: ['A017'] }, { numbers: [null] }, { numbers: [{ number: 17 }] }]) {
    assert.deepEqual(queueOf(waiting), { numbers: [], none: '暂时无法显示等候号码，请留意叫号', more: 0 }, JSON.stringify(waiting));
  }
  assert.deepEqual(queueOf({ numbers: [{ label: 'A017', state: 'returning' }], more: 'some', since: 5 }).numbers, ['A017']);
});

test('a strip shows its own window with its services, and says so when the window is gone', () => {
  const state = stateOf(boardOf());
  state.placed({ zone: null, layout: sceneOf('strip').layout, window: 3 });
  const layout = laidOut('strip');
  const strip = panel(see(null, { state, layout }), 'strip');
  assert.deepEqual([strip.window.number, strip.window.label, strip.window.kind, strip.window.lit], ['3', 'A017', 'calling', true]);
  assert.deepEqual(strip.window.word, pairOf('请前往', 'Please go'));
  assert.equal(strip.services.length, 3);
  state.placed({ zone: null, layout: sceneOf('strip').layout, window: 99 });
  const gone = panel(see(null, { state, layout }), 'strip');
  assert.deepEqual([gone.window.number, gone.window.kind, gone.window.word.first], ['99', 'closed', '未开放']);
});

test('notices are those of the day', () => {
  const { notices } = panel(see(boardOf(), { layout: laidOut('notices') }), 'notices');
  assert.equal(notices.length, 2);
  assert.match(notices[0].second, /^Closed on Wednesday/);
});

test('a picture that is old says how old and what to do, and stays', () => {
  const view = see(boardOf(), { link: { ...up, state: 'lost', staleMs: 23_400 } });
  assert.deepEqual(view.stale, { age: pairOf('画面已 23 秒未更新', 'Not updated for 23 s'), advice: pairOf('请听窗口工作人员叫号', 'Please listen to the staff at the windows') });
  assert.equal(panel(view, 'calls').now.label, 'A017');
});

test('a wall without a picture says why and what to do', () => {
  const state = new WallState();
  const seen = (link) => see(null, { state, link: { ...up, ...link } }).message;
  assert.match(seen({ state: 'connecting' }).advice.second, /hall\.example/);
  assert.equal(seen({ state: 'connecting' }).alarm, false);
  assert.equal(seen({ state: 'outdated' }).alarm, true);
  const refused = seen({ state: 'refused', refusal: { code: 'device-token-unknown', detail: '设备凭证无效。' } });
  assert.equal(refused.advice.first, '设备凭证无效。');
  assert.match(refused.advice.second, /配对码/);
});

test('one language alone has no second words anywhere', () => {
  const text = JSON.stringify(see(boardOf({ paused: 2 }), { languages: { first: 'zh-CN', second: null } }).panels);
  assert.doesNotMatch(text, /"second":"[^"]/);
});

test('the layout’s languages go first, then the address, then the hall’s, with one of another script beside', () => {
  const given = (languages, second = 'beside') => ({ ...DEFAULT_LAYOUT, languages, second });
  const hall = (...languages) => ({ ...HALL, languages });
  assert.deepEqual(languagesOf(given(['en', 'zh-CN']), 'de', HALL), { first: 'en', second: 'zh-CN' });
  assert.deepEqual(languagesOf(given(['en']), 'de', HALL), { first: 'en', second: null });
  assert.deepEqual(languagesOf(given(['zh-CN', 'en'], 'none'), null, HALL), { first: 'zh-CN', second: null });
  assert.deepEqual(languagesOf(given([]), 'en', HALL), { first: 'en', second: 'zh-CN' });
  assert.deepEqual(languagesOf(given([]), 'fr', hall('zh-CN', 'zh-TW', 'en')), { first: 'zh-CN', second: 'en' });
  assert.deepEqual(languagesOf(given([]), null, hall('zh-CN', 'zh-TW')), { first: 'zh-CN', second: 'zh-TW' });
  assert.deepEqual(languagesOf(given([]), null, hall('de')), { first: 'de', second: null });
  assert.deepEqual(languagesOf(given([]), 'de', null), { first: 'de', second: 'zh-CN' });
});

// --- What flashes ---

const calledAgain = (board, more) => ({ ...board, calls: [{ ...board.calls[0], ...more }, ...board.calls.slice(1)] });
const callOf = (ticket, state = 'calling') => ({ ticket, state });
const flashes = (state, ticket) => state.highlights.has(ticket);

test('what was called before the board knew the hall does not flash; a new call and a recall do', () => {
  const board = boardOf();
  const state = stateOf(board);
  assert.equal(flashes(state, 50), false);
  state.follow(calledAgain(board, { seq: 51, ticket: 50, at: AT + MINUTE }), 'e', AT + MINUTE, 1_000);
  assert.equal(flashes(state, 50), true);
});

test('a call flashes once a second for twelve seconds, then stays lit until it is served', () => {
  const state = stateOf(boardOf());
  state.follow(calledAgain(boardOf(), { seq: 51, ticket: 77 }), 'e', AT, 0);
  const lit = [];
  for (let now = 0; now < HIGHLIGHT_MS; now += 250) {
    state.tick(now);
    lit.push(state.isLit(callOf(77), now));
    assert.equal(state.isLit(callOf(77), now, true), true, 'who asked for no motion sees it lit');
  }
  const changes = lit.filter((one, at) => at > 0 && one !== lit[at - 1]).length;
  assert.ok(changes / 2 <= HIGHLIGHT_MS / 1_000);
  state.tick(HIGHLIGHT_MS);
  assert.equal(state.isLit(callOf(77), HIGHLIGHT_MS), true);
  assert.equal(state.isLit(callOf(77, 'serving'), HIGHLIGHT_MS), false);
});

test('a call that is served at once still flashes to its end', () => {
  const state = stateOf(boardOf());
  const called = calledAgain(boardOf(), { seq: 51, ticket: 77 });
  state.follow(called, 'e', AT, 0);
  state.follow(calledAgain(called, { state: 'serving' }), 'e', AT, 2_000);
  state.tick(10_000);
  assert.equal(state.isLit(callOf(77, 'serving'), 10_000), true);
});

test('a call that is taken back stops flashing', () => {
  const state = stateOf(boardOf());
  state.follow(calledAgain(boardOf(), { seq: 51, ticket: 77 }), 'e', AT, 0);
  state.follow(boardOf(), 'e', AT, 100);
  assert.equal(flashes(state, 77), false);
});

test('a board that comes back too late does not flash old calls, and another epoch is told by the clock', () => {
  const state = stateOf(boardOf());
  state.follow(calledAgain(boardOf(), { seq: 51, ticket: 77, at: AT }), 'e', AT + FRESH_MS_MAX + 1, 0);
  assert.equal(flashes(state, 77), false);
  const other = stateOf(boardOf());
  other.follow(calledAgain(boardOf(), { seq: 3, ticket: 78, at: AT + 5 }), 'another', AT + 10, 0);
  assert.equal(flashes(other, 78), true);
});

test('the calls of another zone are no news of this one', () => {
  const state = stateOf(boardOf());
  state.placed({ zone: 'east', layout: null, window: null });
  state.follow(calledAgain(boardOf(), { seq: 51, ticket: 77 }), 'e', AT, 0);
  assert.equal(flashes(state, 77), false);
});

test('windows turn to the page of the one that calls, and its row is lit', () => {
  const board = boardOf({ windows: 60 });
  const state = stateOf(board);
  assert.equal(panel(see(null, { state, layout: laidOut('desk') }), 'windows').turnTo, null);
  state.follow(calledAgain(board, { seq: 51, ticket: 77, label: 'F203', window: 'w12', number: 12 }), 'e', AT, 0);
  const { turnTo: at, windows } = panel(see(null, { state, layout: laidOut('desk') }), 'windows');
  assert.deepEqual([at, windows[11].lit], [11, true]);
});

test('where languages alternate a call is said in both at any time, and the rest in one', () => {
  const view = see(boardOf(), { languages: { first: 'en', second: null, other: 'zh-CN' }, layout: laidOut('lobby+alternate') });
  assert.deepEqual(panel(view, 'calls').heading, pairOf('Now calling', '正在叫号'));
  assert.equal(panel(view, 'calls').now.second, '请到3号窗口');
  assert.deepEqual(panel(view, 'counts').heading, pairOf('Waiting'));
});

test('what is said in the zone is read here until it is over, and not for ever, whoever says it', () => {
  const state = new WallState();
  const message = { epoch: 'e', number: 7, speak: false, sentences: [{ language: 'en', text: 'A017, window 3' }] };
  state.announced(message, 0);
  assert.equal(see(null, { state }).caption[0].text, 'A017, window 3');
  state.announcementOver({ number: 6 });
  assert.notEqual(state.caption, null);
  state.announcementOver({ number: 7 });
  assert.equal(state.caption, null);
  state.announced(message, 0);
  state.tick(CAPTION_MS_MAX);
  assert.equal(state.caption, null);
  state.announced({ ...message, speak: true }, 0);
  assert.equal(see(null, { state }).caption[0].text, 'A017, window 3');
});

// --- Words and time ---

test('every language has every word, with the same gaps', () => {
  const [first, ...others] = LANGUAGES.map((tag) => WALL_TEXTS[tag]);
  for (const other of others) {
    assert.deepEqual(Object.keys(other), Object.keys(first));
    Object.keys(first).forEach((key) => assert.equal(typeof other[key], typeof first[key], key));
  }
});

test('no word is kept that nobody says', () => {
  const sources = ['wall.js', 'wall-view.js', 'wall-draw.js', 'wall-panels.js', 'wall-texts.js'].map((name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
  const asked = sources.map((text, at) => (at === 4 ? text.slice(text.indexOf('/** The text `key`')) : text)).join('');
  Object.keys(WALL_TEXTS.en).forEach((key) => assert.ok(asked.includes(`'${key}'`) || asked.includes(`.${key}`), key));
});

test('each language is written in its own script', () => {
  const big5 = new Set();
  for (let at = 0xa440; at <= 0xf9ff; at += 1) {
    big5.add(new TextDecoder('big5').decode(Uint8Array.of(at >> 8, at & 0xff)));
  }
  for (const tag of LANGUAGES) {
    for (const [key, text] of Object.entries(WALL_TEXTS[tag])) {
      const said = [].concat(typeof text === 'function' ? text(1, 1, 1, '1') : text).join(' ');
      const han = /\p{Script=Han}/u.test(said);
      if (tag.startsWith('zh')) {
        assert.doesNotMatch(said, /[\u4e00-\u9fff][,:;?()]|[,:;?()][\u4e00-\u9fff]|\p{Script=Latin}/u, key);
      } else {
        assert.equal(han, false, key);
      }
      if (tag === 'zh-TW') {
        assert.equal([...said].filter((one) => /\p{Script=Han}/u.test(one) && !big5.has(one)).join(''), '', key);
      }
    }
  }
});

test('the age of a picture is told in seconds, minutes and hours', () => {
  assert.deepEqual([119, 120, 7_199, 7_200].map((seconds) => staleText('en', seconds)), ['Not updated for 119 s', 'Not updated for 2 min', 'Not updated for 119 min', 'Not updated for 2 h']);
});

test('a moment to come is told as people say it', () => {
  const now = civil(AT, 'Asia/Shanghai');
  const day = 24 * 60 * MINUTE;
  const said = (tag, at) => whenText(tag, now, civil(at, 'Asia/Shanghai'));
  assert.deepEqual([said('zh-CN', AT), said('en', AT), said('de', AT + day)], ['09:41', 'at 09:41', 'Di 09:41']);
  assert.deepEqual([said('zh-TW', AT + 8 * day), said('en', AT + 8 * day), said('de', AT + 8 * day)], ['3月10日 09:41', '10 Mar 09:41', '10. März 09:41']);
});

test('midnight is nought, and a zone that the browser does not know is no end', () => {
  assert.equal(civil(Date.UTC(2026, 0, 1, 16), 'Asia/Shanghai').time, '00:00');
  assert.deepEqual(civil(Date.UTC(2026, 0, 1, 16), 'Mars/Olympus').time, '16:00');
  assert.equal(civil(Date.UTC(2026, 0, 3), 'UTC').weekday, 6);
});

test('a clock that is set back makes no picture younger, and sleep makes it older', () => {
  let wall = 1_000_000;
  let steady = 0;
  const now = steadyClock(() => wall, () => steady);
  wall += 5_000;
  steady += 5_000;
  assert.equal(now(), 5_000);
  wall -= 3_600_000;
  steady += 7_000;
  assert.equal(now(), 12_000);
  wall += 60_000;
  assert.equal(now(), 72_000);
  assert.equal(say('en', 'window', 3), 'Window 3');
});
