/** The pure reducer of a conversation: whatever comes, in whatever order, the outcome is the same. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { begin, heardUpTo, next, reduce, stateOf } from "../../chat/static/chat/conversation.js";

const at = "2026-11-22T14:03:00Z";
const said = (seq, text = `m${seq}`, from = "counsellor", id = `c${seq}`) => ({
  seq,
  from,
  id,
  text,
  at,
});
const run = (...events) => events.reduce(reduce, begin("visitor"));
const queued = (conversation) => conversation.outbox.filter((item) => item.state === "queued");
const seqs = (conversation) => conversation.messages.map((message) => message.seq);

test("a typed message is queued and stays until it is answered for", () => {
  const conversation = run({ type: "typed", id: "a", text: "Hoi" });
  assert.deepEqual(queued(conversation), [{ id: "a", text: "Hoi", state: "queued" }]);
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

test("a refused message fails with its reason, and one tap queues it behind the others", () => {
  let conversation = run(
    { type: "typed", id: "a", text: "Hoi" },
    { type: "typed", id: "b", text: "Daar" },
    { type: "refused", id: "a", code: "paused" },
  );
  assert.deepEqual(conversation.outbox[0], { id: "a", text: "Hoi", state: "failed", code: "paused" });
  assert.equal(next(conversation).id, "b");
  conversation = reduce(conversation, { type: "retry", id: "a" });
  assert.deepEqual(conversation.outbox, [
    { id: "b", text: "Daar", state: "queued" },
    { id: "a", text: "Hoi", state: "queued" },
  ]);
});

test("only what failed is tried again or thrown away", () => {
  const one = run({ type: "typed", id: "a", text: "Hoi" }, { type: "typed", id: "b", text: "!" });
  assert.equal(reduce(one, { type: "retry", id: "a" }), one);
  assert.equal(reduce(one, { type: "discard", id: "a" }), one);
  const failed = reduce(one, { type: "refused", id: "a", code: "not_yours" });
  assert.deepEqual(queued(reduce(failed, { type: "discard", id: "a" })), failed.outbox.slice(1));
});

test("what can go later is not a failure, nor what a reload or a sign-in mends", () => {
  const before = run({ type: "typed", id: "a", text: "Hoi" });
  for (const refusal of [
    { code: "slow", after: 5 },
    { code: "later", after: 3 },
    { code: "version" },
    { code: "sign_in" },
  ]) {
    assert.equal(reduce(before, { type: "refused", id: "a", ...refusal }), before);
  }
});

test("a failed message that came through after all is no failure", () => {
  const conversation = run(
    { type: "typed", id: "a", text: "Hoi" },
    { type: "refused", id: "a", code: "malformed" },
    { type: "messages", messages: [said(1, "Hoi", "visitor", "a")] },
  );
  assert.deepEqual(conversation.outbox, []);
});

test("when the conversation is over what is left says that it never went", () => {
  const conversation = run({ type: "typed", id: "a", text: "Hoi" }, { type: "over" });
  assert.deepEqual(conversation.outbox, [{ id: "a", text: "Hoi", state: "failed", code: "ended" }]);
  assert.equal(next(conversation), undefined);
});

test("what was not sent comes back after a reload as it was", () => {
  const outbox = [
    { id: "a", text: "Hoi", state: "failed", code: "paused" },
    { id: "b", text: "Daar", state: "queued" },
  ];
  assert.deepEqual(run({ type: "restored", outbox }).outbox, outbox);
});

test("a message of ours is sent, and read once the other side has; that never goes back", () => {
  const mine = said(2, "Hoi", "visitor", "a");
  let conversation = run({ type: "messages", messages: [said(1), mine] });
  assert.equal(stateOf(conversation, mine), "sent");
  conversation = reduce(conversation, { type: "read", who: "visitor", seq: 2 });
  assert.equal(stateOf(conversation, mine), "sent");
  conversation = reduce(conversation, { type: "read", who: "counsellor", seq: 2 });
  assert.equal(stateOf(conversation, mine), "read");
  assert.equal(reduce(conversation, { type: "read", who: "counsellor", seq: 1 }), conversation);
});

test("what the other side has read comes with the first frames too", () => {
  assert.equal(run({ type: "welcome", read: 4 }).read, 4);
  assert.equal(run({ type: "opened", conversation: { visitor_read: 4 } }).read, 4);
});

test("a message from another tab of ours shows as mine, once", () => {
  const conversation = run(
    { type: "messages", messages: [said(1, "Hoi", "visitor", "elsewhere")] },
    { type: "ack", id: "elsewhere", seq: 1, at },
  );
  assert.deepEqual(conversation.messages, [said(1, "Hoi", "visitor", "elsewhere")]);
});

test("we heard up to the last one of theirs without a gap before it", () => {
  const conversation = run({
    type: "messages",
    messages: [said(1), said(2), said(3, "Hoi", "visitor", "a"), said(5)],
  });
  assert.equal(heardUpTo(conversation), 2);
  assert.equal(heardUpTo(begin("visitor")), 0);
});

test("typing shows until it is quiet or they said it; ours is no hint", () => {
  const typing = run({ type: "typing", who: "counsellor" });
  assert.equal(typing.typing, true);
  assert.equal(reduce(typing, { type: "quiet" }).typing, false);
  assert.equal(reduce(typing, { type: "messages", messages: [said(1)] }).typing, false);
  const mine = said(1, "Hoi", "visitor", "a");
  assert.equal(reduce(typing, { type: "messages", messages: [mine] }).typing, true);
  const line = said(1, "joined", "system", "l");
  assert.equal(reduce(typing, { type: "messages", messages: [line] }).typing, true);
  assert.equal(run({ type: "typing", who: "visitor" }).typing, false);
});

test("presence keeps since when, until it changes or nothing is known", () => {
  const here = run(
    { type: "present", here: true, at: 5 },
    { type: "present", here: true, at: 9 },
  );
  assert.deepEqual(here.present, { here: true, since: 5 });
  const away = reduce(here, { type: "present", here: false, at: 12 });
  assert.deepEqual(away.present, { here: false, since: 12 });
  assert.equal(reduce(away, { type: "unknown" }).present, null);
});

test("the other side's message with the same id does not clear ours", () => {
  const conversation = run(
    { type: "typed", id: "a", text: "Hoi" },
    { type: "messages", messages: [said(1, "Dag", "counsellor", "a")] },
  );
  assert.equal(queued(conversation).length, 1);
});

test("what is unknown changes nothing", () => {
  const conversation = begin("visitor");
  for (const event of [
    { type: "beat", seq: 9 },
    { type: "ack", id: "x", seq: 1, at },
    { type: "refused", code: "malformed" },
    { type: "retry", id: "x" },
    { type: "discard", id: "x" },
    { type: "refused", id: "x", code: "paused" },
    { type: "over" },
    { type: "quiet" },
    { type: "unknown" },
    { type: "restored", outbox: [] },
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
