/** The pure reducer of a conversation: whatever comes, in whatever order, the outcome is the same. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { begin, reduce, unsent } from "../../chat/static/chat/conversation.js";

const at = "2026-11-22T14:03:00Z";
const said = (seq, text = `m${seq}`, from = "counsellor", id = `c${seq}`) => ({
  seq,
  from,
  id,
  text,
  at,
});
const run = (...events) => events.reduce(reduce, begin("visitor"));
const seqs = (conversation) => conversation.messages.map((message) => message.seq);

test("a typed message is queued and stays until it is answered for", () => {
  const conversation = run({ type: "typed", id: "a", text: "Hoi" });
  assert.deepEqual(unsent(conversation), [{ id: "a", text: "Hoi", state: "queued" }]);
});

test("an ack makes it a message of the transcript", () => {
  const conversation = run(
    { type: "typed", id: "a", text: "Hoi" },
    { type: "ack", id: "a", seq: 1, at },
  );
  assert.deepEqual(conversation.outbox, []);
  assert.deepEqual(conversation.messages, [said(1, "Hoi", "visitor", "a")]);
  assert.equal(conversation.seq, 1);
});

test("the message itself may come before its ack, and stands once", () => {
  const conversation = run(
    { type: "typed", id: "a", text: "Hoi" },
    { type: "messages", messages: [said(1, "Hoi", "visitor", "a")] },
    { type: "ack", id: "a", seq: 1, at },
  );
  assert.deepEqual(seqs(conversation), [1]);
  assert.deepEqual(conversation.outbox, []);
});

test("a doubled page changes nothing", () => {
  const page = { type: "messages", messages: [said(1), said(2)] };
  const conversation = run(page);
  assert.equal(reduce(conversation, page), conversation);
});

test("a gap shows in the number up to which none is missing", () => {
  let conversation = run({ type: "messages", messages: [said(1), said(3)] });
  assert.equal(conversation.seq, 1);
  conversation = reduce(conversation, { type: "messages", messages: [said(2)] });
  assert.equal(conversation.seq, 3);
  assert.deepEqual(seqs(conversation), [1, 2, 3]);
});

test("a refused message fails with its reason, and one tap queues it again", () => {
  let conversation = run(
    { type: "typed", id: "a", text: "Hoi" },
    { type: "refused", id: "a", code: "paused" },
  );
  assert.deepEqual(unsent(conversation), []);
  assert.equal(conversation.outbox[0].code, "paused");
  conversation = reduce(conversation, { type: "retry", id: "a" });
  assert.deepEqual(unsent(conversation), [{ id: "a", text: "Hoi", state: "queued" }]);
});

test("too fast is not a failure", () => {
  const conversation = run(
    { type: "typed", id: "a", text: "Hoi" },
    { type: "refused", id: "a", code: "slow", after: 5 },
  );
  assert.equal(unsent(conversation).length, 1);
});

test("the other side's message with the same id does not clear ours", () => {
  const conversation = run(
    { type: "typed", id: "a", text: "Hoi" },
    { type: "messages", messages: [said(1, "Dag", "counsellor", "a")] },
  );
  assert.equal(unsent(conversation).length, 1);
});

test("what is unknown changes nothing", () => {
  const conversation = begin("visitor");
  for (const event of [
    { type: "beat", seq: 9 },
    { type: "ack", id: "x", seq: 1, at },
    { type: "refused", code: "malformed" },
    { type: "retry", id: "x" },
    { type: "something new" },
  ]) {
    assert.equal(reduce(conversation, event), conversation);
  }
});

test("any order and any doubling of frames ends in one transcript", () => {
  let seed = 7;
  const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 300; round += 1) {
    const events = [];
    for (let seq = 1; seq <= 12; seq += 1) {
      const mine = seq % 3 === 0;
      const message = said(seq, `m${seq}`, mine ? "visitor" : "counsellor", `i${seq}`);
      events.push({ type: "messages", messages: [message] });
      if (chance() < 0.4) events.push({ type: "messages", messages: [message] });
      if (mine && chance() < 0.8) events.push({ type: "ack", id: `i${seq}`, seq, at });
    }
    events.sort(() => chance() - 0.5);
    const typed = [3, 6, 9, 12].map((seq) => ({ type: "typed", id: `i${seq}`, text: `m${seq}` }));
    const conversation = run(...typed, ...events);
    assert.deepEqual(seqs(conversation), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    assert.deepEqual(conversation.outbox, []);
    assert.equal(conversation.seq, 12);
  }
});
