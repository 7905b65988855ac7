// The customer's page. The ticket's token is in the address behind the #, which no browser sends; from here it goes into
// a header and into the websocket's first message, never into an address.

import { byId, setText, show } from './dom.js';
import { Api, Refused } from './http.js';
import { language, languageSwitch, languageWasChosen, localized, onLanguage, setLanguage, t, translate, VISITOR_LANGUAGES } from './language.js';
import { STALE_MS } from './link.js';
import { follow } from './socket.js';
import { isNewCall, shownOf } from './ticket-state.js';
import { clock, span } from './time.js';

/** The telephone shakes: on, off, on, … ms. */
const SHAKE_MS = [500, 200, 500, 200, 900];
/** The bell: two tones, Hz. */
const BELL_HZ = [880, 660];
/** How long each tone sounds, seconds. */
const BELL_SECONDS = 0.35;
const TICK_MS = 1_000;

const token = location.hash.slice(1);
const api = new Api({ language, authorization: `Ticket ${token}` });
let ticket = null;
let session = null;
let sound = null;
let startedAt = Date.now();

function take(next) {
  const ring = isNewCall(ticket, next);
  if (ticket === null && !languageWasChosen()) {
    setLanguage(next.language, false);
  }
  ticket = next;
  if (ring) {
    ringOut();
  }
  draw();
}

function ringOut() {
  navigator.vibrate?.(SHAKE_MS);
  if (sound === null) {
    return;
  }
  BELL_HZ.forEach((hertz, at) => {
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    const start = sound.currentTime + at * BELL_SECONDS;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.5, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + BELL_SECONDS);
    tone.connect(volume).connect(sound.destination);
    tone.start(start);
    tone.stop(start + BELL_SECONDS);
  });
}

/** Browsers let a page shake and ring only after its user touched it: hence a button. */
function allowAlert() {
  const Sound = globalThis.AudioContext;
  sound ??= Sound ? new Sound() : null;
  sound?.resume();
  navigator.vibrate?.(SHAKE_MS[0]);
  draw();
}

function say(text) {
  setText(byId('message-text'), text);
  show(byId('message'), true);
  show(byId('ticket'), false);
}

function draw() {
  drawStale();
  if (ticket === null) {
    return;
  }
  const shown = shownOf(ticket);
  show(byId('message'), false);
  show(byId('ticket'), true);
  byId('ticket').classList.toggle('called', shown.called);
  setText(byId('hall'), localized(ticket.hall));
  setText(byId('service'), localized(ticket.service));
  setText(byId('label'), ticket.label);
  setText(byId('state'), t(shown.word));
  line('window', shown.window === null ? null : t('phone.window', shown.window));
  show(byId('ahead-row'), shown.ahead !== null);
  setText(byId('ahead'), String(shown.ahead ?? ''));
  setText(byId('people'), t('phone.people', shown.ahead));
  show(byId('next'), shown.next);
  line('windows', shown.windows.length > 0 ? t('phone.windows', shown.windows.join(t('sep.list'))) : null);
  line('misses', shown.misses > 0 ? t('phone.misses', shown.misses) : null);
  line('issued', t('phone.issued', clock(ticket.issued_at, ticket.time_zone)));
  show(byId('alert'), !shown.over && sound === null);
  show(byId('alert-on'), !shown.over && sound !== null);
  show(byId('cancel'), shown.cancellable);
  document.title = shown.called ? `${ticket.label} · ${t(shown.word)}` : `${ticket.label} · ${t('phone.title')}`;
}

function line(id, text) {
  show(byId(id), text !== null);
  setText(byId(id), text ?? '');
}

/** A frozen page must not look live: it says how old its picture is as soon as the link is lost. */
function drawStale() {
  const link = session?.link;
  if (!link || !link.stale(Date.now()) || (ticket !== null && shownOf(ticket).over)) {
    show(byId('stale'), false);
    return;
  }
  const age = link.age(Date.now()) ?? Date.now() - startedAt;
  const stale = ticket !== null && (link.state !== 'connecting' || age > STALE_MS);
  show(byId('stale'), stale || link.state === 'refused');
  const text = link.state === 'refused' ? (link.refusal?.detail ?? '') : t('phone.stale', span(Math.ceil(age / 5_000) * 5, t));
  setText(byId('stale'), text);
}

function linkChanged(link) {
  if (link.ticket !== null && link.ticket !== ticket) {
    take(link.ticket);
  }
  draw();
}

async function cancel() {
  const yes = byId('cancel-yes');
  yes.disabled = true;
  setText(byId('cancel-error'), '');
  try {
    await api.post('/ticket/cancel', {});
    byId('dialog').close();
    take(await api.get('/ticket'));
  } catch (failure) {
    setText(byId('cancel-error'), failure instanceof Refused ? failure.message : t('fail.unanswered'));
  } finally {
    yes.disabled = false;
  }
}

async function begin() {
  translate(document);
  languageSwitch(byId('languages'), () => {}, VISITOR_LANGUAGES);
  onLanguage(() => { translate(document); draw(); });
  window.addEventListener('hashchange', () => location.reload());
  if (token === '') {
    say(t('phone.missing'));
    return;
  }
  byId('alert').addEventListener('click', allowAlert);
  byId('cancel').addEventListener('click', () => { setText(byId('cancel-error'), ''); byId('dialog').showModal(); byId('cancel-no').focus(); });
  byId('cancel-no').addEventListener('click', () => byId('dialog').close());
  byId('cancel-yes').addEventListener('click', cancel);
  try {
    take(await api.get('/ticket'));
  } catch (failure) {
    say(failure instanceof Refused ? failure.message : t('fail.unanswered'));
    if (failure instanceof Refused) {
      return;
    }
  }
  startedAt = Date.now();
  session = follow({ what: { kind: 'ticket' }, token, language: language() }, linkChanged);
  window.addEventListener('online', () => session.hurry());
  // A telephone that was asleep finds its connection dead: connect anew as soon as it is looked at.
  document.addEventListener('visibilitychange', () => { if (!document.hidden) { session.hurry(); } });
  setInterval(draw, TICK_MS);
}

begin();
