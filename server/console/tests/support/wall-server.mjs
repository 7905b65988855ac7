// A small server that a wall board can be tried against: it serves the pages as they lie in the folder, enrols with any code
// and follows a scene of hall.mjs. No part of the product. Run it by itself to look at a board:
//
//   node server/console/tests/support/wall-server.mjs 8099      then open http://127.0.0.1:8099/board?scene=lobby+60

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { AT, HALL, sceneOf } from './hall.mjs';

const CONSOLE = new URL('../../', import.meta.url);
const FONTS = new URL('../../../../shared/ui/fonts/', import.meta.url);
const KINDS = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml', otf: 'font/otf' };
/** The policy of server/src/http/pages.rs, so that what it forbids fails here too. */
const POLICY = /CONTENT_POLICY: &str = "([^"]*)"/.exec(readFileSync(new URL('../src/http/pages.rs', CONSOLE), 'utf8'))[1].replace(/\\\n\s*/g, '');
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const BEAT_MS = 4_000;
/** The longest frame that a board sends here, bytes. */
const FRAME_BYTES_MAX = 65_535;

/** Half a second of a tone, as the server's WAV: 16 bit mono. */
export function tone(rate = 16_000, seconds = 0.5) {
  const samples = Math.floor(rate * seconds);
  const bytes = Buffer.alloc(44 + samples * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + samples * 2, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at += 1) {
    bytes.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * 660 * at) / rate)), 44 + at * 2);
  }
  return bytes;
}

function textFrame(text) {
  const body = Buffer.from(text);
  const head = body.length < 126 ? Buffer.from([0x81, body.length]) : body.length < 65_536 ? Buffer.from([0x81, 126, body.length >> 8, body.length & 255]) : Buffer.alloc(10);
  if (head.length === 10) {
    head[0] = 0x81;
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(body.length), 2);
  }
  return Buffer.concat([head, body]);
}

/** Reads the frames of a client; `text` is called with each message, `end` when it closes or breaks the rules. */
function reading(text, end) {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 6) {
      const short = held[1] & 127;
      const head = short === 126 ? 8 : 6;
      const length = short === 126 ? held.readUInt16BE(2) : short;
      if (short === 127 || length > FRAME_BYTES_MAX) {
        end();
        return;
      }
      if (held.length < head + length) {
        return;
      }
      const mask = held.subarray(head - 4, head);
      const body = Buffer.from(held.subarray(head, head + length).map((byte, at) => byte ^ mask[at % 4]));
      const kind = held[0] & 15;
      held = held.subarray(head + length);
      if (kind === 8) {
        end();
        return;
      }
      if (kind === 1) {
        text(body.toString());
      }
    }
  };
}

/**
 * Starts the server on 127.0.0.1.
 * @param port 0: any
 * @returns `{port, heard, tell, stop}`: what boards said; says a message to all; stops at once
 */
export async function serve(port = 0) {
  const boards = new Set();
  const heard = [];
  const state = { refuse: null, mute: false };
  /** Tokens of lost halls that had their picture. */
  const silent = new Set();

  const answer = (response, status, kind, body) => {
    response.writeHead(status, { 'content-type': kind, 'content-security-policy': POLICY, 'cache-control': 'no-cache' });
    response.end(body);
  };
  const json = (response, status, value) => answer(response, status, status < 400 ? 'application/json' : 'application/problem+json', JSON.stringify(value));

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://here');
    if (pathname === '/board' && searchParams.has('scene')) {
      // Pairs at once: for pictures.
      const token = JSON.stringify(JSON.stringify({ token: searchParams.get('scene').replaceAll(' ', '+'), device: 'wall-1' }));
      const language = searchParams.has('language') ? `?language=${searchParams.get('language')}` : '';
      response.writeHead(200, { 'content-type': KINDS.html });
      response.end(`<script>localStorage.setItem('nowserving.wall', ${token}); location.replace('/board${language}')</script>`);
    } else if (pathname === '/board') {
      answer(response, 200, KINDS.html, readFileSync(new URL('wall.html', CONSOLE)));
    } else if (/^\/assets\/[\w.-]+$/.test(pathname)) {
      const name = pathname.slice(8);
      try {
        answer(response, 200, KINDS[name.split('.').pop()], readFileSync(new URL(name, name.endsWith('.otf') ? FONTS : CONSOLE)));
      } catch {
        answer(response, 404, 'text/plain', 'not here');
      }
    } else if (pathname === '/api/v1/devices/enrol') {
      let text = '';
      for await (const chunk of request) {
        text += chunk;
      }
      const { code } = JSON.parse(text);
      if (code === '00000000') {
        json(response, 403, { code: 'pairing-code-unknown', status: 403, title: 'x', detail: '配对码不对或已过期。请管理员重新生成。' });
      } else {
        json(response, 201, { device: 'wall-1', kind: code === '11111111' ? 'kiosk' : 'display', zone: null, token: code });
      }
    } else if (pathname === '/api/v1/hall') {
      json(response, 200, HALL);
    } else if (/^\/api\/v1\/announcements\/.*\.wav$/.test(pathname)) {
      const known = request.headers.authorization !== undefined && !pathname.endsWith('/404.wav');
      answer(response, known ? 200 : 404, known ? 'audio/wav' : 'application/problem+json', known ? tone() : '{}');
    } else {
      answer(response, 404, 'text/plain', 'not here');
    }
  });

  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + MAGIC).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    const board = { say: (message) => socket.write(textFrame(JSON.stringify(message))) };
    const begun = Date.now();
    const at = () => AT + Date.now() - begun;
    const greet = (hello) => {
      const scene = sceneOf(hello.token);
      if (hello.token.split('+').includes('stale')) {
        // One picture, and then nothing more, whoever asks again.
        if (silent.has(hello.token)) {
          return;
        }
        silent.add(hello.token);
        board.silent = true;
      }
      if (hello.token === 'revoked' || state.refuse !== null) {
        board.say({ type: 'refused', code: 'device-token-unknown', detail: '设备凭证无效或已撤销。请管理员重新配对这台设备。' });
        return;
      }
      const schema = hello.token === 'newer' ? 2 : 1;
      const before = { ...scene.board, calls: scene.board.calls.filter((one) => one.seq < 49) };
      board.say({ type: 'placed', zone: scene.zone, layout: scene.layout, window: scene.window });
      board.say({ type: 'snapshot', schema, epoch: 'e', seq: 48, at: at(), board: before });
      if (scene.board.calls.length > 0) {
        const changes = scene.board.calls.filter((one) => one.seq >= 49).reverse().map((one) => ({ change: 'call', ...one }));
        board.say({ type: 'delta', prev: 48, seq: 50, at: at(), changes });
      }
      board.seq = scene.board.calls.length > 0 ? 50 : 48;
    };
    const leave = () => {
      clearInterval(board.beats);
      boards.delete(board);
      socket.destroy();
    };
    board.leave = leave;
    board.beats = setInterval(() => !state.mute && board.silent !== true && board.seq !== undefined && board.say({ type: 'beat', seq: board.seq, at: at() }), BEAT_MS);
    boards.add(board);
    socket.on('data', reading((text) => {
      const message = JSON.parse(text);
      heard.push(message);
      if (message.type === 'hello') {
        greet(message);
      }
    }, leave));
    socket.on('error', leave);
    socket.on('close', leave);
  });

  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    heard,
    state,
    tell: (message) => boards.forEach((board) => board.say(message)),
    drop: () => boards.forEach((board) => board.leave()),
    stop: () => {
      boards.forEach((board) => board.leave());
      server.closeAllConnections();
      server.close();
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { port } = await serve(Number(process.argv[2] || 8099));
  console.log(`http://127.0.0.1:${port}/board?scene=lobby+8  scenes: calls windows waiting counts strip notices lobby desk queue full odd none`);
}
