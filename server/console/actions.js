// What each command of the desk does: which dialog asks for the rest, which request is sent.

import { app, asking, board, doing, nameOf, took } from './app.js';
import { ticketCommands } from './commands.js';
import { aside, waiting } from './desk.js';
import { ask, menu } from './forms.js';
import { LANGUAGES, localized, t } from './language.js';
import { notice } from './notices.js';

const windowPath = (command) => `/windows/${encodeURIComponent(app.windowId)}/${command}`;
const ticketPath = (id, command) => `/tickets/${id}/${command}`;

/** Sends a command of this window at once. */
function send(command, body = {}, then = () => {}) {
  const path = windowPath(command);
  return doing(() => app.api.post(path, body), (reply) => { took(reply); then(reply); });
}

/** Sends from a dialog: `again`, when given, repeats the unanswered request with its key. */
function sender(path, body, then) {
  return (values, again) => asking(again ?? (() => app.api.post(path, body(values))), then);
}

const called = (reply) => {
  took(reply);
  if (reply.ticket) {
    notice(t('done.callNext', reply.ticket.label));
  }
};
const finished = () => notice(t('done.plain'));

const positions = () => ['first', 'last', 'keep'].map((one) => [one, t(`position.${one}`)]);
const services = (ids) => ids.map((id) => [id, nameOf.service(id)]);
const allServices = () => services((app.hall?.services ?? board()?.services ?? []).map((one) => one.id));
const classes = () => (app.hall?.classes ?? []).map((one) => [one.id, localized(one.name)]);
const languages = () => (app.hall?.languages ?? LANGUAGES.map(([tag]) => tag)).map((tag) => [tag, nameOf.language(tag)]);
const reason = (more = {}) => ({ name: 'reason', kind: 'area', label: t('form.reason'), required: true, ...more });

function transferFields() {
  const kinds = ['service', 'window', 'zone'].map((one) => [one, t(`transfer.${one}`)]);
  const options = {
    service: allServices(),
    window: (board()?.windows ?? []).filter((one) => one.id !== app.windowId).map((one) => [one.id, nameOf.window(one.id)]),
    zone: (board()?.zones ?? []).map((one) => [one.id, nameOf.zone(one.id)]),
  };
  const target = (kind) => ({
    name: kind, kind: 'select', label: t(`transfer.${kind}`), options: [['', t('form.choose')], ...options[kind]],
    required: true, when: (values) => values.kind === kind,
  });
  return [
    { name: 'kind', kind: 'choice', label: t('transfer.kind'), options: kinds, value: 'service' },
    target('service'), target('window'), target('zone'),
    { name: 'position', kind: 'choice', label: t('form.position'), options: positions(), value: 'keep' },
  ];
}

const transferBody = (values) => ({ to: { [values.kind]: values[values.kind] }, position: values.position });

function askTransfer(ticket, path) {
  ask({
    name: `transfer/${ticket.id}`, title: t('transfer.title', ticket.label), fields: transferFields(),
    submit: sender(path, transferBody, (reply) => { if (reply?.window) { took(reply); } finished(); }),
  });
}

/** The label as the hall writes it, for what a clerk typed in whatever case. */
function labelTyped(text) {
  const known = board()?.tickets.find((line) => line.label.toLowerCase() === text.toLowerCase());
  return known?.label ?? text;
}

/** Asks for the reason of a call out of turn, and for the number when `label` is empty. */
export function askCallNamed(label = '') {
  ask({
    name: `callNamed/${label}`, title: t('callNamed.title'), text: t('callNamed.text'),
    fields: [{ name: 'ticket', kind: 'text', label: t('form.label'), required: true, value: label, max: '12' }, reason()],
    submit: sender(windowPath('call'), ({ ticket, reason: why }) => ({ ticket: labelTyped(ticket), reason: why }), called),
  });
}

function askHold(ticket) {
  const kinds = ['customer_away', 'papers_here', 'other_step'].map((one) => [one, t(`hold.${one}`)]);
  ask({
    name: `hold/${ticket.id}`, title: t('hold.title', ticket.label),
    fields: [
      { name: 'reason', kind: 'choice', label: t('form.reason'), options: kinds, value: 'customer_away' },
      { name: 'note', kind: 'area', label: t('form.note') },
    ],
    submit: sender(windowPath('hold'), (values) => values, took),
  });
}

function askResume(desk) {
  const lines = aside(board(), desk.window);
  const options = lines.map((line) => [String(line.id), `${line.label} · ${nameOf.service(line.service)} · ${t(`stands.${line.stands}`)}`]);
  ask({
    title: t('resumeHeld.title'),
    fields: [{ name: 'ticket', kind: 'select', label: t('resumeHeld.ticket'), options, value: options[0]?.[0], required: true }],
    submit: sender(windowPath('resume-ticket'), (values) => ({ ticket: Number(values.ticket) }), called),
  });
}

function askService(desk) {
  const waits = waiting(board(), desk.window);
  const options = desk.window.services.map((id) =>
    [id, t('callService.waiting', nameOf.service(id), waits.filter((line) => line.service === id).length)]);
  ask({
    title: t('callService.title'),
    fields: [{ name: 'service', kind: 'choice', label: t('form.service'), options, value: options[0]?.[0], required: true }],
    submit: sender(windowPath('call-next'), (values) => values, called),
  });
}

function issueFields(ids) {
  return [
    { name: 'service', kind: 'select', label: t('form.service'), options: services(ids), required: true },
    { name: 'class', kind: 'select', label: t('form.class'), options: classes() },
    { name: 'language', kind: 'choice', label: t('form.language'), options: languages(), value: languages()[0]?.[0] },
  ];
}

const issueBody = (values) => ({ service: values.service, class: values.class || null, language: values.language });

function askWalkUp(desk) {
  ask({
    title: t('walkUp.title'), text: t('walkUp.text'), fields: issueFields(desk.window.services),
    submit: sender(windowPath('walk-up'), issueBody, took),
  });
}

/** Takes a number for somebody at the triage desk; `shown(view)` gets the IssuedView. */
export function askIssue(shown) {
  ask({
    title: t('reception.title'), ok: t('reception.go'), fields: issueFields(allServices().map(([id]) => id)),
    submit: sender('/tickets', issueBody, shown),
  });
}

function askAddService(ticket) {
  ask({
    title: t('addService.title', ticket.label),
    fields: [{ name: 'service', kind: 'select', label: t('form.service'), options: allServices(), required: true }],
    submit: sender(windowPath('add-service'), (values) => values, (reply) => { took(reply); finished(); }),
  });
}

function askPause() {
  ask({
    name: 'pause', title: t('pause.title'),
    fields: [
      { name: 'reason', kind: 'text', label: t('form.reason'), required: true, list: t('pause.reasons').split('、') },
      { name: 'minutes', kind: 'number', label: t('pause.minutes') },
    ],
    submit: sender(windowPath('pause'), (values) => ({ reason: values.reason, minutes: values.minutes === '' ? null : Number(values.minutes) }), took),
  });
}

function askFinish(ticket) {
  const options = ['done', 'pending', 'not_done'].map((one) => [one, t(`finish.${one}`)]);
  ask({
    title: t('finish.title', ticket.label),
    fields: [{ name: 'outcome', kind: 'choice', label: t('finish.outcome'), options, value: 'pending' }],
    submit: sender(windowPath('finish'), (values) => values, took),
  });
}

function confirm(title, text, ok, path, danger = false) {
  ask({ title, text, ok, danger, submit: sender(path, () => ({}), took) });
}

/** What each command does, given the desk: `{ window, ticket }`. */
const WORK = {
  callNext: () => send('call-next', {}, called),
  recall: () => send('recall'),
  start: () => send('start'),
  finish: () => send('finish', { outcome: 'done' }),
  finishOther: ({ ticket }) => askFinish(ticket),
  noShow: ({ ticket }) => confirm(t('noShow.title', ticket.label), t('noShow.text'), t('noShow.ok'), windowPath('no-show')),
  hold: ({ ticket }) => askHold(ticket),
  transfer: ({ ticket }) => askTransfer(ticket, windowPath('transfer')),
  addService: ({ ticket }) => askAddService(ticket),
  undo: () => send('undo-call'),
  resumeHeld: (desk) => askResume(desk),
  callService: (desk) => askService(desk),
  callNamed: () => askCallNamed(),
  walkUp: (desk) => askWalkUp(desk),
  pause: ({ window }) => (window.does.is === 'paused' ? send('resume') : askPause()),
  signOff: () => confirm(t('signOff.title'), t('signOff.text'), t('signOff.ok'), windowPath('sign-off'), true),
};

/** Carries out a command that makes sense now. */
export function perform(command, desk) {
  WORK[command.id](desk);
}

/** Opens a window for the one who is logged in. */
export function signOn(id) {
  return doing(() => app.api.post(`/windows/${encodeURIComponent(id)}/sign-on`), (reply) => {
    app.windowId = id;
    app.acting = false;
    took(reply);
  });
}

function askReturn(line) {
  ask({
    title: t('return.title', line.label),
    fields: [{ name: 'position', kind: 'choice', label: t('form.position'), options: positions(), value: 'keep' }],
    submit: sender(ticketPath(line.id, 'return'), (values) => values, finished),
  });
}

function askCancel(line) {
  ask({
    name: `cancel/${line.id}`, title: t('cancel.title', line.label), text: t('cancel.text'), ok: t('cancel.ok'), danger: true,
    fields: [reason()], submit: sender(ticketPath(line.id, 'cancel'), (values) => values, finished),
  });
}

/** Offers what can be done with a ticket of the queue or of the list of held ones. `desk` is null when no window is chosen. */
export function ticketMenu(line, desk) {
  const acts = {
    resume: () => send('resume-ticket', { ticket: line.id }, called),
    call: () => askCallNamed(line.label),
    return: () => askReturn(line),
    transfer: () => askTransfer(line, ticketPath(line.id, 'transfer')),
    cancel: () => askCancel(line),
  };
  const items = ticketCommands(line, desk, app.session.roles).map((id) => ({ text: t(`row.${id}`), act: acts[id], danger: id === 'cancel' }));
  const about = [nameOf.service(line.service), nameOf.class(line.class), nameOf.language(line.language), t(`stands.${line.stands}`)];
  menu({ title: t('row.title', line.label), lines: [about.join(' · ')], items });
}
