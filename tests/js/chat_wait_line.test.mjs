/** The line about the wait follows what really happens, and asks nothing of who does not wait. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { WaitLine } from "../../chat/static/chat/wait_line.js";
import { clock } from "./world.mjs";

/** A line on a page, and a server that answers with what `says` holds. */
function page({ says = ["later"], visible = () => true, text = "at first" } = {}) {
  const time = clock();
  const line = { textContent: text, hidden: false, dataset: { wait: "/wait/" } };
  const asked = [];
  const fetch = async (url) => {
    asked.push(url);
    const answer = says[Math.min(asked.length, says.length) - 1];
    if (answer instanceof Error) throw answer;
    return { ok: true, json: async () => ({ wait: answer }) };
  };
  const wait = new WaitLine({ line, fetch, timers: time.timers, visible });
  const pass = async (seconds) => {
    for (let step = 0; step < seconds; step += 1) {
      time.pass(1000);
      await new Promise(setImmediate);
    }
  };
  return { line, wait, asked, pass };
}

test("it says what holds now, every half minute, and stops when somebody answers", async () => {
  const { line, wait, asked, pass } = page({ says: ["five minutes", "", "six minutes"] });
  assert.equal(line.hidden, false);
  wait.keepUp(true);
  await pass(29);
  assert.equal(line.textContent, "at first");
  await pass(2);
  assert.equal(line.textContent, "five minutes");
  await pass(30);
  assert.equal(line.hidden, true);
  wait.keepUp(false);
  await pass(300);
  assert.equal(asked.length, 2);
});

test("who is given back to the line hears at once how long it is now", async () => {
  const { line, wait, pass } = page({ says: ["first in line"] });
  wait.keepUp(true);
  wait.keepUp(false);
  wait.keepUp(true);
  await pass(1);
  assert.equal(line.textContent, "first in line");
});

test("a break changes nothing, and a page that nobody sees asks nothing", async () => {
  let seen = true;
  const { line, wait, asked, pass } = page({
    says: [new Error("no network"), "again"],
    visible: () => seen,
  });
  wait.keepUp(true);
  await pass(31);
  assert.equal(line.textContent, "at first");
  seen = false;
  await pass(90);
  assert.equal(asked.length, 1);
  seen = true;
  await pass(30);
  assert.equal(line.textContent, "again");
});

test("a line without words is not shown", () => {
  assert.equal(page({ text: "" }).line.hidden, true);
});
