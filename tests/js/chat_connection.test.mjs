/** A connection that heals itself, with a clock, chance and sockets of the test's own. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Connection } from "../../chat/static/chat/connection.js";

function world() {
  const made = { sockets: [], frames: [], states: [], pauses: [], time: 0, retry: null, beat: null };
  class WebSocket {
    constructor() {
      this.sent = [];
      made.sockets.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.closed = true;
    }
  }
  made.connection = new Connection({
    url: "ws://test/",
    beat: 15,
    hello: () => ({ type: "hello", since: 4 }),
    pulse: () => ({ type: "beat", seq: 4 }),
    onFrame: (frame) => made.frames.push(frame),
    onState: (state) => made.states.push(state),
    WebSocket,
    timers: {
      after: (ms, work) => {
        made.pauses.push(ms);
        made.retry = work;
        return work;
      },
      clear: () => (made.retry = null),
      every: (ms, work) => (made.beat = work),
      stop: () => (made.beat = null),
    },
    now: () => made.time,
    random: () => 0.5,
  });
  made.last = () => made.sockets.at(-1);
  made.welcome = () => {
    made.last().onopen();
    made.last().onmessage({ data: '{"type":"welcome"}' });
  };
  made.connection.open();
  return made;
}

test("hello is the first frame, and nothing goes before the welcome", () => {
  const it = world();
  assert.equal(it.connection.send({ type: "say" }), false);
  it.last().onopen();
  assert.deepEqual(it.last().sent, [{ type: "hello", since: 4 }]);
  it.last().onmessage({ data: '{"type":"welcome"}' });
  assert.equal(it.connection.send({ type: "say" }), true);
});

test("it comes back for ever, with a growing pause that has a limit", () => {
  const it = world();
  for (let turn = 0; turn < 12; turn += 1) {
    it.last().onclose({ code: 1006 });
    it.retry();
  }
  assert.deepEqual(it.pauses.slice(0, 4), [500, 1000, 2000, 4000]);
  assert.equal(Math.max(...it.pauses), 20000);
  assert.equal(it.sockets.length, 13);
  it.welcome();
  it.last().onclose({ code: 1006 });
  assert.equal(it.pauses.at(-1), 500);
});

test("a silent socket is declared dead and replaced", () => {
  const it = world();
  it.welcome();
  it.time = 15000;
  it.beat();
  assert.deepEqual(it.last().sent.at(-1), { type: "beat", seq: 4 });
  it.time = 40000;
  it.beat();
  assert.equal(it.sockets[0].closed, true);
  assert.equal(it.states.at(-1).online, false);
  assert.equal(it.states.at(-1).lastGood, 0);
  it.retry();
  assert.equal(it.sockets.length, 2);
});

test("a late close of a replaced socket changes nothing", () => {
  const it = world();
  it.welcome();
  it.time = 40000;
  it.beat();
  it.retry();
  it.welcome();
  it.sockets[0].onclose({ code: 1006 });
  it.sockets[0].onmessage({ data: '{"type":"beat"}' });
  assert.equal(it.connection.online, true);
  assert.equal(it.sockets.length, 2);
});

test("some codes are final", () => {
  for (const [code, name] of [
    [4000, "over"],
    [4401, "unknown"],
    [4403, "sign_in"],
    [4426, "version"],
  ]) {
    const it = world();
    it.welcome();
    it.last().onclose({ code });
    assert.equal(it.states.at(-1).final, name);
    assert.equal(it.retry, null);
    it.connection.wake();
    assert.equal(it.sockets.length, 1);
  }
});

test("being online again does not wait for the pause", () => {
  const it = world();
  it.last().onclose({ code: 1006 });
  it.connection.wake();
  assert.equal(it.sockets.length, 2);
});
