// The first set-up: the one-time code of the server's console buys the first administrator's password.

import { byId, setText, show } from './dom.js';
import { Api, Refused } from './http.js';
import { language, languageSwitch, onLanguage, t, translate } from './language.js';

const api = new Api({ language });

/** What is wrong with what was typed, and in which field; null: nothing. */
function fault({ code, staff, password, repeat }) {
  const fields = [['code', code, 'setup.code'], ['staff', staff, 'setup.staff'], ['password', password, 'admin.newPassword']];
  const empty = fields.find(([, value]) => value === '');
  if (empty) {
    return { field: empty[0], text: t(empty[2]) + t('sep.colon') + t('form.required') };
  }
  return password === repeat ? null : { field: 'repeat', text: t('admin.differ') };
}

async function setUp(event) {
  event.preventDefault();
  const data = new FormData(event.target);
  const text = (name) => String(data.get(name) ?? '');
  const typed = { code: text('code').trim(), staff: text('staff').trim(), password: text('password'), repeat: text('repeat') };
  const wrong = fault(typed);
  setText(byId('setup-error'), wrong?.text ?? '');
  if (wrong !== null) {
    byId(`setup-${wrong.field}`).focus();
    return;
  }
  const go = byId('setup-go');
  go.disabled = true;
  try {
    const { repeat, ...body } = typed;
    await api.post('/setup', body);
    event.target.reset();
    show(event.target, false);
    show(byId('setup-done'), true);
    byId('setup-done').querySelector('a').focus();
  } catch (failure) {
    setText(byId('setup-error'), failure instanceof Refused ? failure.message : t('fail.unanswered'));
  } finally {
    go.disabled = false;
  }
}

translate(document);
languageSwitch(byId('languages'));
onLanguage(() => translate(document));
byId('setup-form').addEventListener('submit', setUp);
