// The guide of a service on a customer's telephone. Which service and which language stand in the address behind the #.

import { byId, h, setText, show } from './dom.js';
import { askedOf, rowsOf } from './guide-rows.js';
import { Api, Refused } from './http.js';
import { language, languageSwitch, localized, onLanguage, setLanguage, t, translate, VISITOR_LANGUAGES } from './language.js';

const asked = askedOf(location.hash);
const api = new Api({ language });
let view = null;

function say(text) {
  // It no longer says that the guide is on its way, in whatever language.
  delete byId('message-text').dataset.text;
  setText(byId('message-text'), text);
  show(byId('message'), true);
  show(byId('guide'), false);
}

function valueOf(row) {
  if (row.steps) {
    return h('ol', {}, row.steps.map((step) => h('li', {}, step)));
  }
  return row.href ? h('a', { href: row.href }, row.text) : row.text;
}

function draw() {
  document.title = view === null ? t('guide.title') : `${localized(view.service)} · ${t('guide.title')}`;
  if (view === null) {
    return;
  }
  show(byId('message'), false);
  show(byId('guide'), true);
  setText(byId('hall'), localized(view.hall));
  setText(byId('group'), localized(view.group));
  setText(byId('service'), localized(view.service));
  const rows = rowsOf(view, (texts) => localized(texts), t('sep.list'));
  byId('rows').replaceChildren(...rows.map((row) => h('div', { class: 'row' }, h('dt', {}, t(row.key)), h('dd', {}, valueOf(row)))));
}

async function begin() {
  // The language was chosen at the kiosk a moment ago; what this telephone was told earlier stays for its other pages.
  setLanguage(asked.language, false);
  translate(document);
  languageSwitch(byId('languages'), () => {}, VISITOR_LANGUAGES);
  onLanguage(() => { translate(document); draw(); });
  window.addEventListener('hashchange', () => location.reload());
  draw();
  if (asked.service === '') {
    say(t('guide.missing'));
    return;
  }
  try {
    view = await api.get(`/services/${encodeURIComponent(asked.service)}/guide`);
    draw();
  } catch (failure) {
    say(failure instanceof Refused ? failure.message : t('guide.unanswered'));
  }
}

begin();
