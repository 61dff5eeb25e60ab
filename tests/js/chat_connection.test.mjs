/** A connection that heals itself, with a clock, chance and sockets of the test's own. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Connection } from "../../chat/static/chat/connection.js";
import { clock, sockets } from "./world.mjs";

const BEAT = 15000;

function world({ random = 0.5, seq = 4, ...given } = {}) {
  const time = clock();
  const made = { ...time, sockets: [], polls: [], frames: [], states: [], seq };
  const Poll = sockets(made.polls);
  made.connection = new Connection({
    url: "ws://test/",
    poll: () => Object.assign(new Poll("poll"), { polling: true }),
    beat: BEAT / 1000,
    hello: () => ({ type: "hello", since: made.seq }),
    pulse: () => ({ type: "beat", seq: made.seq }),
    behind: (frame) => (frame.seq > made.seq ? String(made.seq) : ""),
    onFrame: (frame) => made.frames.push(frame),
    onState: (state) => made.states.push(state),
    WebSocket: sockets(made.sockets),
    random: () => random,
    ...time,
    ...given,
  });
  made.last = () => made.sockets.at(-1);
  made.state = () => made.states.at(-1);
  made.connection.open();
  return made;
}

/** Keep a connection well for so long, as a server that answers each beat. */
function live(it, ms) {
  for (let passed = 0; passed < ms; passed += 1000) {
    const beats = it.last().of("beat").length;
    it.pass(1000);
    if (it.last().of("beat").length > beats) it.last().hears({ type: "beat", seq: it.seq });
  }
}

test("hello is the first frame, and nothing goes before the welcome", () => {
  const it = world();
  assert.equal(it.connection.send({ type: "say" }), false);
  it.last().onopen();
  assert.deepEqual(it.last().sent, [{ type: "hello", since: 4 }]);
  assert.equal(it.connection.send({ type: "say" }), false);
  it.last().hears({ type: "welcome" });
  assert.equal(it.connection.send({ type: "say" }), true);
});

test("it beats by the server's measure, and stays while it is answered", () => {
  const it = world();
  it.last().welcome({ beat: 10 });
  it.pass(9999);
  assert.equal(it.last().of("beat").length, 0);
  it.pass(1);
  assert.deepEqual(it.last().of("beat"), [{ type: "beat", seq: 4, got: 1 }]);
  it.last().hears({ type: "beat", seq: 4 });
  live(it, 600_000);
  assert.equal(it.sockets.length, 1);
  assert.equal(it.last().closed, false);
});

test("a beat goes by what is heard when the browser slows the timers", () => {
  const it = world({ timers: { after: () => 0, clear() {}, every: () => 0, stop() {} } });
  it.last().welcome();
  it.pass(BEAT);
  it.last().hears({ type: "typing" });
  assert.equal(it.last().of("beat").length, 0);
  it.pass(BEAT);
  it.last().hears({ type: "typing" });
  assert.equal(it.last().of("beat").length, 1);
});

test("a silent socket is declared dead after 2.4 beats, not before", () => {
  const it = world();
  it.last().welcome();
  it.pass(2.4 * BEAT - 1);
  assert.equal(it.last().closed, false);
  const good = it.now() - (2.4 * BEAT - 1);
  it.pass(1);
  assert.equal(it.sockets[0].closed, true);
  assert.equal(it.state().online, false);
  assert.equal(it.state().lastGood, good);
  it.pass(1000);
  assert.equal(it.sockets.length, 2);
});

test("a socket that is never welcomed is given up", () => {
  const it = world();
  it.last().onopen();
  it.pass(10000);
  assert.equal(it.sockets[0].closed, true);
  it.pass(1000);
  assert.equal(it.sockets.length, 2);
});

test("a late word of a replaced socket changes nothing", () => {
  const it = world();
  it.last().welcome();
  it.pass(2.4 * BEAT + 1000);
  it.last().welcome();
  it.sockets[0].onclose({ code: 1006 });
  it.sockets[0].hears({ type: "messages", messages: [] });
  assert.equal(it.state().online, true);
  assert.equal(it.sockets.length, 2);
  assert.deepEqual(
    it.frames.map((frame) => frame.type),
    ["welcome", "welcome"],
  );
});

/** The pause before each of so many attempts, none of which gets through. */
function pauses({ code, random, count }) {
  const it = world({ random });
  const found = [];
  for (let turn = 0; turn < count; turn += 1) {
    const open = it.connection.socket;
    open.onclose({ code });
    found.push(it.next());
    it.pass(it.next());
    assert.notEqual(it.connection.socket, open);
  }
  return found;
}

test("it comes back for ever, with a growing pause of 0.5 to 20 seconds", () => {
  const least = pauses({ code: 4408, random: 0, count: 60 });
  assert.deepEqual(least.slice(0, 6), [500, 1000, 2000, 4000, 8000, 10000]);
  const most = pauses({ code: 4408, random: 1, count: 60 });
  assert.deepEqual(most.slice(0, 6), [1000, 2000, 4000, 8000, 16000, 20000]);
  assert.equal(Math.min(...least), 500);
  assert.equal(Math.max(...most), 20000);
});

test("a connection that lived makes the pause short again; one that died at once does not", () => {
  const it = world();
  it.last().onclose({ code: 1006 });
  it.pass(it.next());
  it.last().welcome();
  it.last().onclose({ code: 1006 });
  assert.equal(it.next(), 1500);
  it.pass(1500);
  it.last().welcome();
  live(it, 20000);
  it.last().onclose({ code: 1006 });
  assert.equal(it.next(), 750);
});

test("while the database is away it comes back within 5 seconds, and says so", () => {
  assert.equal(Math.max(...pauses({ code: 4503, random: 1, count: 30 })), 5000);
  const it = world();
  it.last().welcome();
  it.last().onclose({ code: 4503 });
  assert.equal(it.state().later, true);
  it.pass(5000);
  it.last().welcome();
  it.connection.tell();
  assert.equal(it.state().later, false);
});

test("who fell behind comes back at once, but not for ever at once", () => {
  const found = pauses({ code: 4429, random: 0.5, count: 6 });
  assert.deepEqual(found.slice(0, 3), [0, 0, 0]);
  assert.ok(found[4] > 500);
});

test("some codes are final, and nothing wakes it then", () => {
  for (const [code, name] of [
    [4000, "over"],
    [4401, "unknown"],
    [4403, "sign_in"],
    [4426, "version"],
  ]) {
    const it = world();
    it.last().welcome();
    it.last().onclose({ code });
    assert.equal(it.state().final, name);
    it.pass(600_000);
    it.connection.wake();
    assert.equal(it.sockets.length + it.polls.length, 1);
  }
});

test("being online or seen again does not wait for the pause", () => {
  const it = world();
  it.last().onclose({ code: 1006 });
  it.connection.wake();
  assert.equal(it.sockets.length, 2);
  it.pass(1000);
  assert.equal(it.sockets.length, 2);
});

test("on waking a socket is asked, and is dead when it does not answer soon", () => {
  const it = world();
  it.last().welcome();
  it.pass(1000);
  it.connection.wake();
  assert.equal(it.last().of("beat").length, 1);
  it.last().hears({ type: "beat", seq: 4 });
  it.pass(5000);
  assert.equal(it.sockets[0].closed, false);
  it.connection.wake();
  it.pass(5000);
  assert.equal(it.sockets[0].closed, true);
});

test("nothing goes into a socket that is closing", () => {
  const it = world();
  it.last().welcome();
  it.last().readyState = 2;
  assert.equal(it.connection.send({ type: "say" }), false);
  assert.deepEqual(it.last().of("say"), []);
});

test("every frame tells how many were received, counted from the welcome", () => {
  const it = world();
  it.last().welcome();
  it.last().hears({ type: "messages", messages: [] }, { type: "read", seq: 1 });
  it.connection.send({ type: "typing" });
  assert.deepEqual(it.last().sent.at(-1), { type: "typing", got: 3 });
  it.last().onclose({ code: 1006 });
  it.pass(1000);
  it.last().welcome();
  it.connection.send({ type: "typing" });
  assert.equal(it.last().sent.at(-1).got, 1);
});

test("16 frames without a word of ours are acknowledged", () => {
  const it = world();
  it.last().welcome();
  const come = (count) => {
    for (let each = 0; each < count; each += 1) it.last().hears({ type: "read", seq: 1 });
  };
  come(14);
  assert.equal(it.last().of("got").length, 0);
  come(1);
  assert.deepEqual(it.last().of("got"), [{ type: "got", got: 16 }]);
  come(10);
  it.connection.send({ type: "typing" });
  come(15);
  assert.equal(it.last().of("got").length, 1);
  come(1);
  assert.deepEqual(it.last().of("got").at(-1), { type: "got", got: 42 });
});

test("48 KiB are acknowledged before 16 frames, and bytes are counted, not letters", () => {
  const it = world();
  it.last().welcome();
  it.last().hears({ type: "messages", messages: ["é".repeat(20 * 1024)] });
  assert.equal(it.last().of("got").length, 0);
  it.last().hears({ type: "messages", messages: ["é".repeat(5 * 1024)] });
  assert.deepEqual(it.last().of("got"), [{ type: "got", got: 3 }]);
});

test("two beats that name a later place than the page has reached bring a new socket", () => {
  const it = world();
  it.last().welcome();
  it.last().hears({ type: "beat", seq: 6 });
  assert.equal(it.sockets.length, 1);
  it.last().hears({ type: "beat", seq: 6 });
  assert.equal(it.sockets.length, 2);
  assert.equal(it.sockets[0].closed, true);
});

test("a page that moves on between beats, or catches up, is not stuck", () => {
  const it = world();
  it.last().welcome();
  it.last().hears({ type: "beat", seq: 60 });
  it.seq = 30;
  it.last().hears({ type: "beat", seq: 60 });
  it.seq = 60;
  it.last().hears({ type: "beat", seq: 60 }, { type: "beat", seq: 60 }, { type: "beat", seq: 61 });
  assert.equal(it.sockets.length, 1);
});

test("with a database that lags the page is up to date since then, and that time stands", () => {
  const it = world();
  it.last().welcome();
  it.pass(10000);
  const good = it.now() - 7000;
  it.last().hears({ type: "beat", seq: 4, lag: 7 });
  assert.deepEqual([it.state().lag, it.state().lastGood], [7, good]);
  it.pass(9500);
  it.last().hears({ type: "typing" }, { type: "beat", seq: 4, lag: 16 });
  assert.equal(it.state().lastGood, good);
  it.last().hears({ type: "beat", seq: 4 });
  assert.deepEqual([it.state().lag, it.state().lastGood], [0, it.now()]);
});

test("a message that cannot be kept is trouble until one is", () => {
  const it = world();
  it.last().welcome();
  const good = it.state().lastGood;
  it.pass(5000);
  it.last().hears({ type: "refused", code: "later", id: "a", after: 3 });
  it.pass(1000);
  it.last().hears({ type: "beat", seq: 4 });
  assert.deepEqual([it.state().later, it.state().lastGood], [true, good]);
  it.last().hears({ type: "ack", id: "a", seq: 5 });
  assert.deepEqual([it.state().later, it.state().lastGood], [false, it.now()]);
});

// Polling

/** Close whatever is open, so often, without a welcome. */
function fail(it, times) {
  for (let turn = 0; turn < times; turn += 1) {
    it.connection.socket.onclose({ code: 1006 });
    it.pass(it.next());
  }
}

test("two sockets that are never welcomed, and it polls", () => {
  const it = world();
  fail(it, 1);
  assert.equal(it.polls.length, 0);
  fail(it, 1);
  assert.deepEqual([it.sockets.length, it.polls.length], [2, 1]);
  it.polls[0].welcome();
  assert.deepEqual([it.state().online, it.state().polling], [true, true]);
});

test("sockets that are forbidden at once lead to polling too", () => {
  const it = world({
    WebSocket: class {
      constructor() {
        throw new Error("not allowed");
      }
    },
  });
  it.pass(5000);
  assert.equal(it.polls.length, 1);
});

test("three sockets that die within 10 seconds of their welcome, and it polls", () => {
  const it = world();
  for (let turn = 0; turn < 3; turn += 1) {
    assert.equal(it.polls.length, 0);
    it.last().welcome();
    it.last().onclose({ code: 1006 });
    it.pass(it.next());
  }
  assert.equal(it.polls.length, 1);
});

test("sockets that lived, or that our own server closed, do not lead to polling", () => {
  const it = world();
  for (let turn = 0; turn < 6; turn += 1) {
    it.last().welcome();
    live(it, 11000);
    it.last().onclose({ code: 1006 });
    it.pass(it.next());
  }
  for (let turn = 0; turn < 6; turn += 1) {
    it.last().onclose({ code: 4503 });
    it.pass(it.next());
  }
  assert.equal(it.polls.length, 0);
});

test("the other way is tried soon, and after that as seldom as ever", () => {
  const found = pauses({ code: 1006, random: 1, count: 12 });
  assert.deepEqual(found.slice(0, 5), [1000, 1000, 4000, 1000, 16000]);
  assert.deepEqual([...found.slice(-2)].sort((a, b) => a - b), [1000, 20000]);
});

test("where nothing works the two ways take turns", () => {
  const it = world();
  fail(it, 8);
  const turns = it.sockets.length + it.polls.length;
  assert.equal(turns, 9);
  assert.ok(it.polls.length >= 3 && it.sockets.length >= 4);
});

test("sockets that die soon count only in a row", () => {
  const it = world();
  for (const lived of [1000, 1000, 11000, 1000, 1000]) {
    it.last().welcome();
    live(it, lived);
    it.last().onclose({ code: 1006 });
    it.pass(it.next());
  }
  assert.equal(it.polls.length, 0);
});

test("a poll that fails after it worked is taken up again as a poll", () => {
  const it = world();
  fail(it, 2);
  it.polls[0].welcome();
  it.polls[0].onclose({ code: 1006 });
  it.pass(5000);
  assert.deepEqual([it.sockets.length, it.polls.length], [2, 2]);
});

/** A page that polls, and for which it is time to try a socket. */
function polling() {
  const it = world();
  fail(it, 2);
  it.polls[0].welcome();
  it.pass(10000);
  assert.equal(it.sockets.length, 3);
  return it;
}

test("while it polls it tries a socket, soon at first, then every two minutes", () => {
  const it = polling();
  it.last().onclose({ code: 1006 });
  const quiet = () => it.polls[0].hears({ type: "beat", seq: 4 });
  for (let turn = 0; turn < 11; turn += 1) {
    it.pass(10000);
    quiet();
  }
  assert.equal(it.sockets.length, 3);
  it.pass(10000);
  assert.equal(it.sockets.length, 4);
  it.pass(10000); // never welcomed
  assert.equal(it.last().closed, true);
  assert.equal(it.connection.socket, it.polls[0]);
});

test("polling goes on until the socket is welcomed, and ends then", () => {
  const it = polling();
  it.last().onopen();
  assert.deepEqual(it.last().sent, [{ type: "hello", since: 4 }]);
  assert.equal(it.connection.send({ type: "say", id: "a" }), true);
  assert.equal(it.polls[0].of("say").length, 1);
  it.last().hears({ type: "welcome" });
  assert.equal(it.polls[0].closed, true);
  assert.equal(it.state().polling, false);
  it.connection.send({ type: "say", id: "b" });
  assert.deepEqual(it.last().of("say"), [{ type: "say", id: "b", got: 1 }]);
  it.polls[0].onclose({ code: 1006 });
  assert.equal(it.connection.socket, it.last());
  it.last().onclose({ code: 1006 });
  assert.equal(it.next(), 750); // as one that was well
  it.pass(750);
  it.last().welcome();
  live(it, 60000);
  assert.equal(it.last().closed, false);
});

test("a socket that is refused while it polls changes nothing", () => {
  const it = polling();
  it.last().onopen();
  it.last().hears({ type: "refused", code: "unknown" });
  assert.equal(it.last().closed, true);
  assert.equal(it.connection.socket, it.polls[0]);
});

test("when the browser is online again a socket is tried at once", () => {
  const it = world();
  fail(it, 2);
  it.polls[0].welcome();
  it.connection.wake();
  it.connection.wake();
  assert.equal(it.sockets.length, 3);
});

test("what is closed stays closed", () => {
  const it = polling();
  it.connection.close();
  it.pass(600_000);
  assert.equal(it.last().closed && it.polls[0].closed, true);
  assert.deepEqual([it.sockets.length, it.polls.length], [3, 1]);
});
