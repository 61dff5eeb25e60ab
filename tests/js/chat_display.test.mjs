import assert from "node:assert/strict";
import { test } from "node:test";

import { Notice } from "../../chat/static/chat/display.js";
import { keepUp } from "../../chat/static/chat/strip.js";

function storage(held = {}) {
  return { getItem: (key) => held[key] ?? null, setItem: (key, value) => (held[key] = value), held };
}

function notice({ kept = {}, visibilityState = "hidden" } = {}) {
  const heard = [];
  const document = { title: "Helplijn", visibilityState };
  const made = new Notice({ document, storage: storage(kept), chime: () => heard.push("chime") });
  return { made, document, heard };
}

test("without a choice a dot shows and nothing sounds", () => {
  const { made, document, heard } = notice();
  made.tell();
  made.tell();
  assert.equal(document.title, "• Helplijn");
  assert.deepEqual(heard, []);
  made.seen();
  assert.equal(document.title, "Helplijn");
});

test("a page that is looked at keeps its title", () => {
  const { made, document } = notice({ visibilityState: "visible" });
  made.tell();
  assert.equal(document.title, "Helplijn");
});

test("sound sounds once it is chosen, and again in the next page of this tab", () => {
  const { made, heard } = notice();
  made.choose("sound");
  made.tell();
  assert.deepEqual(heard, ["chime", "chime"]);
  const next = notice({ kept: { notice: "sound" } });
  next.made.tell();
  assert.deepEqual(next.heard, ["chime"]);
});

test("quiet takes away the dot and the sound", () => {
  const { made, document, heard } = notice();
  made.tell();
  made.choose("nothing");
  assert.equal(document.title, "Helplijn");
  made.tell();
  assert.equal(document.title, "Helplijn");
  assert.deepEqual(heard, []);
});

test("what another page kept under that name is no choice", () => {
  const { made } = notice({ kept: { notice: "loud" } });
  assert.equal(made.kind, "dot");
});

function strip() {
  const names = new Set();
  const line = { textContent: "" };
  return {
    dataset: { place: "/nl/chat/place/" },
    hidden: false,
    classList: {
      contains: (name) => names.has(name),
      toggle: (name, on) => (on ? names.add(name) : names.delete(name)),
    },
    querySelector: () => line,
    line,
    names,
  };
}

const says = (place) => async () => ({ ok: true, json: async () => place });

test("the line tells once that somebody answers", async () => {
  const shown = strip();
  const told = [];
  let place = { text: "Je bent nummer 2", ready: false };
  const look = keepUp(shown, { fetch: (...given) => says(place)(...given), tell: () => told.push(1) });
  assert.equal(await look(), true);
  assert.equal(shown.line.textContent, "Je bent nummer 2");
  place = { text: "Er is iemand", ready: true };
  await look();
  await look();
  assert.equal(shown.line.textContent, "Er is iemand");
  assert.ok(shown.names.has("chat-strip--ready"));
  assert.deepEqual(told, [1]);
});

test("the line goes with the chat, and asks no more", async () => {
  const shown = strip();
  const look = keepUp(shown, { fetch: says({ text: "", ready: false }), tell() {} });
  assert.equal(await look(), false);
  assert.equal(shown.hidden, true);
});

test("the line stays as it is while the network is away", async () => {
  const shown = strip();
  shown.line.textContent = "Je bent nummer 2";
  const fails = async () => {
    throw new TypeError("network");
  };
  assert.equal(await keepUp(shown, { fetch: fails, tell() {} })(), true);
  assert.equal(await keepUp(shown, { fetch: async () => ({ ok: false }), tell() {} })(), true);
  assert.equal(shown.line.textContent, "Je bent nummer 2");
  assert.equal(shown.hidden, false);
});
