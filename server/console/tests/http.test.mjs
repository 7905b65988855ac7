import assert from 'node:assert/strict';
import test from 'node:test';

import { ATTEMPTS_MAX, Api, Refused, Unanswered, freshKey } from '../http.js';

const json = (status, value, type = 'application/json') =>
  new Response(status === 204 ? null : JSON.stringify(value), { status, headers: { 'content-type': type } });

/** A server that answers with `answers` in turn (an Error is a broken network) and keeps what it was asked. */
function site(...answers) {
  const asked = [];
  const waits = [];
  const api = new Api({
    language: () => 'zh-CN',
    wait: async (ms) => waits.push(ms),
    random: () => 1,
    fetch: async (url, init) => {
      asked.push({ url, ...init });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) {
        throw answer;
      }
      return answer.clone();
    },
  });
  return { api, asked, waits };
}

test('a key is 32 visible characters and never the same', () => {
  const keys = new Set(Array.from({ length: 100 }, () => freshKey()));
  assert.equal(keys.size, 100);
  assert.ok([...keys].every((key) => /^[0-9a-f]{32}$/.test(key)));
});

test('a command that got no answer is sent again with the same key', async () => {
  const { api, asked } = site(new TypeError('network'), new TypeError('network'), json(200, { seq: 4 }));
  assert.deepEqual(await api.post('/windows/w1/recall'), { seq: 4 });
  assert.equal(asked.length, 3);
  assert.equal(new Set(asked.map((one) => one.headers['idempotency-key'])).size, 1);
  assert.equal(asked[0].headers['x-nowserving'], '1');
});

test('two commands have two keys', async () => {
  const { api, asked } = site(json(200, {}));
  await api.post('/windows/w1/recall');
  await api.post('/windows/w1/recall');
  assert.notEqual(asked[0].headers['idempotency-key'], asked[1].headers['idempotency-key']);
});

test('the attempts are bounded, and asking once more keeps the key', async () => {
  const { api, asked, waits } = site(new TypeError('network'));
  const failure = await api.post('/windows/w1/recall').catch((error) => error);
  assert.ok(failure instanceof Unanswered);
  assert.equal(asked.length, ATTEMPTS_MAX);
  assert.deepEqual(waits, [400, 800, 1_600]);
  await failure.again().catch(() => {});
  assert.equal(new Set(asked.map((one) => one.headers['idempotency-key'])).size, 1);
});

test('a refusal is an answer and carries its sentence', async () => {
  const problem = { code: 'window-busy', detail: '窗口正在受理A001号', status: 409 };
  const { api, asked } = site(json(409, problem, 'application/problem+json'));
  const refused = await api.post('/windows/w1/call-next').catch((error) => error);
  assert.ok(refused instanceof Refused);
  assert.equal(refused.code, 'window-busy');
  assert.equal(refused.message, '窗口正在受理A001号');
  assert.equal(asked.length, 1);
});

test('a problem with status 503 is an answer, a bare 503 of a proxy is not', async () => {
  const full = site(json(503, { code: 'disk-full', detail: 'full' }, 'application/problem+json'));
  await assert.rejects(full.api.post('/tickets'), Refused);
  assert.equal(full.asked.length, 1);
  const proxy = site(new Response('bad gateway', { status: 503, headers: { 'content-type': 'text/html' } }));
  await assert.rejects(proxy.api.post('/tickets'), Unanswered);
  assert.equal(proxy.asked.length, ATTEMPTS_MAX);
});

test('a replacement is sent once', async () => {
  const { api, asked } = site(new TypeError('network'));
  await assert.rejects(api.put('/staff/li/password', { password: 'x' }), Unanswered);
  assert.equal(asked.length, 1);
});

test('no content is null', async () => {
  const { api } = site(json(204));
  assert.equal(await api.delete('/session'), null);
});

test('the ticket token travels in a header and never in the address', async () => {
  const asked = [];
  const fetch = async (url, init) => {
    asked.push({ url, ...init });
    return json(200, {});
  };
  const api = new Api({ language: () => 'en', authorization: 'Ticket secret', fetch });
  await api.get('/ticket');
  assert.equal(asked[0].headers.authorization, 'Ticket secret');
  assert.ok(!asked[0].url.includes('secret'));
});
