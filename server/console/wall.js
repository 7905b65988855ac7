// The wall board in a browser, for televisions and tablets: enrols once with a pairing code, then follows the hall as the
// display that its device is configured to be. The device's token is kept by the browser and goes into headers and the
// websocket's first message, never into an address.

import { byId, setText, show } from './dom.js';
import { Api, Refused } from './http.js';
import { STALE_MS } from './link.js';
import { follow } from './socket.js';
import { drawMessage, Drawing } from './wall-draw.js';
import { readLayout } from './wall-layout.js';
import { fit } from './wall-lines.js';
import { BrowserSound } from './wall-sound.js';
import { WallState } from './wall-state.js';
import { LANGUAGES, say } from './wall-texts.js';
import { steadyClock } from './wall-time.js';
import { languagesOf, PAGE_STAYS_MS, viewOf } from './wall-view.js';
import { RETRY_MS, Speaker } from './wall-voice.js';

/** Where the browser keeps who it is. */
const KEPT = 'nowserving.wall';
/** How often the board is looked at: half of half a flash. */
const TICK_MS = 250;
/** After news the board is drawn once, so much later, however many messages come in a burst, ms. */
const DRAW_MS = 40;
/** The wait before the hall's names are asked for again after a failure, ms. */
const HALL_RETRY_MS = 5_000;
/** A page that does not fit the server, or failed, loads itself again so often at most, ms; at random up to twice as long. */
const RELOAD_MS = 60_000;
/** Refusals that end by themselves: for every other one the display is to be paired again. */
const PASSING = ['busy', 'stopping', 'internal', 'too-many-requests', 'hello-missing', 'bad-message'];
/** Refusals that say that page and server speak different versions. */
const OTHER_VERSION = ['schema-newer', 'schema-older'];

const asked = new URLSearchParams(location.search).get('language');
const now = steadyClock();
const drawing = new Drawing();
const still = window.matchMedia('(prefers-reduced-motion: reduce)');
const startedAt = now();

let state = new WallState();
let layout = readLayout(null, LANGUAGES, () => {});
let kept = recall();
let session = null;
let followed = null;
/** The zone in which the board stands; undefined before the server has said it. */
let zone;
let drawTimer = null;
let hallDue = 0;
let hallAsked = false;
let reloadDue = null;
let failed = false;

const sound = new BrowserSound(() => kept.token);
const speaker = new Speaker({
  sound,
  tell: (message) => session !== null && session.say(message),
  changed: () => soon(),
});
const api = (token) => new Api({ language: () => languages().first, authorization: token === null ? null : `Bearer ${token}` });

/** Who this browser was enrolled as: `{token, device}`, or null. */
function recall() {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT));
    return found !== null && typeof found.token === 'string' ? found : null;
  } catch {
    return null;
  }
}

/** Remembers it; whether the browser does. */
function remember(enrolled) {
  kept = { token: enrolled.token, device: enrolled.device };
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

function languages() {
  return languagesOf(layout, asked, state.hall);
}

// --- Following the hall ---

function begin() {
  if (session !== null) {
    session.stop();
  }
  // What was shown and said for another device means nothing for this one.
  zone = undefined;
  speaker.elsewhere();
  state = new WallState();
  layout = readLayout(null, LANGUAGES, () => {});
  followed = null;
  session = follow({ what: { kind: 'display' }, token: kept.token, language: languages().first, now, greeted: () => speaker.greeted(), told: heard }, linkChanged);
  soon();
}

function heard(message) {
  if (message.type === 'placed') {
    if (zone !== undefined && zone !== message.zone) {
      speaker.elsewhere();
    }
    zone = message.zone;
    state.placed(message);
    layout = readLayout(state.layout, LANGUAGES, (odd) => console.warn(`layout: ${odd}`));
  } else if (message.type === 'announcement') {
    state.announced(message, now());
    speaker.announced(message);
  } else if (message.type === 'announcement_over') {
    state.announcementOver(message);
    speaker.over(message);
  } else {
    console.warn(`a message of the kind “${message.type}” is not known here and is left out`);
  }
  soon();
}

function linkChanged(link) {
  const { board, epoch, seq } = link;
  const known = followed !== null && followed.board === board && followed.seq === seq;
  if (board !== null && !known) {
    followed = { board, seq };
    state.follow(board, epoch, now() + link.clockOffset, now());
  }
  soon();
}

/** Asks for the hall's names, languages, time zone and notices when they are not those of the board. */
async function wishHall() {
  if (session === null || session.link.state !== 'live' || hallAsked || !state.hallIsOld() || now() < hallDue) {
    return;
  }
  hallAsked = true;
  hallDue = now() + HALL_RETRY_MS;
  try {
    state.hall = await api(kept.token).get('/hall');
    soon();
  } catch (failure) {
    console.warn('the hall’s names could not be had', failure);
  }
  hallAsked = false;
}

// --- What is to be seen ---

function linkView() {
  const { link } = session;
  const other = link.state === 'refused' && OTHER_VERSION.includes(link.refusal.code);
  const age = link.confirmedAt === null ? null : now() - link.confirmedAt;
  return {
    state: other ? 'outdated' : link.state,
    refusal: link.refusal,
    staleMs: age !== null && age > STALE_MS ? age : null,
    server: location.host,
    hallTime: link.clockOffset === null ? null : now() + link.clockOffset,
  };
}

function draw() {
  const { first, second } = languages();
  const link = session === null ? null : linkView();
  pairingShown(link, first, second);
  if (link === null) {
    return;
  }
  state.tick(now());
  const clock = { now: now(), still: still.matches };
  const turns = second !== null && layout.second === 'alternate';
  const spoken = turns ? [{ first, second: null, other: second }, { first: second, second: null, other: first }] : [{ first, second }];
  const views = spoken.map((pair) => viewOf(state, link, layout, pair, clock));
  drawing.draw(views, layout, Math.floor((now() - startedAt) / PAGE_STAYS_MS));
  touchShown(first, second);
  reloadWhen(link.state === 'outdated');
}

/** A drawing that fails leaves no picture that looks live: the page says so and loads itself again. */
function look() {
  if (failed) {
    return;
  }
  try {
    draw();
  } catch (failure) {
    failed = true;
    console.error(failure);
    const { first, second } = languages();
    ['header', 'stale', 'panels', 'pauses', 'line', 'pair'].forEach((id) => show(byId(id), false));
    sayMessage('failed', 'failedAdvice', first, second);
    reloadWhen(true);
  }
}

function soon() {
  if (drawTimer === null) {
    drawTimer = setTimeout(() => {
      drawTimer = null;
      look();
    }, DRAW_MS);
  }
}

function sayMessage(title, advice, first, second) {
  const pair = (key) => ({ first: say(first, key), second: second === null ? '' : say(second, key) });
  show(byId('message'), true);
  drawMessage({ message: { title: pair(title), advice: pair(advice), alarm: title === 'failed' }, second });
}

/** Browsers let a page sound only after somebody touched it: as long as that is so, a strip says it. */
function touchShown(first, second) {
  const wants = speaker.ready === 'touch' || speaker.ready === 'no';
  const changed = byId('touch').hidden === wants;
  show(byId('touch'), wants);
  const key = speaker.ready === 'touch' ? 'touch' : 'mute';
  setText(byId('touch-first'), say(first, key));
  setText(byId('touch-second'), second === null ? '' : say(second, key));
  show(byId('touch-second'), second !== null);
  if (changed) {
    fit(byId('touch'));
  }
}

/** Loads the page again after a while, but never while the server is not there: the browser's own error page is no wall. */
function reloadWhen(wanted) {
  if (!wanted) {
    reloadDue = null;
  } else if (reloadDue === null) {
    reloadDue = now() + RELOAD_MS * (1 + Math.random());
  }
}

async function reloadIfDue() {
  if (reloadDue === null || now() < reloadDue) {
    return;
  }
  reloadDue = now() + RELOAD_MS * (1 + Math.random());
  try {
    const answer = await fetch(location.pathname, { cache: 'no-store' });
    if (answer.ok) {
      location.reload();
    }
  } catch {
    // The server is away: later.
  }
}

// --- Pairing ---

function pairingShown(link, first, second) {
  const refused = link !== null && link.state === 'refused' && !PASSING.includes(link.refusal.code);
  const wanted = link === null || refused;
  document.body.classList.toggle('pairing', wanted);
  if (link === null) {
    document.documentElement.lang = first;
    sayMessage('pairTitle', 'pairAdvice', first, second);
  }
  if (wanted) {
    setText(byId('pair-label'), say(first, 'pairCode'));
    if (!byId('pair-go').disabled) {
      setText(byId('pair-go'), say(first, 'pairGo'));
    }
  }
  if (byId('pair').hidden === wanted) {
    show(byId('pair'), wanted);
    if (wanted) {
      byId('pair-code').focus();
    }
  }
}

async function pair(event) {
  event.preventDefault();
  const { first } = languages();
  const error = byId('pair-error');
  const go = byId('pair-go');
  const code = byId('pair-code').value.trim();
  if (code === '') {
    setText(error, say(first, 'pairEmpty'));
    return;
  }
  go.disabled = true;
  setText(go, say(first, 'pairBusy'));
  setText(error, '');
  try {
    const enrolled = await api(null).post('/devices/enrol', { code });
    if (enrolled.kind !== 'display') {
      setText(error, say(first, 'pairKind'));
    } else {
      if (!remember(enrolled)) {
        console.warn(say(first, 'pairForgotten'));
      }
      byId('pair-code').value = '';
      begin();
    }
  } catch (failure) {
    setText(error, failure instanceof Refused ? failure.message : say(first, 'pairUnanswered'));
  }
  go.disabled = false;
  look();
}

// --- The beginning ---

function touched() {
  if (speaker.ready !== 'yes') {
    speaker.probe();
  }
}

/** A tablet that dims shows nobody anything; browsers that can be asked to stay awake forget it when they are hidden. */
function stayAwake() {
  if (navigator.wakeLock && document.visibilityState === 'visible') {
    navigator.wakeLock.request('screen').catch((failure) => console.warn('the screen may go dark', failure));
  }
}

byId('pair').addEventListener('submit', pair);
document.addEventListener('visibilitychange', stayAwake);
stayAwake();
['pointerdown', 'keydown'].forEach((kind) => document.addEventListener(kind, touched));
window.addEventListener('resize', () => { drawing.afresh(); soon(); });
window.addEventListener('online', () => session !== null && session.hurry());
if (document.fonts) {
  document.fonts.addEventListener('loadingdone', () => { drawing.afresh(); soon(); });
}
setInterval(() => {
  look();
  wishHall();
  reloadIfDue();
}, TICK_MS);
setInterval(() => speaker.ready === 'no' && speaker.probe(), RETRY_MS);
if (kept !== null) {
  begin();
}
speaker.probe();
look();
