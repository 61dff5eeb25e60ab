import assert from "node:assert/strict";
import { test } from "node:test";

import { merge, unseen } from "../../chat/static/chat/notes.js";

const note = (id, more = {}) => ({ id, kind: "note", text: id, seen: "", ...more });

test("notes keep their order; one that comes again is renewed in its place", () => {
  const both = merge([note("a"), note("b")], [note("a", { seen: "now" }), note("c")]);
  assert.deepEqual(
    both.map(({ id, seen }) => [id, seen]),
    [
      ["a", "now"],
      ["b", ""],
      ["c", ""],
    ],
  );
});

test("only a whisper waits to be read", () => {
  const whisper = { kind: "whisper" };
  const found = unseen([note("a"), note("b", whisper), note("c", { ...whisper, seen: "now" })]);
  assert.deepEqual(
    found.map(({ id }) => id),
    ["b"],
  );
});
