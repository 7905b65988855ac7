// Requests to /api/v1. Every POST carries an idempotency key and, when no answer comes, is sent again with the same
// key a few times: the server carries it out once. An answer, also a refusal, is never asked for again.

/** How often one request is sent at most. */
export const ATTEMPTS_MAX = 4;
/** How long one attempt may take, ms. */
export const ATTEMPT_MS_MAX = 8_000;
/** The wait before the second attempt is at most this long, ms; it doubles each time. */
export const RETRY_MS = 400;
/** Bytes of chance in an idempotency key. */
const KEY_BYTES = 16;

/** The server said no, and why (RFC 9457). */
export class Refused extends Error {
  constructor(status, problem) {
    const { detail, title, code, faults } = problem || {};
    super(detail || title || `HTTP ${status}`);
    this.name = 'Refused';
    this.status = status;
    this.code = code || '';
    this.faults = Array.isArray(faults) ? faults : [];
  }
}

/** No answer came: what was asked may or may not have been done. `again` asks once more with the same key. */
export class Unanswered extends Error {
  constructor(again) {
    super('unanswered');
    this.name = 'Unanswered';
    this.again = again;
  }
}

/** A fresh idempotency key: 32 hexadecimal digits. `randomUUID` is missing on plain http, this is not. */
export function freshKey(crypto = globalThis.crypto) {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The door to the server. What touches the world can be replaced, for tests. */
export class Api {
  /**
   * @param language a function that tells the BCP 47 tag for sentences
   * @param authorization the `Authorization` header, or null (staff have a cookie)
   */
  constructor({ language, authorization = null, fetch, wait = pause, random = Math.random, key = freshKey }) {
    this.language = language;
    this.authorization = authorization;
    this.fetch = fetch || ((...all) => globalThis.fetch(...all));
    this.wait = wait;
    this.random = random;
    this.key = key;
  }

  /** What is at `path` (below /api/v1). */
  get(path) {
    return ask(this, 'GET', path, undefined, null);
  }

  /** Asks for something to be done. Bodies are JSON. */
  post(path, body = {}) {
    return ask(this, 'POST', path, JSON.stringify(body), this.key());
  }

  /** Sends a text of the type `type`; not repeated unless it is a POST. */
  sendText(method, path, text, type) {
    return ask(this, method, path, text, method === 'POST' ? this.key() : null, type);
  }

  /** Replaces what is at `path`. Not repeated: a password's second try would name an old one. */
  put(path, body) {
    return ask(this, 'PUT', path, JSON.stringify(body), null);
  }

  /** Removes what is at `path`. */
  delete(path) {
    return ask(this, 'DELETE', path, undefined, null);
  }
}

async function ask(api, method, path, body, key, type = 'application/json') {
  const headers = { accept: 'application/json, application/problem+json', 'accept-language': api.language() };
  if (api.authorization !== null) {
    headers.authorization = api.authorization;
  }
  if (method !== 'GET') {
    headers['x-nowserving'] = '1';
  }
  if (body !== undefined) {
    headers['content-type'] = type;
  }
  if (key !== null) {
    headers['idempotency-key'] = key;
  }
  const init = { method, headers, body, cache: 'no-store', credentials: 'same-origin', redirect: 'error' };
  const attempts = method === 'PUT' ? 1 : ATTEMPTS_MAX;
  return persist(api, `/api/v1${path}`, init, attempts);
}

async function persist(api, url, init, attempts) {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const answer = await once(api, url, init);
    if (answer !== null) {
      return read(answer);
    }
    if (attempt < attempts) {
      await api.wait(api.random() * RETRY_MS * 2 ** (attempt - 1));
    }
  }
  throw new Unanswered(() => persist(api, url, init, attempts));
}

/** The answer with its whole body; null: none came, or one of something in between that could not reach the server. */
async function once(api, url, init) {
  // Not AbortSignal.timeout: the browsers of televisions are older than it.
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ATTEMPT_MS_MAX);
  try {
    const response = await api.fetch(url, { ...init, signal: abort.signal });
    const type = response.headers.get('content-type') || '';
    const text = await response.text();
    const between = [502, 503, 504].includes(response.status) && !type.includes('json');
    return between ? null : { status: response.status, ok: response.ok, type, text };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function read(answer) {
  let value = answer.text;
  if (answer.type.includes('json') && answer.text !== '') {
    try {
      value = JSON.parse(answer.text);
    } catch {
      value = null;
    }
  }
  if (!answer.ok) {
    throw new Refused(answer.status, typeof value === 'object' ? value : { detail: value });
  }
  return value === '' ? null : value;
}
