// Dialogs that ask for something: a form with a draft, and a menu. One at a time, in the page's one <dialog>, which
// keeps the focus inside and gives it back. A refusal is said in the dialog and nothing typed is lost.

import { explain } from './app.js';
import { byId, h, setText, show } from './dom.js';
import { drafts } from './drafts.js';
import { step } from './keys.js';
import { t } from './language.js';
import { Unanswered } from './http.js';

let fieldCount = 0;

function control(field, value, id) {
  switch (field.kind) {
    case 'choice':
      return h('div', { class: 'choices' }, field.options.map(([option, label]) =>
        h('label', {},
          h('input', { type: 'radio', name: field.name, value: option, checked: option === value }),
          h('span', {}, label))));
    case 'select':
      return h('select', { id, name: field.name }, field.options.map(([option, label]) =>
        h('option', { value: option, selected: option === value }, label)));
    case 'area':
      return h('textarea', { id, name: field.name, rows: '3', maxlength: field.max ?? '200' }, value);
    case 'number':
      return h('input', { id, name: field.name, type: 'number', min: field.min ?? '1', max: field.max ?? '480', inputmode: 'numeric', value });
    case 'password':
      return h('input', { id, name: field.name, type: 'password', autocomplete: field.autocomplete ?? 'new-password' });
    default:
      return h('input', { id, name: field.name, type: 'text', maxlength: field.max ?? '200', autocomplete: 'off', value, list: field.list ? `${id}-list` : null });
  }
}

function fieldBox(field, draft) {
  fieldCount += 1;
  const id = `field-${fieldCount}`;
  const value = draft[field.name] ?? field.value ?? '';
  if (field.kind === 'choice') {
    return h('fieldset', { 'data-field': field.name }, h('legend', {}, field.label), control(field, value, id));
  }
  const list = field.list ? h('datalist', { id: `${id}-list` }, field.list.map((option) => h('option', { value: option }))) : null;
  return h('div', { class: 'field', 'data-field': field.name }, h('label', { for: id }, field.label), control(field, value, id), list);
}

function valuesOf(form, fields) {
  const data = new FormData(form);
  return Object.fromEntries(fields.map((field) => [field.name, String(data.get(field.name) ?? '').trim()]));
}

/** The first field that lacks what it needs, or null. Fields that do not apply now are not asked. */
function missing(fields, values) {
  return fields.find((field) => field.required && (field.when?.(values) ?? true) && values[field.name] === '') ?? null;
}

/**
 * Asks. Closes when `submit` succeeds; stays, with everything typed, when it does not.
 * @param name names the draft; null: nothing is kept
 * @param fields `{ name, kind, label, options, value, required, when(values), list, max }`; kinds: text, area, number,
 *   password, select, choice
 * @param submit does it, with the values by name; throws a Refused or Unanswered
 */
export function ask({ name = null, title, text = '', fields = [], ok = t('form.ok'), danger = false, submit }) {
  const dialog = byId('dialog');
  const draft = name === null ? {} : drafts.get(name);
  const error = h('p', { class: 'error', role: 'alert', hidden: true });
  const go = h('button', { type: 'submit', class: danger ? 'danger' : 'primary' }, ok);
  const stop = h('button', { type: 'button', click: () => dialog.close() }, t('form.cancel'));
  const boxes = fields.map((field) => fieldBox(field, draft));
  const form = h('form', { novalidate: true },
    h('h2', { id: 'dialog-title' }, title), text ? h('p', {}, text) : null, boxes, error, h('div', { class: 'row' }, go, stop));
  const fit = () => {
    const values = valuesOf(form, fields);
    fields.forEach((field, at) => show(boxes[at], field.when?.(values) ?? true));
    return values;
  };
  const keep = () => {
    const values = fit();
    const kept = Object.fromEntries(fields.filter((field) => field.kind !== 'password').map((field) => [field.name, values[field.name]]));
    if (name !== null && Object.keys(kept).length > 0) {
      drafts.keep(name, kept);
    }
  };
  form.addEventListener('input', keep);
  form.addEventListener('change', keep);
  form.addEventListener('submit', submitter({ form, fields, error, go, ok, name, dialog, submit }));
  fit();
  open(dialog, form);
}

function submitter({ form, fields, error, go, ok, name, dialog, submit }) {
  let again = null;
  let busy = false;
  const say = (text) => {
    setText(error, text);
    show(error, text !== '');
  };
  const isOpen = () => dialog.open && dialog.contains(form);
  const done = () => {
    if (name !== null) {
      drafts.drop(name);
    }
    if (isOpen()) {
      dialog.close();
    }
  };
  const tellOutside = (failure, values) => explain(failure, () => sent(() => submit(values, failure.again), {
    isOpen: () => false, done, inside: () => {}, outside: (next) => tellOutside(next, values),
  }));
  form.addEventListener('input', () => { again = null; setText(go, ok); });
  return async (event) => {
    event.preventDefault();
    const values = valuesOf(form, fields);
    const lacks = missing(fields, values);
    if (lacks !== null) {
      say(lacks.label + t('sep.colon') + t('form.required'));
      form.querySelector(`[data-field="${lacks.name}"] :is(input, select, textarea)`)?.focus();
      return;
    }
    if (busy) {
      return;
    }
    busy = true;
    say('');
    setText(go, t('form.busy'));
    await sent(() => submit(values, again), {
      isOpen,
      done,
      inside: (failure) => {
        again = failure instanceof Unanswered ? failure.again : null;
        say(again === null ? failure.message : t('fail.unanswered'));
      },
      outside: (failure) => tellOutside(failure, values),
    });
    busy = false;
    setText(go, again === null ? ok : t('fail.again'));
  };
}

/**
 * Waits for what was sent from a dialog, `work()`. A failure is told `inside` it, or, when somebody closed it meanwhile,
 * `outside`: nobody must take for done what was refused.
 */
export async function sent(work, { isOpen, done, inside, outside }) {
  try {
    await work();
  } catch (failure) {
    (isOpen() ? inside : outside)(failure);
    return;
  }
  done();
}

/** Offers what can be done: `items` are `{ text, act, danger }`. */
export function menu({ title, lines = [], items }) {
  const dialog = byId('dialog');
  const buttons = items.map((item) => h('button', {
    type: 'button',
    class: item.danger ? 'danger' : null,
    click: () => { dialog.close(); item.act(); },
  }, item.text));
  const close = h('button', { type: 'button', class: 'quiet', click: () => dialog.close() }, t('row.close'));
  const stack = h('div', { class: 'stack', keydown: (event) => rove(event, [...buttons, close]) }, buttons, close);
  open(dialog, h('div', {}, h('h2', { id: 'dialog-title' }, title), lines.map((line) => h('p', {}, line)), stack));
}

/** The arrow keys move between the buttons of a menu. */
function rove(event, buttons) {
  const to = step(event.key, buttons.indexOf(document.activeElement), buttons.length);
  if (to !== null) {
    event.preventDefault();
    buttons[to].focus();
  }
}

/** Closes whatever is open; what was typed stays as a draft. */
export function closeDialog() {
  byId('dialog').close();
}

function open(dialog, content) {
  if (dialog.open) {
    dialog.close();
  }
  dialog.replaceChildren(content);
  dialog.showModal();
  const [first] = [...dialog.querySelectorAll('input, select, textarea, button')].filter((one) => one.closest('[hidden]') === null);
  const chosen = first?.type === 'radio' ? first.closest('fieldset').querySelector(':checked') : null;
  (chosen ?? first)?.focus();
}
