import assert from "node:assert/strict";
import { test } from "node:test";

import { target } from "../../intake/removal/static/removal/queue.js";

test("arrows and letters go through the rows, and stop at the ends", () => {
  assert.equal(target("ArrowDown", 0, 3), 1);
  assert.equal(target("j", 2, 3), 2);
  assert.equal(target("k", 1, 3), 0);
  assert.equal(target("ArrowUp", 0, 3), 0);
  assert.equal(target("Home", 2, 3), 0);
  assert.equal(target("End", 0, 3), 2);
});

test("any other key is left alone", () => {
  for (const key of ["Enter", "Tab", " ", "a", "x"]) assert.equal(target(key, 0, 3), null);
});
