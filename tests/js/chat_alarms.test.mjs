import assert from "node:assert/strict";
import { test } from "node:test";

import { Alarms } from "../../chat/static/chat/alarms.js";

function pressed() {
  const sent = [];
  const alarms = new Alarms((id) => sent.push(id));
  alarms.press("a");
  return { alarms, sent };
}
const row = (more = {}) => ({ id: "a", danger: false, status: "active", ...more });
const desk = (...mine) => ({ type: "desk", waiting: [], mine, alarms: [] });

test("an alarm goes again after every break until it is raised", () => {
  const { alarms, sent } = pressed();
  alarms.hear({ type: "refused", about: "danger", code: "later", conversation: "a" });
  alarms.hear({ type: "welcome" });
  alarms.hear(desk(row()));
  assert.equal(alarms.waits("a"), true);
  alarms.hear({ type: "welcome" });
  alarms.hear(desk(row({ danger: true })));
  alarms.hear({ type: "welcome" });
  assert.deepEqual(sent, ["a", "a", "a"]);
  assert.equal(alarms.waits("a"), false);
});

test("what cannot be raised any more does not go again", () => {
  for (const frame of [
    { type: "refused", about: "danger", code: "unknown", conversation: "a" },
    { type: "shut", conversation: "a" },
    { type: "opened", conversation: row({ status: "ended" }) },
  ]) {
    const { alarms, sent } = pressed();
    alarms.hear(frame);
    alarms.hear({ type: "welcome" });
    assert.deepEqual(sent, ["a"]);
  }
});

test("an alarm that waits survives that the page is loaded anew", () => {
  const kept = new Map();
  const storage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => kept.set(name, text),
    removeItem: (name) => kept.delete(name),
  };
  new Alarms(() => false, storage).press("a");
  const sent = [];
  const after = new Alarms((id) => sent.push(id), storage);
  assert.equal(after.waits("a"), true);
  after.hear({ type: "welcome" });
  assert.deepEqual(sent, ["a"]);
  after.hear(desk(row({ danger: true })));
  assert.equal(kept.size, 0);
  assert.equal(new Alarms(() => false, storage).waits("a"), false);
});
