import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

import { emptyBoard } from '../board.js';
import { follow } from '../socket.js';

/** A websocket whose other end is the test. */
class Socket {
  constructor(address) {
    this.address = address;
    this.readyState = 0;
    this.bufferedAmount = 0;
    this.said = [];
    this.heard = {};
    Socket.all.push(this);
  }

  addEventListener(kind, listener) {
    this.heard[kind] = listener;
  }

  send(text) {
    this.said.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  open() {
    this.readyState = Socket.OPEN;
    this.heard.open();
  }

  tell(message) {
    this.heard.message({ data: JSON.stringify(message) });
  }

  lose() {
    this.readyState = 3;
    this.heard.close();
  }
}
Socket.OPEN = 1;
Socket.all = [];

const snapshot = (seq) => ({ type: 'snapshot', schema: 1, epoch: 'e', seq, at: 5_000, board: emptyBoard() });
let session = null;
let now = 0;

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  Socket.all = [];
  now = 0;
  globalThis.WebSocket = Socket;
  globalThis.location = { protocol: 'http:', host: 'hall.example' };
});

afterEach(() => {
  session.stop();
  mock.timers.reset();
});

function begin(more = {}) {
  session = follow({ what: { kind: 'display' }, token: 'secret', language: 'en', now: () => now, random: () => 0, ...more }, () => {});
  return Socket.all[0];
}

function passes(ms) {
  now += ms;
  mock.timers.tick(ms);
}

test('the token goes into the first message and into no address', () => {
  const socket = begin();
  socket.open();
  assert.equal(socket.address, 'ws://hall.example/ws/v1');
  assert.deepEqual(socket.said, [{ type: 'hello', schema: 1, what: { kind: 'display' }, language: 'en', token: 'secret' }]);
});

test('what is said at the greeting follows the hello', () => {
  const socket = begin({ greeted: () => session.say({ type: 'voice', able: true }) });
  socket.open();
  assert.deepEqual(socket.said.map((one) => one.type), ['hello', 'voice']);
});

test('messages for the display itself are handed on, and what was drawn is reported once', () => {
  const told = [];
  const socket = begin({ told: (message) => told.push(message.type) });
  socket.open();
  socket.tell({ type: 'placed', zone: null, layout: null, window: null });
  socket.tell(snapshot(7));
  socket.tell({ type: 'announcement', epoch: 'a', number: 1 });
  passes(3_000);
  assert.deepEqual(told, ['placed', 'announcement']);
  assert.deepEqual(socket.said.slice(1), [{ type: 'applied', seq: 7 }]);
});

test('a silent server is given up after thirty seconds by the clock that the page was given', () => {
  const socket = begin();
  socket.open();
  socket.tell(snapshot(7));
  passes(30_000);
  assert.equal(Socket.all.length, 1);
  passes(1_000);
  assert.equal(socket.readyState, 3);
  passes(500);
  assert.equal(Socket.all.length, 2);
});

test('a lost connection is made again and goes on where it was', () => {
  const socket = begin();
  socket.open();
  socket.tell(snapshot(7));
  socket.lose();
  passes(500);
  Socket.all[1].open();
  assert.equal(Socket.all[1].said[0].last_seq, 7);
});
