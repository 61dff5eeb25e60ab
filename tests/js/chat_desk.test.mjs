/** The console's lists: a conversation stands where it belongs, and what is new is counted once. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { NOBODY, grow, place, silence, unread } from "../../chat/static/chat/desk.js";

const row = (id, status, more = {}) => ({ id, status, mine: false, seq: 3, read: 3, ...more });
const ids = (desk) => [desk.waiting, desk.mine, desk.alarms].map((rows) => rows.map(({ id }) => id));

test("a conversation that was taken goes from who waits to mine, and back", () => {
  const desk = { ...NOBODY, waiting: [row("a", "waiting"), row("b", "waiting")] };
  const taken = place(desk, row("a", "active", { mine: true }));
  assert.deepEqual(ids(taken), [["b"], ["a"], []]);
  assert.deepEqual(ids(place(taken, row("a", "paused", { mine: true }))), [["b"], ["a"], []]);
  assert.deepEqual(ids(place(taken, row("a", "waiting"))), [["b", "a"], [], []]);
  assert.deepEqual(ids(place(taken, row("a", "ended", { mine: true }))), [["b"], [], []]);
});

test("what a colleague took is in no list of mine, and an alarm stays with what is new", () => {
  const desk = { ...NOBODY, waiting: [row("a", "waiting")], alarms: [row("a", "waiting")] };
  const taken = place(desk, row("a", "active", { owner: "Robin" }));
  assert.deepEqual(ids(taken), [[], [], ["a"]]);
  assert.equal(taken.alarms[0].owner, "Robin");
});

test("news counts as new, once, and only in a conversation of mine", () => {
  const desk = { ...NOBODY, mine: [row("a", "active", { mine: true })] };
  const grown = grow(desk, "a", 5);
  assert.equal(unread(grown.mine[0]), 2);
  assert.equal(grow(grown, "a", 5), grown);
  assert.equal(grow(grown, "a", 4), grown);
  assert.equal(grow(desk, "other", 9), desk);
});

test("in a conversation that is open, own messages and what was looked at are not new", () => {
  const messages = [4, 5, 6, 7].map((seq) => ({ seq, from: seq === 6 ? "counsellor" : "visitor" }));
  const talk = { readTo: 4, seq: 7, conversation: { messages } };
  assert.equal(unread(row("a", "active", { seq: 7 }), talk), 2);
  assert.equal(unread(row("a", "active", { seq: 9 }), talk), 4);
  assert.equal(unread(row("a", "active", { seq: 7, read: 7 }), talk), 0);
});

test("since when a visitor waits for a word stays while their chat is renewed, and grows with news", () => {
  const desk = { ...NOBODY, mine: [row("a", "active", { mine: true, asked: "", said: "20:00" })] };
  const heard = grow(desk, "a", 4, "20:05");
  assert.deepEqual(silence(heard.mine[0]), { asked: "20:05", said: "20:05" });
  const again = grow(heard, "a", 5, "20:07");
  assert.deepEqual(silence(again.mine[0]), { asked: "20:05", said: "20:07" });
  const renewed = place(again, row("a", "active", { mine: true, seq: 5 }));
  assert.deepEqual(silence(renewed.mine[0]), { asked: "20:05", said: "20:07" });
});

test("what is open here tells more of a silence than the lists, once it is up to date", () => {
  const message = (seq, from) => ({ seq, from, at: `20:0${seq}` });
  const talk = (seq, ...messages) => ({ seq, conversation: { messages } });
  const said = [message(1, "visitor"), message(2, "system"), message(3, "counsellor")];
  const about = row("a", "active", { seq: 3, asked: "19:00", said: "19:00" });
  assert.deepEqual(silence(about, talk(3, ...said)), { asked: "", said: "20:03" });
  const more = [...said, message(4, "visitor"), message(5, "visitor"), message(6, "system")];
  assert.deepEqual(silence(about, talk(6, ...more)), { asked: "20:04", said: "20:05" });
  assert.deepEqual(silence(about, talk(1, said[0])), { asked: "19:00", said: "19:00" });
  assert.deepEqual(silence(row("a", "active"), undefined), { asked: "", said: "" });
});
