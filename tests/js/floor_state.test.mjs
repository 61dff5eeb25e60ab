/** The supervisor's floor: what a frame changes, and what is shown in which order. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY, apply, shown } from "../../chat/static/chat/floor_state.js";

const chat = (id, more = {}) => ({
  id,
  name: id,
  language: "nl",
  status: "active",
  owner: 1,
  since: "2026-01-01T12:00",
  from: more.since ?? "2026-01-01T12:00",
  unanswered: "",
  danger: "",
  acknowledged: false,
  ...more,
});
const person = (id, more = {}) => ({ id, name: `P${id}`, capacity: 2, load: 0, presence: "on", ...more });
const ids = (rows) => rows.map(({ id }) => id);

test("a fresh floor replaces what was held, over several frames", () => {
  let floor = apply(EMPTY, { fresh: true, chats: [chat("old")], tag: "a" });
  floor = apply(floor, { fresh: true, people: [person(1)], chats: [chat("a")] });
  assert.equal(floor.tag, "");
  floor = apply(floor, { chats: [chat("b")], tag: "b" });
  assert.deepEqual([...floor.chats.keys()], ["a", "b"]);
  assert.equal(floor.tag, "b");
});

test("a change renews rows and lets go of those that left", () => {
  let floor = apply(EMPTY, { fresh: true, chats: [chat("a"), chat("b")], people: [person(1)] });
  floor = apply(floor, { chats: [chat("a", { status: "paused" })], gone: ["b"], left: ["1"] });
  assert.deepEqual([...floor.chats.values()].map(({ id, status }) => [id, status]), [["a", "paused"]]);
  assert.equal(floor.people.size, 0);
  assert.equal(EMPTY.chats.size, 0);
});

test("who wants to talk stays until others are told", () => {
  let floor = apply(EMPTY, { fresh: true, asking: [{ id: "x" }] });
  floor = apply(floor, { chats: [chat("a")] });
  assert.deepEqual(ids(shown(floor).asking), ["x"]);
  floor = apply(floor, { asking: [] });
  assert.deepEqual(shown(floor).asking, []);
});

test("who waits longest stands first, and alarms that nobody saw", () => {
  const floor = apply(EMPTY, {
    chats: [
      chat("late", { status: "waiting", owner: 0, since: "2026-01-01T12:05" }),
      chat("early", { status: "waiting", owner: 0, since: "2026-01-01T12:01" }),
      chat("seen", { danger: "x", acknowledged: true }),
      chat("unseen", { danger: "x", since: "2026-01-01T13:00" }),
      chat("long", { unanswered: "2026-01-01T12:02" }),
      chat("longer", { unanswered: "2026-01-01T12:01" }),
    ],
  });
  const now = shown(floor);
  assert.deepEqual(ids(now.waiting), ["early", "late"]);
  assert.equal(now.longest.since, "2026-01-01T12:01");
  assert.deepEqual(ids(now.alarms), ["unseen", "seen"]);
  assert.deepEqual(ids(now.unseen), ["unseen"]);
  assert.deepEqual(ids(now.unanswered), ["longer", "long"]);
});

test("everybody has their chats and room, and nobody has less than none", () => {
  const floor = apply(EMPTY, {
    people: [
      person(2, { load: 1 }),
      person(1, { load: 3 }),
      person(0, { presence: "off" }),
      person(3, { presence: "paused" }),
    ],
    chats: [chat("a", { owner: 2 }), chat("b", { owner: 1 })],
  });
  const now = shown(floor);
  assert.equal(now.room, 1);
  assert.equal(now.onDuty, 2);
  assert.deepEqual(
    now.rooms.map(({ person: { id }, chats }) => [id, ids(chats)]),
    [
      [1, ["b"]],
      [2, ["a"]],
      [3, []],
      [0, []],
    ],
  );
});
