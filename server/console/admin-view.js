// The administrator's corner: devices and their pairing codes, passwords, the configuration.

import { app, asking, doing, explain, nameOf, serverNow } from './app.js';
import { byId, h, keyed, setText, show } from './dom.js';
import { drafts } from './drafts.js';
import { ask } from './forms.js';
import { Refused, Unanswered } from './http.js';
import { t } from './language.js';
import { notice } from './notices.js';
import { span, stopwatch } from './time.js';

/** The largest configuration that the server reads, bytes. */
const CONFIGURATION_BYTES_MAX = 1024 * 1024;
const DRAFT = 'configuration';
let devices = [];
let pairing = null;

/** Makes the forms. Once. */
export function makeAdmin() {
  byId('devices-refresh').addEventListener('click', fetchDevices);
  byId('password-form').addEventListener('submit', (event) => { event.preventDefault(); setPassword(); });
  byId('configuration-fetch').addEventListener('click', fetchConfiguration);
  byId('configuration-file').addEventListener('change', readFile);
  byId('configuration-check').addEventListener('click', () => sendConfiguration('POST', '/configuration/check', () => tell(t('admin.ok'))));
  byId('configuration-load').addEventListener('click', confirmLoad);
  const text = byId('configuration-text');
  text.addEventListener('input', () => drafts.keep(DRAFT, { text: text.value }));
}

/** The corner was opened. */
export function openAdmin() {
  const text = byId('configuration-text');
  if (text.value === '') {
    text.value = drafts.get(DRAFT).text ?? '';
  }
  fetchDevices();
}

/** Forgets what was shown: somebody else logs in. */
export function forgetAdmin() {
  devices = [];
  pairing = null;
  byId('configuration-text').value = '';
  byId('password-form').reset();
  tell('');
  drawAdmin();
}

/** Draws the devices and the time that a pairing code has left. */
export function drawAdmin() {
  keyed(byId('devices-list'), devices, (device) => device.device, makeDevice, updateDevice);
  show(byId('devices-none'), devices.length === 0);
  show(byId('pairing'), pairing !== null);
  if (pairing !== null) {
    const left = (pairing.expires_at - serverNow()) / 1000;
    setText(byId('pairing-device'), pairing.device);
    setText(byId('pairing-code'), left > 0 ? pairing.code : '––––');
    setText(byId('pairing-left'), left > 0 ? t('admin.expires', stopwatch(left)) : t('admin.expired'));
  }
}

function fetchDevices() {
  return doing(() => app.api.get('/devices'), (list) => {
    devices = list;
    const paired = devices.find((device) => device.device === pairing?.device);
    if (paired?.enrolled && !pairing.wasEnrolled) {
      pairing = null;
    }
  });
}

function makeDevice(device) {
  const parts = {
    name: h('th', { scope: 'row' }), kind: h('td'), zone: h('td'), state: h('span'), said: h('div', { class: 'more' }),
    pair: h('button', { type: 'button', click: () => pair(device.device) }),
    revoke: h('button', { type: 'button', class: 'danger', click: () => revoke(device.device) }),
  };
  const row = h('tr', {}, parts.name, parts.kind, parts.zone, h('td', {}, parts.state, parts.said), h('td', {}, h('div', { class: 'row' }, parts.pair, parts.revoke)));
  row.parts = parts;
  return row;
}

function updateDevice({ parts }, device) {
  setText(parts.name, `${device.name} · ${device.device}`);
  setText(parts.kind, t(`admin.${device.kind}`));
  setText(parts.zone, device.zone === null ? '–' : nameOf.zone(device.zone));
  const said = reported(device);
  const links = device.connected > 0 ? ` · ${t('admin.connected', device.connected)}` : '';
  setText(parts.state, t(device.enrolled ? 'admin.enrolled' : 'admin.notEnrolled') + links);
  setText(parts.said, said.join(' · '));
  show(parts.said, said.length > 0);
  setText(parts.pair, t('admin.pair'));
  setText(parts.revoke, t('admin.revoke'));
  show(parts.revoke, device.enrolled);
}

/** What a device said of itself last: printer, numbers to hand over, trouble, version, and how long ago. */
function reported({ report: told }) {
  if (!told) {
    return [];
  }
  const { version, printer, unsent, trouble } = told.report;
  return [
    printer === '' ? '' : t(`admin.printer.${printer}`),
    unsent > 0 ? t('admin.unsent', unsent) : '',
    trouble,
    `v${version}`,
    t('admin.reported', span((serverNow() - told.at) / 1000, t)),
  ].filter((text) => text !== '');
}

function pair(device) {
  doing(() => app.api.post('/pairing-codes', { device }), (view) => {
    pairing = { ...view, wasEnrolled: devices.some((one) => one.device === device && one.enrolled) };
    setText(byId('pairing-announce'), `${t('admin.code')} ${view.code}`);
  });
}

function revoke(device) {
  ask({
    title: t('admin.revokeTitle', device), text: t('admin.revokeText'), ok: t('admin.revoke'), danger: true,
    submit: async (values, again) => {
      await asking(again ?? (() => app.api.delete(`/devices/${encodeURIComponent(device)}/token`)), () => {});
      await fetchDevices();
    },
  });
}

function setPassword() {
  const form = byId('password-form');
  const { staff, password, repeat } = Object.fromEntries(new FormData(form));
  const error = password === repeat ? '' : t('admin.differ');
  setText(byId('password-error'), error);
  if (error === '' && staff !== '' && password !== '') {
    const path = `/staff/${encodeURIComponent(staff.trim())}/password`;
    doing(() => app.api.put(path, { password }), () => { form.reset(); notice(t('admin.passwordSet')); });
  }
}

/** Changes one's own password; the server ends all sessions, this one too. */
export function askOwnPassword() {
  const field = (name, label, autocomplete) => ({ name, kind: 'password', label: t(label), required: true, autocomplete });
  ask({
    title: t('password.own'), ok: t('admin.setPassword'),
    fields: [field('present', 'admin.present', 'current-password'), field('password', 'admin.newPassword'), field('repeat', 'admin.repeat')],
    submit: async ({ present, password, repeat }) => {
      if (password !== repeat) {
        throw new Error(t('admin.differ'));
      }
      const path = `/staff/${encodeURIComponent(app.session.staff)}/password`;
      await asking(() => app.api.put(path, { password, present }), () => notice(t('admin.passwordSet')));
    },
  });
}

function fill(text) {
  byId('configuration-text').value = text;
  drafts.keep(DRAFT, { text });
  tell('');
}

/** Puts `text` into the box, after asking when that would lose something typed. */
function replace(text) {
  if (byId('configuration-text').value.trim() === '') {
    fill(text);
  } else {
    ask({ title: t('admin.replaceTitle'), text: t('admin.replaceText'), submit: async () => fill(text) });
  }
}

function fetchConfiguration() {
  doing(() => app.api.get('/configuration'), (text) => replace(text ?? ''));
}

async function readFile(event) {
  const [file] = event.target.files;
  event.target.value = '';
  if (file === undefined) {
    return;
  }
  if (file.size > CONFIGURATION_BYTES_MAX) {
    notice(t('admin.tooLarge'), 'fail');
  } else {
    replace(await file.text());
  }
}

function confirmLoad() {
  ask({
    title: t('admin.loadTitle'), text: t('admin.loadText'), ok: t('admin.load'),
    submit: () => sendConfiguration('PUT', '/configuration', (view) => {
      drafts.drop(DRAFT);
      tell(t('admin.loaded', view.version));
    }),
  });
}

/** Sends the text. Its faults are shown under it, never in a notice that covers it. */
async function sendConfiguration(method, path, then) {
  tell('');
  try {
    then(await app.api.sendText(method, path, byId('configuration-text').value, 'text/toml'));
  } catch (failure) {
    if (failure instanceof Refused && failure.status !== 401) {
      tell(failure.message, failure.faults);
    } else if (failure instanceof Unanswered && method === 'PUT') {
      tell(t('fail.unanswered'));
    } else {
      explain(failure, () => sendConfiguration(method, path, then));
    }
  }
}

function tell(text, faults = []) {
  setText(byId('configuration-result'), faults.length > 0 ? `${text} ${t('admin.faults', faults.length)}` : text);
  byId('configuration-faults').replaceChildren(...faults.map((fault) => h('li', {},
    h('button', { type: 'button', class: 'link', click: () => goToLine(fault.line) }, `${t('admin.line')} ${fault.line}`),
    h('span', {}, fault.what))));
}

/** Marks line `line` (from 1) of the text. */
function goToLine(line) {
  const text = byId('configuration-text');
  const lines = text.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  const height = parseFloat(getComputedStyle(text).lineHeight);
  text.scrollTop = Math.max(0, (line - 5) * height);
}
