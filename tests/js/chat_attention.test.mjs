/** What asks for a counsellor's attention, how loudly, and when there is a sound. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Bell, attention, levelOf, mayTake } from "../../chat/static/chat/attention.js";
import { Choice } from "../../chat/static/chat/choice.js";
import { storage } from "./world.mjs";

const NOW = Date.parse("2026-11-22T20:00:00Z");
const ago = (seconds) => new Date(NOW - seconds * 1000).toISOString();
const LIMITS = [120, 300];

const waiting = (seconds, long = LIMITS) => ({
  ...{ id: `w${seconds}`, status: "waiting", since: ago(seconds), long },
});
const mine = (asked, more = {}) => ({
  ...{ id: `m${asked}`, status: "active", asked: asked === null ? "" : ago(asked), fresh: 0, long: LIMITS },
  ...more,
});

function told(lists) {
  return attention(
    { waiting: [], mine: [], alarms: [], capacity: 2, ...lists },
    {
      isNew: (row) => row.fresh,
      silence: ({ asked }) => ({ asked }),
      now: NOW,
    },
  );
}

test("a wait grows louder twice", () => {
  assert.deepEqual(
    [119, 120, 299, 300, 9000].map((seconds) => levelOf(ago(seconds), LIMITS, NOW)),
    [0, 1, 1, 2, 2],
  );
});

test("each service says how long is long", () => {
  assert.equal(told({ waiting: [waiting(200, [600, 900])] }).level, 1);
  assert.equal(told({ waiting: [waiting(200, [600, 900]), waiting(130)] }).level, 2);
});

test("who waits beyond what the lists hold is counted", () => {
  assert.equal(told({ waiting: [waiting(10)], more: 12 }).count, 13);
});

test("nothing asks for nothing", () => {
  assert.deepEqual(told({}), { count: 0, level: 0, why: "" });
  assert.deepEqual(told({ mine: [mine(null), mine(10)] }), { count: 0, level: 0, why: "" });
});

test("who waits is counted, and called louder the longer it takes", () => {
  assert.deepEqual(told({ waiting: [waiting(5)] }), { count: 1, level: 1, why: "new" });
  assert.deepEqual(told({ waiting: [waiting(130), waiting(5)] }), {
    count: 2,
    level: 2,
    why: "waiting",
  });
  assert.equal(told({ waiting: [waiting(5), waiting(301)] }).level, 3);
});

test("who can take nobody more is not called for who waits, and sees the number", () => {
  const full = { waiting: [waiting(900)], mine: [mine(null), mine(null)] };
  assert.deepEqual(told(full), { count: 1, level: 0, why: "" });
  assert.deepEqual(told({ waiting: [waiting(900)], presence: "paused" }), {
    count: 1,
    level: 0,
    why: "",
  });
  assert.equal(mayTake({ capacity: 2, mine: [mine(null)] }), true);
});

test("a visitor without an answer is called for, also by who is full, unless they left", () => {
  const both = [mine(301), mine(null)];
  assert.deepEqual(told({ mine: both }), { count: 0, level: 3, why: "asked" });
  assert.equal(told({ mine: [mine(301, { status: "paused" })] }).level, 0);
});

test("an alarm that nobody has seen is as loud as it gets, and quiet once it is seen", () => {
  const alarm = (acknowledged) => ({ id: "a", acknowledged });
  assert.deepEqual(told({ alarms: [alarm(false)] }), { count: 1, level: 3, why: "alarm" });
  assert.equal(told({ alarms: [alarm(true)] }).level, 0);
});

test("it rings for what is new, when it gets louder, and again while it stays loud", () => {
  const bell = new Bell();
  const rings = (level, fresh, seconds) => bell.rings({ level }, fresh, NOW + seconds * 1000);
  assert.equal(rings(0, false, 0), false);
  assert.equal(rings(1, true, 1), true);
  assert.equal(rings(1, false, 600), false, "what was told is not told again");
  assert.equal(rings(2, false, 601), true);
  assert.equal(rings(2, false, 650), false);
  assert.equal(rings(2, false, 661), true);
  assert.equal(rings(3, false, 662), true);
  assert.equal(rings(3, false, 670), false);
  assert.equal(rings(3, false, 682), true);
  assert.equal(rings(0, false, 683), false);
});

test("a choice stays in the browser, and holds without storage", () => {
  const kept = storage();
  const choice = new Choice("sound", true, kept);
  assert.equal(choice.on, true);
  choice.set(false);
  assert.deepEqual([...kept.held], [["console sound", "off"]]);
  assert.equal(new Choice("sound", true, kept).on, false);
  const without = new Choice("sound", true, null);
  without.set(false);
  assert.equal(without.on, false);
});
