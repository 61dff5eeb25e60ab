/** The box that is typed in: a picture is caught wherever it comes in, and no word is lost. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Composer, keepOutbox, readOutbox, tooLong } from "../../chat/static/chat/composer.js";
import { carriesFiles, catchPictures } from "../../chat/static/chat/pictures.js";
import { fill } from "../../chat/static/chat/view.js";
import { storage } from "./world.mjs";

const event = (type, name, transfer) => {
  const made = new Event(type, { cancelable: true });
  made[name] = transfer;
  return made;
};

test("files are seen, text is not taken for one", () => {
  assert.equal(carriesFiles({ files: [{}], types: [] }), true);
  assert.equal(carriesFiles({ files: [], types: ["Files"] }), true);
  assert.equal(carriesFiles({ files: [], types: ["text/plain", "text/html"] }), false);
  assert.equal(carriesFiles(null), false);
});

test("a pasted and a dropped picture go nowhere, and the person is told", () => {
  const target = new EventTarget();
  let told = 0;
  let reached = 0;
  catchPictures(target, () => (told += 1));
  target.addEventListener("drop", () => (reached += 1));
  const picture = { files: [{}], types: ["Files"] };
  for (const [type, name] of [
    ["paste", "clipboardData"],
    ["drop", "dataTransfer"],
    ["dragover", "dataTransfer"],
  ]) {
    const made = event(type, name, picture);
    target.dispatchEvent(made);
    assert.equal(made.defaultPrevented, true, type);
  }
  assert.equal(told, 2);
  const text = event("paste", "clipboardData", { files: [], types: ["text/plain"] });
  target.dispatchEvent(text);
  assert.equal(text.defaultPrevented, false);
  assert.equal(told, 2);
});

test("4 KiB counts bytes", () => {
  assert.equal(tooLong("é".repeat(2048)), false);
  assert.equal(tooLong("é".repeat(2049)), true);
});

test("sentences are filled by name", () => {
  assert.equal(fill("%(a)s en %(b)s", { a: "x" }), "x en %(b)s");
});

test("unsent messages survive a reload of the tab, and are gone once sent", () => {
  const held = new Map();
  const storage = {
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => held.set(key, value),
    removeItem: (key) => held.delete(key),
  };
  const outbox = [{ id: "a", text: "Hoi", state: "queued" }];
  keepOutbox(storage, "k", outbox);
  assert.deepEqual(readOutbox(storage, "k"), outbox);
  assert.deepEqual(readOutbox(storage, "other"), []);
  keepOutbox(storage, "k", []);
  assert.equal(held.size, 0);
  assert.deepEqual(readOutbox(null, "k"), []);
});

test("each conversation has a draft of its own, and what is over has none", () => {
  const box = Object.assign(new EventTarget(), { value: "", focus() {}, removeAttribute() {} });
  const kept = storage();
  const composer = new Composer({
    form: new EventTarget(),
    box,
    problem: {},
    words: { problems: {} },
    onSend() {},
    onType() {},
    storage: kept,
  });
  composer.change("a");
  box.value = "half";
  box.dispatchEvent(new Event("input"));
  composer.change("b");
  assert.equal(box.value, "");
  assert.deepEqual([composer.holds("a"), composer.holds("b")], [true, false]);
  composer.change("a");
  assert.equal(box.value, "half");
  composer.change("b");
  composer.drop("a");
  assert.equal(composer.holds("a"), false);
  box.value = "of b";
  box.dispatchEvent(new Event("input"));
  composer.drop("b");
  assert.equal(box.value, "");
  assert.equal(kept.held.size, 0);
});
