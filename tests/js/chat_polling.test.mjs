/** Polling that looks like a socket: one request waits, others send, and nothing comes twice. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { PollSocket } from "../../chat/static/chat/polling.js";
import { clock } from "./world.mjs";

/** Let what is answered be worked on. */
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await null;
};

function world() {
  const time = clock();
  const it = { ...time, requests: [], heard: [], closed: [], opened: 0, since: 0 };
  const fetch = (url, { method, body, signal }) => {
    const request = { url, method, signal, ...JSON.parse(body) };
    const answered = new Promise((answer, fail) => {
      request.answer = async (...frames) => {
        answer({ ok: true, status: 200, json: async () => ({ frames }) });
        await settle();
      };
      request.close = async (code) => {
        answer({ ok: true, status: 200, json: async () => ({ frames: [], close: code }) });
        await settle();
      };
      request.status = async (status) => {
        answer({ ok: false, status, json: async () => ({}) });
        await settle();
      };
      request.fail = async () => {
        fail(new TypeError("no network"));
        await settle();
      };
      signal.addEventListener("abort", () => fail(new Error("aborted")));
    });
    it.requests.push(request);
    return answered;
  };
  it.socket = new PollSocket("/wire/chat/", {
    hello: () => ({ type: "hello", since: it.since }),
    fetch,
    timers: time.timers,
  });
  it.socket.onopen = () => (it.opened += 1);
  it.socket.onmessage = ({ data }) => it.heard.push(JSON.parse(data));
  it.socket.onclose = ({ code }) => it.closed.push(code);
  it.say = (frame) => it.socket.send(JSON.stringify(frame));
  it.last = () => it.requests.at(-1);
  it.pass(0);
  return it;
}

/** A world that was welcomed and waits for news. */
async function waiting() {
  const it = world();
  await it.last().answer({ type: "welcome", beat: 15 }, { type: "beat", seq: 0 });
  it.pass(1000);
  it.heard.length = 0;
  return it;
}

test("the first request does not wait, so that the page is welcomed at once", () => {
  const it = world();
  assert.equal(it.opened, 1);
  assert.deepEqual(it.requests.length, 1);
  const { url, method, frames, wait } = it.last();
  assert.deepEqual([url, method], ["/wire/chat/", "POST"]);
  assert.deepEqual([frames, wait], [[{ type: "hello", since: 0 }], 0]);
});

test("after each answer one request waits again, with what the page has by then", async () => {
  const it = await waiting();
  assert.equal(it.requests.length, 2);
  assert.equal(it.last().wait, 20);
  it.since = 7;
  await it.last().answer({ type: "welcome" }, { type: "messages", messages: [7] });
  it.pass(1000);
  assert.equal(it.requests.length, 3);
  assert.deepEqual(it.last().frames, [{ type: "hello", since: 7 }]);
  assert.deepEqual(it.heard, [{ type: "messages", messages: [7] }]);
});

test("many answers at once do not make a storm of requests", async () => {
  const it = await waiting();
  for (let turn = 0; turn < 20; turn += 1) {
    await it.last().answer({ type: "beat", seq: 0 });
    it.pass(100);
  }
  assert.ok(it.requests.length <= 2 + 10, String(it.requests.length));
});

test("only the first welcome is one; what later ones know is passed on", async () => {
  const it = world();
  await it.last().answer({ type: "welcome", state: { status: "waiting" }, read: 0 });
  it.pass(1000);
  await it.last().answer({ type: "welcome", state: { status: "active", tag: "b" }, read: 3 });
  it.pass(1000);
  await it.last().answer({ type: "welcome", read: 3 });
  assert.deepEqual(it.heard, [
    { type: "welcome", state: { status: "waiting" }, read: 0 },
    { type: "state", status: "active", tag: "b" },
    { type: "read", who: "counsellor", seq: 3 },
    { type: "read", who: "counsellor", seq: 3 },
  ]);
});

test("what is sent goes at once beside the request that waits, without what sockets need", async () => {
  const it = await waiting();
  it.say({ type: "hello" });
  it.say({ type: "beat", seq: 1, got: 4 });
  it.say({ type: "got", got: 5 });
  assert.equal(it.requests.length, 2);
  it.say({ type: "say", id: "a", text: "Hoi", got: 6 });
  assert.equal(it.requests.length, 3);
  const { frames, wait } = it.last();
  assert.deepEqual(frames, [
    { type: "hello", since: 0 },
    { type: "say", id: "a", text: "Hoi" },
  ]);
  assert.equal(wait, 0);
  await it.last().answer({ type: "welcome" }, { type: "ack", id: "a", seq: 1 });
  assert.deepEqual(it.heard, [{ type: "ack", id: "a", seq: 1 }]);
  it.pass(5000);
  assert.equal(it.requests.length, 3); // the one that waits still does
});

test("frames keep their order: one request sends at a time, and hints do not queue up", async () => {
  const it = await waiting();
  it.say({ type: "claim", conversation: "a" });
  it.say({ type: "typing" });
  it.say({ type: "open", conversation: "b" });
  it.say({ type: "say", id: "c" });
  assert.equal(it.requests.length, 3);
  await it.last().answer();
  assert.deepEqual(
    it.last().frames.map((frame) => frame.type),
    ["hello", "open", "say"],
  );
});

test("a request stays under 64 KiB", async () => {
  const it = await waiting();
  it.say({ type: "end" });
  for (let each = 0; each < 8; each += 1) it.say({ type: "say", text: "x".repeat(15 * 1024) });
  for (let turn = 0; turn < 4; turn += 1) await it.last().answer();
  const sent = it.requests.slice(2);
  for (const { frames } of sent) assert.ok(JSON.stringify(frames).length < 60 * 1024);
  assert.equal(sent.flatMap(({ frames }) => frames).filter(({ type }) => type === "say").length, 8);
});

test("a request carries no more frames than the server takes", async () => {
  const it = await waiting();
  for (let each = 0; each < 101; each += 1) it.say({ type: "danger" });
  for (let turn = 0; turn < 5; turn += 1) await it.last().answer();
  const counts = it.requests.slice(2).map(({ frames }) => frames.length - 1);
  assert.deepEqual(counts, [1, 32, 32, 32, 4]);
});

test("after opening a conversation the request that waits is made anew, and knows of it", async () => {
  const it = await waiting();
  const before = it.last();
  it.say({ type: "open", conversation: "a" });
  it.since = 9;
  await it.last().answer();
  assert.equal(before.signal.aborted, true);
  assert.deepEqual([it.last().wait, it.last().frames[0].since], [20, 9]);
  assert.deepEqual(it.closed, []);
  it.pass(5000);
  assert.equal(it.requests.length, 4);
});

test("a request that fails closes it once, and nothing is asked any more", async () => {
  for (const sending of [false, true]) {
    const it = await waiting();
    if (sending) it.say({ type: "say", id: "a" });
    await it.last().fail();
    assert.deepEqual(it.closed, [1006]);
    if (sending) assert.equal(it.requests[1].signal.aborted, true); // the one that waited
    it.say({ type: "say", id: "b" });
    it.pass(600_000);
    await settle();
    assert.equal(it.requests.length, sending ? 3 : 2);
    assert.deepEqual(it.closed, [1006]);
  }
});

test("an answer that is not one closes it: broken, or later when the server says so", async () => {
  for (const [status, code] of [
    [500, 1006],
    [403, 1006],
    [503, 4503],
  ]) {
    const it = await waiting();
    await it.last().status(status);
    assert.deepEqual(it.closed, [code]);
  }
});

test("a close in an answer comes after its frames", async () => {
  const it = await waiting();
  await it.last().close(4426);
  assert.deepEqual(it.closed, [4426]);
});

test("a request that hangs is given up", async () => {
  const it = await waiting();
  it.pass(29_000);
  await settle();
  assert.deepEqual(it.closed, []);
  it.pass(1000);
  await settle();
  assert.deepEqual(it.closed, [1006]);
});

test("closed by the page it says nothing, not even what was under way", async () => {
  const it = await waiting();
  const under = it.last();
  it.socket.close();
  await under.answer({ type: "messages", messages: [1] });
  it.pass(600_000);
  assert.equal(under.signal.aborted, true);
  assert.deepEqual([it.heard, it.closed, it.requests.length], [[], [], 2]);
});
