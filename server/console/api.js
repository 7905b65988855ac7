// The API page: /api/v1/openapi.json, readable.

import { byId, h, setText, show } from './dom.js';
import { Api } from './http.js';
import { language, languageSwitch, onLanguage, t, translate } from './language.js';
import { operations, schemas } from './openapi.js';

let loaded = null;

function table(rows) {
  return h('div', { class: 'wide' }, h('table', {}, h('tbody', {}, rows)));
}

function fieldRow(field) {
  return h('tr', {},
    h('th', { scope: 'row' }, h('code', {}, field.name), field.required ? ` *` : null, field.in ? ` (${field.in})` : null),
    h('td', {}, h('code', {}, field.type)),
    h('td', { class: 'about' }, field.description, field.required ? h('span', { class: 'more' }, ` ${t('api.required')}`) : null));
}

function bodyText(contents) {
  return contents.length === 0 ? t('api.none') : contents.map((one) => `${one.type} (${one.media})`).join(' · ');
}

function operationBox(one) {
  const parts = [one.description ? h('p', { class: 'about' }, one.description) : null];
  if (one.parameters.length > 0) {
    parts.push(h('h3', {}, t('api.parameters')), table(one.parameters.map(fieldRow)));
  }
  if (one.body.length > 0) {
    parts.push(h('h3', {}, t('api.body')), h('p', {}, h('code', {}, bodyText(one.body))));
  }
  const responses = one.responses.map((response) => h('tr', {},
    h('th', { scope: 'row' }, response.status), h('td', {}, h('code', {}, bodyText(response.contents))), h('td', { class: 'about' }, response.description)));
  parts.push(h('h3', {}, t('api.responses')), table(responses));
  const head = h('summary', {}, h('span', { class: 'method', 'data-method': one.method }, one.method), h('code', {}, one.path), h('span', { class: 'more' }, one.summary));
  return h('details', { 'data-find': `${one.method} ${one.path} ${one.summary}`.toLowerCase() }, head, h('div', {}, parts));
}

function schemaBox(one) {
  const about = one.description ? h('p', { class: 'about' }, one.description) : null;
  const type = one.type === '' ? null : h('p', {}, h('code', {}, one.type));
  return h('details', { 'data-find': one.name.toLowerCase() }, h('summary', {}, h('code', {}, one.name)),
    h('div', {}, about, type, one.fields.length > 0 ? table(one.fields.map(fieldRow)) : null));
}

function draw() {
  if (loaded === null) {
    return;
  }
  setText(byId('title'), `${loaded.info?.title ?? 'API'} ${loaded.info?.version ?? ''}`);
  byId('about').removeAttribute('data-text');
  setText(byId('about'), loaded.info?.description ?? '');
  byId('operations').replaceChildren(...operations(loaded).map(operationBox));
  byId('schemas').replaceChildren(...schemas(loaded).map(schemaBox));
  filter();
}

function filter() {
  const wanted = byId('filter').value.trim().toLowerCase();
  document.querySelectorAll('[data-find]').forEach((box) => show(box, box.dataset.find.includes(wanted)));
}

async function begin() {
  translate(document);
  languageSwitch(byId('languages'));
  onLanguage(() => { translate(document); draw(); });
  byId('filter').addEventListener('input', filter);
  try {
    loaded = await new Api({ language }).get('/openapi.json');
    draw();
  } catch {
    setText(byId('about'), t('api.failed'));
  }
}

begin();
