import assert from "node:assert/strict";
import test from "node:test";

import { left } from "../../chat/static/chat/after_chat.js";

const until = "2026-11-22T20:10:00+00:00";
const at = (time) => new Date(`2026-11-22T${time}+00:00`).getTime();

test("time left counts down to nothing", () => {
  assert.equal(left(until, at("20:08:00")), "2:00");
  assert.equal(left(until, at("20:08:55")), "1:05");
  assert.equal(left(until, at("20:09:59.5")), "0:01");
  assert.equal(left(until, at("20:10:00")), "");
  assert.equal(left(until, at("21:00:00")), "");
});
