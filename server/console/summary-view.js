// The figures of one business day as a table: all, by service, by window.

import { app, board, doing, nameOf } from './app.js';
import { byId, h } from './dom.js';
import { language, t } from './language.js';
import { stopwatch } from './time.js';

const COUNTS = ['issued', 'served', 'no_show', 'cancelled', 'closed', 'open'];
let shown = null;
let drawn = '';

/** Makes the form. Once. */
export function makeSummary() {
  byId('summary-form').addEventListener('submit', (event) => {
    event.preventDefault();
    fetchSummary(byId('summary-day').value);
  });
}

/** Fetches the day `day` (YYYY-MM-DD; empty: the present one) and shows it. */
export function fetchSummary(day = '') {
  const query = day === '' ? '' : `?day=${encodeURIComponent(day)}`;
  return doing(() => app.api.get(`/summary${query}`), (summary) => {
    shown = summary;
    byId('summary-day').value = summary.day;
    drawn = '';
    drawSummary();
  });
}

/** Forgets what was shown: somebody else logs in. */
export function forgetSummary() {
  shown = null;
  byId('summary-table').replaceChildren();
}

/** Draws the figures anew when they, the language or the names of what they count are others than those drawn. */
export function drawSummary() {
  const names = [language(), board()?.catalogue_version, app.hall?.catalogue_version].join('/');
  if (shown === null || drawn === names) {
    return;
  }
  drawn = names;
  const services = Object.entries(shown.services).map(([id, figures]) => line(nameOf.service(id), figures));
  const windows = Object.entries(shown.windows).map(([id, figures]) => line(nameOf.window(id), figures));
  byId('summary-table').replaceChildren(
    head(),
    h('tbody', {}, line(t('summary.all'), shown.all)),
    part('summary.services', services),
    part('summary.windows', windows),
  );
}

function head() {
  const column = (key) => h('th', { scope: 'col' }, t(key));
  const group = (key, span) => h('th', { scope: 'colgroup', colspan: String(span) }, t(key));
  const tall = (key) => h('th', { scope: 'col', rowspan: '2' }, t(key));
  return h('thead', {},
    h('tr', {}, tall('summary.name'), COUNTS.map((one) => tall(`summary.${one}`)), group('summary.wait', 4), group('summary.service', 3), tall('summary.named'), tall('summary.recalls')),
    h('tr', {}, ['mean', 'p50', 'p90', 'longest', 'mean', 'p50', 'p90'].map((one) => column(`summary.${one}`))));
}

function part(key, lines) {
  const columns = String(COUNTS.length + 10);
  return h('tbody', {}, h('tr', { class: 'part' }, h('th', { colspan: columns, scope: 'rowgroup' }, t(key))), lines);
}

function line(name, figures) {
  const cell = (text) => h('td', {}, text);
  const time = (spread, what) => cell(spread.count === 0 ? '–' : stopwatch(spread[what]));
  return h('tr', {},
    h('th', { scope: 'row' }, name),
    COUNTS.map((one) => cell(String(figures[one]))),
    ['mean', 'p50', 'p90', 'longest'].map((one) => time(figures.wait, one)),
    ['mean', 'p50', 'p90'].map((one) => time(figures.service, one)),
    cell(String(figures.named_calls)), cell(String(figures.recalls)));
}
