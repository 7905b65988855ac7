// The staff page: who is logged in, which part is shown, and when it is drawn.

import { askIssue } from './actions.js';
import { askOwnPassword, drawAdmin, forgetAdmin, makeAdmin, openAdmin } from './admin-view.js';
import { app, board, hasRole, serverNow } from './app.js';
import { chooseKey, drawChoice } from './choose-view.js';
import { currentDesk, deskKey, drawDesk, makeDesk, singleKeys } from './desk-view.js';
import { byId, h, setAttribute, setText, show } from './dom.js';
import { drafts } from './drafts.js';
import { closeDialog } from './forms.js';
import { drawHelps, helpCount } from './help-view.js';
import { Refused } from './http.js';
import { hearer } from './keys.js';
import { language, languageSwitch, localized, onLanguage, t, translate } from './language.js';
import { drawSide, makeSide, sideKey } from './side-view.js';
import { follow } from './socket.js';
import { drawSummary, fetchSummary, forgetSummary, makeSummary } from './summary-view.js';
import { clock, span } from './time.js';

/** Changes that come close together are drawn together, ms. */
const DRAW_MS = 30;
/** Waits and clocks go on by themselves, ms. */
const TICK_MS = 1_000;
/** The hall's names are asked for again this long after they could not be fetched, ms. */
const HALL_RETRY_MS = 5_000;

let page = 'desk';
let drawing = null;
let hallAsked = 0;
let lastStaff = null;

app.redraw = () => {
  drawing ??= setTimeout(() => { drawing = null; draw(); }, DRAW_MS);
};

app.sessionEnded = () => {
  if (app.session !== null) {
    closeDialog();
    leave();
    setText(byId('login-notice'), t('login.ended'));
    byId('login-staff').value = lastStaff ?? '';
    draw();
    byId('login-password').focus();
  }
};

function leave() {
  app.link?.stop();
  Object.assign(app, { session: null, link: null, windowId: null, acting: false, reply: null, why: null, refusal: '' });
}

/** Everything that belonged to the one who was logged in goes. */
function forget() {
  drafts.clear();
  forgetSummary();
  forgetAdmin();
  byId('issued').replaceChildren();
  page = 'desk';
}

function enter(session) {
  if (lastStaff !== null && lastStaff !== session.staff) {
    forget();
  }
  lastStaff = session.staff;
  app.session = session;
  app.windowId = session.window;
  app.link = follow({ what: { kind: 'staff' }, language: language() }, linkChanged);
  if (!hasRole('clerk', 'supervisor', 'reception')) {
    page = hasRole('administrator') ? 'admin' : 'summary';
    opened();
  }
  draw();
}

function linkChanged(link) {
  if (link.state === 'refused') {
    checkSession();
  }
  followOwnWindow();
  app.redraw();
}

/** The board says where somebody is signed on: also when another page of theirs, or the day's end, changed it. */
function followOwnWindow() {
  const held = board();
  if (held === null || app.acting || app.session === null || app.link.link.seq < (app.reply?.seq ?? 0)) {
    return;
  }
  const own = held.windows.find((line) => line.staff === app.session.staff)?.id ?? null;
  if (own !== app.windowId) {
    app.windowId = own;
    app.reply = null;
  }
}

async function checkSession() {
  try {
    await app.api.get('/session');
  } catch (failure) {
    if (failure instanceof Refused && failure.status === 401) {
      app.sessionEnded();
    }
  }
}

/** The names of services, classes and windows; fetched again when the configuration is another one. */
async function fetchHall() {
  const wanted = board()?.catalogue_version ?? app.hall?.catalogue_version;
  if (app.session === null || app.hall?.catalogue_version === wanted || Date.now() - hallAsked < HALL_RETRY_MS) {
    return;
  }
  hallAsked = Date.now();
  try {
    app.hall = await app.api.get('/hall');
    app.redraw();
  } catch {
    // The board names services and zones meanwhile; the next tick asks again.
  }
}

async function logIn(event) {
  event.preventDefault();
  const staff = byId('login-staff').value.trim();
  const password = byId('login-password');
  const go = byId('login-go');
  go.disabled = true;
  setText(go, t('login.busy'));
  setText(byId('login-error'), '');
  try {
    const session = await app.api.post('/session', { staff, password: password.value });
    password.value = '';
    setText(byId('login-notice'), '');
    enter(session);
  } catch (failure) {
    setText(byId('login-error'), failure instanceof Refused ? failure.message : t('fail.unanswered'));
    password.focus();
  } finally {
    go.disabled = false;
    setText(go, t('login.go'));
  }
}

async function logOut() {
  try {
    await app.api.delete('/session');
  } catch (failure) {
    if (!(failure instanceof Refused)) {
      app.refusal = t('fail.unanswered');
      app.redraw();
      return;
    }
  }
  leave();
  forget();
  draw();
  byId('login-staff').focus();
}

function opened() {
  if (page === 'admin') {
    openAdmin();
  } else if (page === 'summary') {
    fetchSummary();
  }
}

function turnTo(name) {
  page = name;
  opened();
  draw();
}

/** Gives a key to the part of the page that hears it. Figures and administration have none. */
function onKey(event) {
  const shown = { dialog: byId('dialog').open, work: app.session !== null && page === 'desk', desk: !byId('desk').hidden };
  const place = event.defaultPrevented ? null : hearer(event.target, shown);
  const used = place !== null && (sideKey(event) || (place === 'desk' ? deskKey(event) : chooseKey(event, singleKeys())));
  if (used) {
    event.preventDefault();
  }
}

function showIssued(view) {
  byId('issued').prepend(h('li', {},
    h('strong', { class: 'label' }, view.label),
    h('span', {}, [t('reception.ahead', view.ahead), t('reception.windows', view.windows.join(t('sep.list')))].join(' · ')),
    h('a', { href: `/t#${view.token}`, target: '_blank', rel: 'noopener noreferrer' }, t('reception.page'))));
  while (byId('issued').childElementCount > 10) {
    byId('issued').lastElementChild.remove();
  }
}

function draw() {
  const inside = app.session !== null;
  show(byId('login'), !inside);
  show(byId('bar'), inside);
  show(byId('inside'), inside);
  drawTitle();
  if (!inside) {
    return;
  }
  drawBar();
  drawHelps();
  const desk = currentDesk();
  show(byId('work'), page === 'desk');
  setAttribute(byId('work'), 'data-side-first', hasRole('clerk', 'supervisor') ? null : '');
  show(byId('desk'), desk !== null);
  show(byId('choose'), desk === null);
  show(byId('summary'), page === 'summary');
  show(byId('admin'), page === 'admin');
  if (page === 'desk') {
    if (desk === null) {
      drawChoice();
    } else {
      drawDesk(desk);
    }
    drawSide(desk);
  } else if (page === 'summary') {
    drawSummary();
  } else {
    drawAdmin();
  }
}

function drawTitle() {
  const desk = app.session === null ? null : currentDesk();
  const parts = [helpCount() > 0 && app.session !== null ? t('help.title') : null, desk?.ticket?.label, desk ? t('window.name', desk.window.number) : null, t('app')];
  const title = parts.filter((part) => part).join(' · ');
  if (document.title !== title) {
    document.title = title;
  }
}

function drawBar() {
  setText(byId('hall-name'), localized(board()?.hall ?? app.hall?.name) || t('app'));
  setText(byId('who'), app.session.name);
  setText(byId('clock'), clock(serverNow(), app.hall?.time_zone, true));
  const { link } = app.link;
  setAttribute(byId('link'), 'data-state', shownState(link));
  setText(byId('link'), linkText(link));
  const pages = { desk: true, summary: hasRole('manager', 'supervisor', 'administrator'), admin: hasRole('administrator') };
  for (const [name, may] of Object.entries(pages)) {
    show(byId(`page-${name}`), may);
    setAttribute(byId(`page-${name}`), 'aria-current', page === name ? 'page' : null);
  }
  show(byId('issue'), hasRole('reception', 'supervisor'));
}

/** A link that is open but silent is shown as lost. */
function shownState(link) {
  return link.state === 'live' && link.stale(Date.now()) ? 'lost' : link.state;
}

function linkText(link) {
  switch (shownState(link)) {
    case 'lost':
      // Told in steps, so that a screen reader is not made to count.
      return t('link.lost', span(Math.ceil(link.age(Date.now()) / 5_000) * 5, t));
    case 'refused':
      return t('link.refused', link.refusal?.detail ?? '');
    default:
      return t(`link.${link.state}`);
  }
}

async function begin() {
  translate(document);
  languageSwitch(byId('languages'));
  onLanguage(() => { translate(document); draw(); });
  makeDesk();
  makeSide();
  makeSummary();
  makeAdmin();
  byId('login-form').addEventListener('submit', logIn);
  byId('logout').addEventListener('click', logOut);
  byId('own-password').addEventListener('click', askOwnPassword);
  byId('desk-leave').addEventListener('click', () => { app.windowId = null; app.acting = false; app.reply = null; followOwnWindow(); draw(); });
  byId('issue').addEventListener('click', () => askIssue(showIssued));
  document.addEventListener('keydown', onKey);
  ['desk', 'summary', 'admin'].forEach((name) => byId(`page-${name}`).addEventListener('click', () => turnTo(name)));
  window.addEventListener('online', () => app.link?.hurry());
  setInterval(() => { fetchHall(); draw(); }, TICK_MS);
  try {
    enter(await app.api.get('/session'));
  } catch {
    draw();
    byId('login-staff').focus();
  }
}

begin();
