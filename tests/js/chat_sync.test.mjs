/** What a page says about its connection: honest, quiet, and not every second. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { SyncLine, wordsFor } from "../../chat/static/chat/sync.js";
import { clock } from "./world.mjs";

const words = {
  stale: "stale %(time)s",
  later: "later %(time)s",
  connecting: "connecting",
  slower: "slower",
  reload: "renewed",
  reload_now: "Reload",
  over: "over",
  signed_out: "signed out",
  sign_in: "Sign in",
};
const noon = new Date(2026, 10, 22, 12, 0).getTime();
const MINUTE = 60000;
const well = { online: true, final: "", lag: 0, later: false, lastGood: noon, polling: false, known: true };
const said = (state, passed = 0) => wordsFor({ ...well, ...state }, words, "nl", noon + passed);

test("when all is well nothing is said, or that it is", () => {
  assert.deepEqual(said({}), { kind: "", text: "" });
  assert.equal(wordsFor(well, { ...words, online: "up to date" }, "nl", noon).text, "up to date");
});

test("without a connection it says since when, after a short grace", () => {
  assert.equal(said({ online: false }, 1000), null);
  assert.deepEqual(said({ online: false }, 3000), { kind: "trouble", text: "stale 12:00" });
  assert.equal(said({ online: false }, 10 * MINUTE).text, "stale 12:00");
});

test("the first connection may take a little longer", () => {
  assert.equal(said({ online: false, known: false }, 9000).text, "connecting");
  assert.equal(said({ online: false, known: false }, 10000).text, "stale 12:00");
});

test("a database that lags is trouble although there is a connection", () => {
  assert.deepEqual(said({ lag: 9 }, 9000), { kind: "trouble", text: "stale 12:00" });
});

test("when nothing can be kept it says so at once, with or without a connection", () => {
  assert.deepEqual(said({ later: true }), { kind: "trouble", text: "later 12:00" });
  assert.deepEqual(said({ later: true, online: false }), { kind: "trouble", text: "later 12:00" });
});

test("polling is no alarm", () => {
  assert.deepEqual(said({ polling: true }), { kind: "quiet", text: "slower" });
});

test("a renewed page offers to reload, a signed out one to sign in; the end is only told", () => {
  assert.deepEqual(said({ online: false, final: "version" }), {
    kind: "stop",
    text: "renewed",
    again: "Reload",
  });
  assert.equal(said({ online: false, final: "sign_in" }).again, "Sign in");
  assert.equal(said({ online: false, final: "unknown" }).text, "over");
  assert.equal(said({ online: false, final: "over" }).text, "");
});

test("the line is touched only when its words change, and by itself when the grace is over", () => {
  const time = clock();
  let touched = 0;
  const line = {
    hidden: false,
    classList: { toggle() {} },
    replaceChildren: (text) => {
      touched += 1;
      line.text = text;
    },
  };
  const sync = new SyncLine({ line, page: "/", name: "sync", words, language: "nl", ...time });
  const state = { ...well, lastGood: time.now() };
  sync.show(state);
  assert.deepEqual([touched, line.hidden], [1, true]);
  sync.show({ ...state, online: false });
  assert.equal(touched, 1);
  time.pass(3000);
  assert.equal(touched, 2);
  assert.match(line.text, /^stale/);
  time.pass(3 * MINUTE);
  for (let turn = 0; turn < 5; turn += 1) sync.show({ ...state, online: false });
  assert.equal(touched, 2);
  sync.show({ ...state, online: false });
  sync.show({ ...state, lastGood: time.now() });
  time.pass(MINUTE);
  assert.deepEqual([touched, line.hidden], [3, true]);
});
