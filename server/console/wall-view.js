// What is to be seen on a wall board, as plain data: computed from what it knows, in words of the hall's languages. Pure: no
// page, no clock. The same things in the same words as the Slint wall's display/src/view.rs.
//
// A pair is a text in the first language and, beside it, in the second; the second is empty where there is none or where it
// would say the same.

import { WAITING_MAX } from './board.js';
import { localized } from './localized.js';
import { dateText, LANGUAGES, say, staleText, whenText } from './wall-texts.js';
import { civil, dayOf } from './wall-time.js';

/** How long one page of a list that does not fit stays, and one notice, and one language where two alternate, ms. */
export const PAGE_STAYS_MS = 8_000;

/**
 * The languages of a board: the first and, or null, the second.
 * @param layout as read by `readLayout`
 * @param asked the tag in the page's address, or null
 * @param hall the HallView, or null
 */
export function languagesOf(layout, asked, hall) {
  // Before the hall is known nobody knows what its people read: then Chinese and English stand there.
  const offered = hall === null ? ['zh-CN', 'en'] : hall.languages.filter((tag) => LANGUAGES.includes(tag));
  const given = layout.languages;
  const first = given[0] || (LANGUAGES.includes(asked) ? asked : offered[0] || 'zh-CN');
  const second = given.length > 0 ? given[1] : besideOf(first, offered);
  return { first, second: layout.second === 'none' || second === undefined || second === first ? null : second };
}

/** The hall's next language of another script, because whoever reads one kind of Chinese reads the other; else its next. */
function besideOf(first, offered) {
  const others = offered.filter((tag) => tag !== first);
  const chinese = (tag) => tag.startsWith('zh');
  return others.find((tag) => chinese(tag) !== chinese(first)) || others[0];
}

/** Speaks two languages at a moment: makes pairs of texts. */
class Voice {
  constructor(first, second, zone, moment) {
    this.first = first;
    this.second = second;
    this.zone = zone;
    this.now = zone === null || moment === null ? null : civil(moment, zone);
  }

  pair(text) {
    const first = text(this.first);
    const second = this.second === null ? '' : text(this.second);
    return { first, second: second === first ? '' : second };
  }

  word(key, ...args) {
    return this.pair((tag) => say(tag, key, ...args));
  }

  name(texts) {
    return this.pair((tag) => localized(texts, tag));
  }

  /** A moment to come, as people say it; empty while the hall's time is not known. */
  when(tag, moment) {
    return this.now === null || moment === null || moment === undefined ? '' : whenText(tag, this.now, civil(moment, this.zone));
  }
}

/**
 * The whole screen in the languages `first` and `second`. Where languages alternate, `second` is null and `other` the one
 * that comes next: a call is said in both at any time, and the scrolling line moves for longer than a turn lasts.
 * @param state a WallState
 * @param link `{state, refusal, staleMs, server, hallTime}`: how it stands with the server; `staleMs` is null while the
 *   picture can be trusted, `hallTime` the hall's clock or null
 * @param layout as read by `readLayout`
 * @param clock `{now, still}`: our clock, and whether nothing may move
 */
export function viewOf(state, link, layout, { first, second, other = second }, clock) {
  const zone = state.hall === null ? null : state.hall.time_zone;
  const voice = new Voice(first, second, zone, link.hallTime);
  const both = new Voice(first, other, zone, link.hallTime);
  const { board } = state;
  const hall = board !== null ? board.hall : state.hall !== null && state.hall.name;
  const placedIn = board === null ? undefined : board.zones.find((one) => one.id === state.zone);
  return {
    first,
    second,
    other,
    hall: hall ? voice.name(hall) : { first: '', second: '' },
    zone: placedIn === undefined ? { first: '', second: '' } : voice.name(placedIn.name),
    clock: voice.now === null ? '' : voice.now.time,
    date: voice.now === null ? { first: '', second: '' } : voice.pair((tag) => dateText(tag, voice.now)),
    stale: staleView(link, board, voice),
    caption: state.caption === null ? [] : state.caption.sentences.map((one) => ({ language: String(one.language), text: String(one.text) })),
    line: layout.line === null ? { first: '', second: '' } : both.name(layout.line),
    ...bodyView(state, link, layout, voice, both, clock),
  };
}

function staleView(link, board, voice) {
  if (link.staleMs === null || board === null) {
    return null;
  }
  const seconds = Math.floor(link.staleMs / 1_000);
  return { age: voice.pair((tag) => staleText(tag, seconds)), advice: voice.word('staleAdvice') };
}

/** What is below the header: a message in place of a picture, or panels. */
function bodyView(state, link, layout, voice, both, clock) {
  const message = (title, advice, alarm) => ({ message: { title: voice.word(title), advice, alarm }, panels: [], pauses: [] });
  if (link.state === 'refused') {
    // A display that was sent away must not look as if it were only late. Why, the server says in one language.
    const detail = link.refusal === null ? '' : link.refusal.detail;
    return message('refused', { first: detail, second: say(voice.first, 'refusedAdvice') }, true);
  }
  if (link.state === 'outdated') {
    return message('outdated', voice.word('outdatedAdvice'), true);
  }
  if (state.board === null) {
    return message('connecting', voice.word('connectingAdvice', link.server), false);
  }
  const panels = layout.panels.map(({ show, share }) => ({ show, share, ...PANEL_VIEWS[show](state, show === 'calls' ? both : voice, clock) }));
  // Above its own window nobody needs to be told which one it is.
  const alone = layout.panels.some((panel) => panel.show === 'strip');
  return { message: null, panels, pauses: alone ? [] : state.board.windows.map((line) => pauseSentence(line, voice)).filter((one) => one !== null) };
}

const PANEL_VIEWS = {
  calls: callsView,
  windows: windowsView,
  waiting: queueView,
  counts: ({ board }, voice) => ({ heading: voice.word('waitingHeading'), services: board.services.map((line) => serviceView(line, voice)) }),
  strip: stripView,
  notices: noticesView,
};

/** The call that is shown largest: the newest whose holder is awaited, else the newest that is being served. */
function nowCalling(calls) {
  const newest = (state) => calls.find((call) => call.state === state);
  return newest('calling') || newest('serving') || null;
}

function callsView(state, voice, clock) {
  const { board } = state;
  const now = nowCalling(board.calls);
  const headings = { calling: 'nowCalling', serving: 'nowServing' };
  return {
    heading: voice.word(now === null ? 'pleaseWait' : headings[now.state]),
    now: now === null ? null : callView(state, now, voice, clock),
    calls: board.calls.filter((call) => call !== now).map((call) => callView(state, call, voice, clock)),
    callsHeading: voice.word('lastCalls'),
    wayHeading: say(voice.first, 'wayHeading'),
    noCalls: voice.word('noCalls'),
  };
}

function callView(state, line, voice, clock) {
  const { board } = state;
  const zone = state.zone === null && board.zones.length > 1 ? board.zones.find((one) => one.id === line.zone) : undefined;
  const words = { calling: 'calling', serving: 'serving', over: 'over' };
  const kind = line.state in words ? line.state : 'over';
  return {
    id: line.ticket,
    label: line.label,
    mark: voice.name(line.mark),
    number: String(line.number),
    before: say(voice.first, 'before'),
    behind: say(voice.first, 'behind'),
    second: voice.second === null ? '' : say(voice.second, kind === 'calling' ? 'pleaseGo' : 'window', line.number),
    place: zone === undefined ? { first: '', second: '' } : voice.name(zone.name),
    word: voice.word(words[kind]),
    kind,
    lit: state.isLit(line, clock.now, clock.still),
  };
}

const WINDOW_WORDS = { closed: 'closed', free: 'free', calling: 'windowCalls', serving: 'serving', paused: 'paused' };

function windowsView(state, voice, clock) {
  const { board } = state;
  const newest = board.calls.find((call) => call.state === 'calling' && state.highlights.has(call.ticket));
  return {
    heading: voice.word('windowsHeading'),
    windows: board.windows.map((line) => windowView(state, line, voice, clock)),
    /** The place of the window that has to be seen now, because it calls; null: none. */
    turnTo: newest === undefined ? null : board.windows.findIndex((line) => line.id === newest.window),
  };
}

function windowView(state, line, voice, clock) {
  const kind = line.does.is in WINDOW_WORDS ? line.does.is : 'closed';
  return {
    id: line.id,
    number: String(line.number),
    kind,
    word: voice.word(WINDOW_WORDS[kind]),
    label: line.does.label || '',
    pause: kind === 'paused' ? pausePair(line.does, voice) : { first: '', second: '' },
    lit: kind === 'calling' && windowIsLit(state, line, clock),
  };
}

/** Whether the call of a window is lit now. A call that is no longer among the last ones is awaited all the same. */
function windowIsLit(state, line, clock) {
  const call = state.board.calls.find((one) => one.window === line.id && one.label === line.does.label);
  return call === undefined || state.isLit(call, clock.now, clock.still);
}

/** When a paused window is expected back; empty when nobody said. */
function backAt(does, voice, tag) {
  const when = voice.when(tag, does.back_at);
  return when === '' ? '' : say(tag, 'backAt', when);
}

const joined = (...parts) => parts.filter((part) => part !== '').join(' · ');

/**
 * Why a window is paused and when it is expected back. Its clerk wrote the reason in one language: it stands once, in the
 * first line, and the second line has only what is said in its own language.
 */
function pausePair(does, voice) {
  const second = voice.second === null ? '' : backAt(does, voice, voice.second);
  return { first: joined(does.reason.trim(), backAt(does, voice, voice.first)), second };
}

/** The sentence about a paused window; null for any other. */
function pauseSentence(line, voice) {
  if (line.does.is !== 'paused') {
    return null;
  }
  const paused = voice.pair((tag) => `${say(tag, 'window', line.number)} ${say(tag, 'paused')}`);
  const pause = pausePair(line.does, voice);
  return { first: joined(paused.first, pause.first), second: paused.second === '' ? '' : joined(paused.second, pause.second) };
}

/**
 * The numbers of those who wait, as the server masked and ordered them, and behind the last how many more there are; the
 * heading says how many wait in all, and `next` is who waits at the front.
 */
function queueView({ board }, voice) {
  const list = waitingOf(board);
  const numbers = list === null ? [] : list.numbers.slice(0, WAITING_MAX).map((one, at) => ({ text: one.label, more: false, next: at === 0 }));
  // A server of another version may send more of them.
  const more = list === null ? 0 : list.more + Math.max(0, list.numbers.length - WAITING_MAX);
  if (more > 0) {
    numbers.push({ text: `+${more}`, more: true, next: false });
  }
  const heading = voice.word('queueHeading');
  const all = list === null ? 0 : list.numbers.length + list.more;
  return { heading: { ...heading, first: all > 0 ? `${heading.first} · ${all}` : heading.first }, numbers, none: voice.word(list === null ? 'queueUnknown' : 'nobodyWaits') };
}

/** Who waits; null when it is not known: from an earlier server, or in a form that only a later one sends. */
function waitingOf(board) {
  const list = board.waiting;
  const known = list !== null && typeof list === 'object' && Array.isArray(list.numbers)
    && list.numbers.every((one) => one !== null && typeof one === 'object' && typeof one.label === 'string');
  return known ? { numbers: list.numbers, more: Number.isInteger(list.more) && list.more > 0 ? list.more : 0 } : null;
}

function serviceView(line, voice) {
  return { id: line.id, name: voice.name(line.name), waiting: String(line.waiting), note: voice.pair((tag) => noteOf(line, voice, tag)) };
}

/** Why no number is to be had, or why nobody is called; empty when all is well. */
function noteOf(line, voice, tag) {
  if (line.availability.is === 'quota_reached') {
    return say(tag, 'quotaReached');
  }
  if (line.availability.is === 'closed') {
    const when = voice.when(tag, line.availability.opens_at);
    return when === '' ? say(tag, 'notNow') : say(tag, 'opensAt', when);
  }
  return line.windows_open === 0 ? say(tag, 'noWindow') : '';
}

/** One window alone; one that the board does not have is closed. */
function stripView(state, voice, clock) {
  const { board } = state;
  const number = state.window;
  const line = board.windows.find((one) => one.number === number) || { id: '', number: number === null ? '' : number, services: [], does: { is: 'closed' } };
  const shown = windowView(state, line, voice, clock);
  const call = board.calls.find((one) => one.window === line.id && one.label === shown.label);
  const served = line.services.map((id) => board.services.find((one) => one.id === id)).filter((one) => one !== undefined);
  return {
    window: shown.kind === 'calling' ? { ...shown, word: voice.word('calling') } : shown,
    before: say(voice.first, 'before'),
    behind: say(voice.first, 'behind'),
    second: voice.second === null ? '' : say(voice.second, 'window', line.number),
    mark: call === undefined ? { first: '', second: '' } : voice.name(call.mark),
    services: served.map((one) => voice.name(one.name)),
  };
}

/** The hall's notices of this day; those of other days are not shown. */
function noticesView(state, voice) {
  const today = voice.now === null ? null : dayOf(voice.now);
  const given = state.hall !== null && Array.isArray(state.hall.notices) ? state.hall.notices : [];
  const due = (notice) => today === null || ((!notice.from || notice.from <= today) && (!notice.until || today <= notice.until));
  return { heading: voice.word('noticesHeading'), notices: given.filter(due).map((notice) => voice.name(notice.text)), none: voice.word('noNotices') };
}

