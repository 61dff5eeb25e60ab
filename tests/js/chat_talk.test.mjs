/** One conversation on a page: one message under way, resends, hints, and what a reload keeps. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Talk } from "../../chat/static/chat/talk.js";
import { clock, storage } from "./world.mjs";

const at = "2026-11-22T14:03:00Z";

function world({ me = "visitor", address, tab = storage() } = {}) {
  const time = clock();
  const it = { ...time, tab, sent: [], online: true, writable: true, changes: 0 };
  it.talk = new Talk({
    me,
    key: "k",
    address,
    send: (frame) => it.online && it.sent.push(frame) > 0,
    mayWrite: () => it.writable,
    onChange: () => (it.changes += 1),
    storage: tab,
    ...time,
  });
  it.texts = () => it.sent.filter(({ type }) => type === "say").map(({ text }) => text);
  it.of = (type) => it.sent.filter((frame) => frame.type === type);
  it.ack = (seq) => it.talk.hear({ type: "ack", id: it.of("say").at(-1).id, seq, at });
  it.refuse = (code, after) =>
    it.talk.hear({ type: "refused", id: it.of("say").at(-1).id, code, after });
  return it;
}

test("one message is under way at a time, in the order they were typed", () => {
  const it = world();
  for (const text of ["a", "b", "c"]) it.talk.write(text);
  assert.deepEqual(it.texts(), ["a"]);
  it.ack(1);
  assert.deepEqual(it.texts(), ["a", "b"]);
  it.ack(2);
  it.ack(3);
  assert.deepEqual(it.texts(), ["a", "b", "c"]);
  assert.equal(new Set(it.sent.map(({ id }) => id)).size, 3);
});

test("a message that comes by itself is as good as its ack", () => {
  const it = world();
  it.talk.write("a");
  it.talk.write("b");
  const { id } = it.sent[0];
  it.talk.hear({ type: "messages", messages: [{ seq: 1, from: "visitor", id, text: "a", at }] });
  assert.deepEqual(it.texts(), ["a", "b"]);
});

test("an answer about another message lets nothing go", () => {
  const it = world();
  it.talk.write("a");
  it.talk.write("b");
  it.talk.hear({ type: "ack", id: "of another tab", seq: 1, at });
  it.talk.hear({ type: "refused", id: "of another tab", code: "slow", after: 5 });
  it.pass(6000);
  assert.deepEqual(it.texts(), ["a"]);
});

test("without an answer it goes again after 10 seconds, under the same name", () => {
  const it = world();
  it.talk.write("a");
  it.pass(9999);
  assert.equal(it.sent.length, 1);
  it.pass(1);
  it.pass(10000);
  assert.deepEqual(it.texts(), ["a", "a", "a"]);
  assert.equal(new Set(it.sent.map(({ id }) => id)).size, 1);
  it.ack(1);
  it.pass(60000);
  assert.equal(it.sent.length, 3);
});

test("after a reconnect it goes again at once, under the same name, and before the next", () => {
  const it = world();
  it.talk.write("a");
  it.online = false;
  it.talk.disconnected();
  it.talk.write("b");
  it.pass(60000);
  assert.deepEqual(it.texts(), ["a"]);
  it.online = true;
  it.talk.connected();
  assert.deepEqual(it.texts(), ["a", "a"]);
  assert.equal(it.sent[0].id, it.sent[1].id);
  it.ack(1);
  assert.deepEqual(it.texts(), ["a", "a", "b"]);
});

test("too fast, or not kept: it stays queued and goes by itself, and nothing overtakes it", () => {
  for (const code of ["slow", "later"]) {
    const it = world();
    it.talk.write("a");
    it.talk.write("b");
    it.refuse(code, 5);
    assert.equal(it.talk.conversation.outbox[0].state, "queued");
    it.pass(4999);
    assert.deepEqual(it.texts(), ["a"]);
    it.pass(1);
    assert.deepEqual(it.texts(), ["a", "a"]);
  }
});

test("a reconnect does not wait for the time of a refusal before it", () => {
  const it = world();
  it.talk.write("a");
  it.refuse("later", 60);
  it.talk.connected();
  assert.deepEqual(it.texts(), ["a", "a"]);
  it.pass(9000);
  assert.deepEqual(it.texts(), ["a", "a"]);
});

test("what failed stays visible, the next one goes, and a tap puts it at the end", () => {
  const it = world();
  it.talk.write("a");
  it.talk.write("b");
  it.refuse("not_yours");
  assert.deepEqual(it.texts(), ["a", "b"]);
  assert.equal(it.talk.conversation.outbox[0].state, "failed");
  it.talk.retry(it.sent[0].id);
  assert.deepEqual(it.texts(), ["a", "b"]);
  it.ack(1);
  assert.deepEqual(it.texts(), ["a", "b", "a"]);
  assert.equal(it.sent[2].id, it.sent[0].id);
});

test("what failed can be thrown away", () => {
  const it = world();
  it.talk.write("a");
  it.refuse("not_yours");
  it.talk.discard(it.sent[0].id);
  assert.deepEqual(it.talk.conversation.outbox, []);
  assert.equal(it.tab.held.size, 0);
});

test("while nothing may be written it waits, and goes when it may", () => {
  const it = world();
  it.writable = false;
  it.talk.write("a");
  it.talk.connected();
  assert.deepEqual(it.sent, []);
  it.writable = true;
  it.talk.hear({ type: "state", status: "active" });
  assert.deepEqual(it.texts(), ["a"]);
});

test("a reload in this tab loses nothing: the same names, in the same order", () => {
  const first = world();
  for (const text of ["a", "b", "c"]) first.talk.write(text);
  first.refuse("not_yours");
  const second = world({ tab: first.tab });
  assert.deepEqual(second.talk.conversation.outbox, first.talk.conversation.outbox);
  second.talk.connected();
  assert.deepEqual(second.texts(), ["b"]);
  assert.equal(second.sent[0].id, first.sent[1].id);
});

test("a page that has to be reloaded keeps what it could not send", () => {
  const it = world();
  it.talk.write("a");
  it.refuse("version");
  assert.equal(world({ tab: it.tab }).talk.conversation.outbox[0].state, "queued");
});

test("when it is over nothing goes, and nothing is left in the tab", () => {
  const it = world();
  it.talk.write("a");
  it.talk.over();
  it.talk.connected();
  it.pass(60000);
  assert.equal(it.sent.length, 1);
  assert.equal(it.talk.conversation.outbox[0].code, "ended");
  assert.equal(it.tab.held.size, 0);
});

test("a counsellor's frames name the conversation", () => {
  const it = world({ me: "counsellor", address: { conversation: "c" } });
  it.talk.write("a");
  it.talk.typed();
  it.talk.hear({ type: "messages", messages: [{ seq: 1, from: "visitor", id: "x", text: "", at }] });
  it.talk.looked();
  assert.deepEqual(
    it.sent.map(({ type, conversation }) => [type, conversation]),
    [
      ["say", "c"],
      ["typing", "c"],
      ["read", "c"],
    ],
  );
});

test("typing is told at most every 3 seconds, never the text, never when it cannot be sent", () => {
  const it = world();
  for (let key = 0; key < 100; key += 1) {
    it.talk.typed();
    it.pass(100);
  }
  assert.equal(it.sent.length, 4);
  assert.deepEqual(it.sent[0], { type: "typing" });
  it.writable = false;
  it.pass(10000);
  it.talk.typed();
  assert.equal(it.sent.length, 4);
});

test("their typing is forgotten after 6 seconds without another hint", () => {
  const it = world();
  const hint = { type: "typing", who: "counsellor" };
  it.talk.hear(hint);
  it.pass(5000);
  it.talk.hear(hint);
  it.pass(5999);
  assert.equal(it.talk.conversation.typing, true);
  it.pass(1);
  assert.equal(it.talk.conversation.typing, false);
});

test("reading is told only when it grows, and again after a reconnect", () => {
  const it = world();
  const come = (seq, from) =>
    it.talk.hear({ type: "messages", messages: [{ seq, from, id: `i${seq}`, text: "", at }] });
  it.talk.looked();
  assert.deepEqual(it.of("read"), []);
  come(1, "counsellor");
  it.talk.looked();
  it.talk.looked();
  come(2, "visitor");
  it.talk.looked();
  assert.deepEqual(it.of("read"), [{ type: "read", seq: 1 }]);
  come(3, "system");
  it.talk.looked();
  assert.deepEqual(it.of("read").at(-1), { type: "read", seq: 3 });
  it.talk.connected();
  it.talk.looked();
  assert.equal(it.of("read").length, 3);
});

test("a counsellor has read their own messages too", () => {
  const it = world({ me: "counsellor" });
  it.talk.write("a");
  it.ack(1);
  it.talk.looked();
  assert.deepEqual(it.of("read"), [{ type: "read", seq: 1 }]);
});

test("a visitor's page is taken for gone 45 seconds after its last sign", () => {
  const it = world({ me: "counsellor" });
  const here = { type: "present", here: true };
  it.talk.hear(here);
  const since = it.now();
  it.pass(40000);
  it.talk.hear(here);
  it.pass(44999);
  assert.deepEqual(it.talk.conversation.present, { here: true, since });
  it.pass(1);
  assert.deepEqual(it.talk.conversation.present, { here: false, since: it.now() });
  it.talk.hear({ type: "present", here: false });
  it.talk.hear(here);
  assert.equal(it.talk.conversation.present.here, true);
});

test("a visitor's page that gives no sign at all is not there", () => {
  for (const begin of [
    (it) => it.talk.connected(),
    (it) => it.talk.hear({ type: "opened", conversation: {} }),
  ]) {
    const it = world({ me: "counsellor" });
    begin(it);
    it.pass(44999);
    assert.equal(it.talk.conversation.present, null);
    it.pass(1);
    assert.equal(it.talk.conversation.present.here, false);
  }
});

test("without a connection hints are worth nothing", () => {
  const it = world({ me: "counsellor" });
  it.talk.hear({ type: "present", here: true });
  it.talk.hear({ type: "typing", who: "visitor" });
  it.talk.disconnected();
  assert.deepEqual([it.talk.conversation.present, it.talk.conversation.typing], [null, false]);
  it.pass(60000);
  assert.equal(it.talk.conversation.present, null);
});
