/** What the console makes of handovers: whose answer is asked, and what is news to whom. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { asksOfMe, changes, leaves, ofChat } from "../../chat/static/chat/handovers.js";

const handover = (id, more = {}) => ({
  id,
  conversation: "a",
  way: "colleague",
  status: "open",
  mine: false,
  to_me: false,
  was_mine: false,
  may_answer: false,
  ...more,
});

test("asked of me is what the server lets me answer", () => {
  const listed = [handover("1"), handover("2", { may_answer: true })];
  assert.deepEqual(asksOfMe(listed).map(({ id }) => id), ["2"]);
});

test("of a chat of mine the latest question counts, and one for advice stands beside it", () => {
  const listed = [
    handover("3", { mine: true, way: "advice" }),
    handover("2", { mine: true }),
    handover("1", { mine: true, status: "declined" }),
    handover("0", { mine: true, conversation: "b" }),
  ];
  assert.equal(ofChat(listed, "a").handover.id, "2");
  assert.equal(ofChat(listed, "a").advice.id, "3");
  assert.equal(ofChat(listed, "c").handover, undefined);
});

test("the first lists are no news, and every later change is news once", () => {
  const open = [handover("1", { mine: true })];
  const declined = [handover("1", { mine: true, status: "declined" })];
  assert.deepEqual(changes(null, declined), []);
  assert.deepEqual(changes(open, open), []);
  assert.deepEqual(changes(open, declined).map(({ side }) => side), ["asked"]);
  assert.deepEqual(changes(declined, declined), []);
});

test("who had the chat and to whom it was given are told apart", () => {
  const given = { way: "given", status: "accepted" };
  assert.equal(changes([], [handover("1", { ...given, was_mine: true })])[0].side, "had");
  assert.equal(changes([], [handover("1", { ...given, to_me: true })])[0].side, "given");
  assert.equal(changes([], [handover("1", { ...given, mine: true })])[0].side, "asked");
});

test("a chat leaves me when a colleague has it, and not when it is given to me or looked along at", () => {
  const accepted = { status: "accepted" };
  assert.ok(leaves({ ...handover("1", accepted), side: "asked" }));
  assert.ok(leaves({ ...handover("1", { ...accepted, way: "taken" }), side: "had" }));
  assert.ok(!leaves({ ...handover("1", { ...accepted, way: "given" }), side: "given" }));
  assert.ok(!leaves({ ...handover("1", { ...accepted, way: "advice" }), side: "asked" }));
  assert.ok(!leaves({ ...handover("1", { status: "declined" }), side: "asked" }));
});
