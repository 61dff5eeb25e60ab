import assert from "node:assert/strict";
import { test } from "node:test";

import { UnderWay } from "../../chat/static/chat/under_way.js";

function went(...types) {
  const underWay = new UnderWay();
  for (const type of types) underWay.went({ type });
  return underWay;
}

test("an act that was answered is not in doubt", () => {
  for (const frame of [
    { type: "done", about: "claim" },
    { type: "refused", about: "claim", code: "taken" },
  ]) {
    const underWay = went("claim");
    underWay.hear(frame);
    assert.equal(underWay.lost(), false);
  }
});

test("an act without an answer is in doubt, once", () => {
  const underWay = went("hand_over");
  underWay.hear({ type: "desk" });
  underWay.hear({ type: "refused", code: "slow", id: "a" });
  assert.equal(underWay.lost(), true);
  assert.equal(underWay.lost(), false);
});

test("answers come in the order of the acts", () => {
  const underWay = went("claim", "urgency", "urgency");
  underWay.hear({ type: "done", about: "urgency" });
  underWay.hear({ type: "done", about: "urgency" });
  assert.equal(underWay.lost(), false);
});
