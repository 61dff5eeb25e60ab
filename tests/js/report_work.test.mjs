import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";

import { work } from "../../intake/report/static/report/work.js";

globalThis.crypto ??= webcrypto; // a browser's; Node has it by itself from version 20 on

const CHALLENGE = { parameters: { algorithm: "PBKDF2/SHA-256" }, signature: "s" };

/** A place on the page with its challenge and its field. */
function place() {
  const field = { value: "" };
  return {
    field,
    dataset: { work: JSON.stringify(CHALLENGE), worker: "/worker.js" },
    querySelector: () => field,
  };
}

/** Workers that answer as they are told, and remember what they were asked. */
function workers(answer) {
  const made = [];
  const make = (url) => {
    const worker = {
      url,
      terminated: false,
      terminate: () => (worker.terminated = true),
      postMessage: (asked) => {
        worker.asked = asked;
        answer(worker, made.indexOf(worker));
      },
    };
    made.push(worker);
    return worker;
  };
  return { made, make };
}

test("the first solution is the proof, and every worker stops", async () => {
  const { made, make } = workers((worker, number) => {
    if (number === 0) queueMicrotask(() => worker.onmessage({ data: { counter: 7, derivedKey: "k" } }));
  });
  const where = place();
  assert.equal(await work(where, make), true);
  const proof = JSON.parse(atob(where.field.value));
  assert.deepEqual(proof, { challenge: CHALLENGE, solution: { counter: 7, derivedKey: "k" } });
  assert.ok(made.length >= 1);
  assert.ok(made.every((worker) => worker.terminated));
  assert.deepEqual(
    made.map(({ asked }) => [asked.counterStart, asked.counterStep]),
    made.map((_worker, number) => [number, made.length]),
  );
});

test("a worker that fails leaves the field empty: the report waits", async () => {
  const { made, make } = workers((worker) => queueMicrotask(() => worker.onerror(new Error("no"))));
  const where = place();
  assert.equal(await work(where, make), false);
  assert.equal(where.field.value, "");
  assert.ok(made.every((worker) => worker.terminated));
});

test("a worker that cannot be made leaves the field empty", async () => {
  const where = place();
  const refused = () => {
    throw new Error("the policy forbids it");
  };
  assert.equal(await work(where, refused), false);
  assert.equal(where.field.value, "");
});

test("a worker that ran out of time leaves the field empty", async () => {
  const { make } = workers((worker) => queueMicrotask(() => worker.onmessage({ data: null })));
  const where = place();
  assert.equal(await work(where, make), false);
  assert.equal(where.field.value, "");
});

test("work that is done is not done again", async () => {
  const { made, make } = workers(() => {});
  const where = place();
  where.field.value = "proof";
  assert.equal(await work(where, make), false);
  assert.equal(made.length, 0);
});
