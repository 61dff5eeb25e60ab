/** The keys of the console: they work while something is typed, and take no letter of it. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { further, nextNew } from "../../chat/static/chat/going.js";
import { Keys, caps, pressed } from "../../chat/static/chat/keys.js";

const BOX = { matches: () => true };
const PAGE = { matches: () => false };

function press(key, { target = PAGE, ...more } = {}) {
  let prevented = false;
  return {
    key,
    target,
    preventDefault: () => (prevented = true),
    get defaultPrevented() {
      return prevented;
    },
    ...more,
  };
}

test("a key has one name, on every keyboard", () => {
  assert.equal(pressed(press("n", { altKey: true, code: "KeyN" })), "Alt+N");
  assert.equal(pressed(press("˜", { altKey: true, code: "KeyN" })), "Alt+N", "a Mac");
  assert.equal(pressed(press("ArrowDown", { altKey: true })), "Alt+ArrowDown");
  assert.equal(pressed(press("F8")), "F8");
  assert.equal(pressed(press("?", { shiftKey: true })), "?");
});

test("what types a character or belongs to the browser is not a key of ours", () => {
  const altGraph = { getModifierState: (name) => name === "AltGraph" };
  assert.equal(pressed(press("€", { altKey: true, code: "KeyE", ...altGraph })), "");
  assert.equal(pressed(press("n", { altKey: true, ctrlKey: true, code: "KeyN" })), "");
  assert.equal(pressed(press("F8", { metaKey: true })), "");
  assert.equal(pressed(press("F8", { shiftKey: true })), "");
  assert.equal(pressed(press("F8", { isComposing: true })), "");
  assert.equal(pressed(press("F8", { repeat: true })), "", "a key held down is one press");
});

test("a function key works in a box, and a character does not", () => {
  const done = [];
  const keys = new Keys();
  for (const key of ["F8", "?"]) keys.add({ key, says: key, work: () => done.push(key) });
  assert.equal(keys.hear(press("F8", { target: BOX })), true);
  assert.equal(keys.hear(press("?", { target: BOX })), false);
  assert.equal(keys.hear(press("?")), true);
  assert.equal(keys.hear(press("x")), false);
  assert.deepEqual(done, ["F8", "?"]);
});

test("characters can be switched off, and the rest stays", () => {
  const keys = new Keys({ characters: () => false });
  keys.add({ key: "?", says: "", work: () => assert.fail() });
  let danger = 0;
  keys.add({ key: "F8", says: "", work: () => (danger += 1) });
  const question = press("?");
  assert.equal(keys.hear(question), false);
  assert.equal(question.defaultPrevented, false);
  assert.equal(keys.hear(press("F8")), true);
  assert.equal(danger, 1);
});

test("a key that was heard is kept from the browser, and nobody hears it twice", () => {
  let count = 0;
  const keys = new Keys();
  keys.add({ key: "Alt+N", says: "", work: () => (count += 1) });
  const event = press("n", { altKey: true, code: "KeyN" });
  keys.hear(event);
  assert.equal(event.defaultPrevented, true);
  assert.equal(keys.hear(event), false);
  assert.equal(count, 1);
});

test("no key does two things, and the list has all of them in order", () => {
  const keys = new Keys();
  keys.add({ key: "Alt+W", says: "wait", work() {} });
  keys.add({ key: "F9", says: "minor", work() {} });
  assert.throws(() => keys.add({ key: "F9", says: "again", work() {} }), /two things/);
  assert.deepEqual(
    keys.list().map(({ key, says }) => [key, says]),
    [
      ["Alt+W", "wait"],
      ["F9", "minor"],
    ],
  );
  assert.deepEqual(caps("Alt+ArrowUp"), ["Alt", "↑"]);
});

test("every key stands in docs/keys.md, and nothing else does", () => {
  const folder = new URL("../../chat/static/chat/", import.meta.url);
  const scripts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"));
  const added = scripts.flatMap((text) =>
    [...text.matchAll(/keys\.add\(\{\s*key: "([^"]+)"/g)].map(([, key]) => key),
  );
  const page = readFileSync(new URL("../../docs/keys.md", import.meta.url), "utf8");
  const listed = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => key);
  assert.deepEqual(listed.sort(), added.sort());
  assert.ok(added.includes("F8"));
});

test("the next and the one before go round", () => {
  const rows = ["a", "b", "c"].map((id) => ({ id }));
  assert.equal(further(rows, "a", 1), "b");
  assert.equal(further(rows, "c", 1), "a");
  assert.equal(further(rows, "a", -1), "c");
  assert.equal(further(rows, "elsewhere", 1), "a");
  assert.equal(further(rows, "", -1), "c");
  assert.equal(further([], "a", 1), "");
});

test("the next with something new comes after the one in view, and is never that one", () => {
  const rows = ["a", "b", "c"].map((id) => ({ id }));
  const isNew = (...ids) => (row) => ids.includes(row.id);
  assert.equal(nextNew(rows, "b", isNew("a", "c")), "c");
  assert.equal(nextNew(rows, "c", isNew("a", "b")), "a");
  assert.equal(nextNew(rows, "b", isNew("b")), "");
  assert.equal(nextNew(rows, "", isNew("b")), "b");
});
