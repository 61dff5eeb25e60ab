// What is read of a file with links, and what is not.
import assert from "node:assert/strict";
import { File } from "node:buffer";
import { test } from "node:test";

import { cellsOf, read, textOf } from "../../intake/report/static/report/from_file.js";

const bytes = (...parts) => new Uint8Array(parts.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part)] : part)));

test("text is read as UTF-8, as UTF-16 with its mark, and as Excel writes it", () => {
  assert.equal(textOf(bytes("café")), "café");
  assert.equal(textOf(bytes([0xff, 0xfe], [...Buffer.from("café", "utf16le")])), "café");
  assert.equal(textOf(bytes([0xfe, 0xff, 0, 0x68, 0, 0x69])), "hi");
  assert.equal(textOf(bytes("caf", [0xe9])), "café");
});

test("what is no text is not read", async () => {
  assert.equal(textOf(bytes([0x89], "PNG", [0, 0, 1])), null);
  const file = new File([bytes([0x89], "PNG", [0, 0, 1])], "links.txt", { type: "text/plain" });
  assert.deepEqual(await read(file), { problem: "unreadable" });
});

test("a picture is refused without being read", async () => {
  const picture = { type: "image/png", size: 3, name: "a.png", arrayBuffer: () => assert.fail("it was read") };
  assert.deepEqual(await read(picture), { problem: "picture" });
  assert.deepEqual(await read({ ...picture, type: "video/mp4" }), { problem: "picture" });
});

test("a file that is too big is refused without being read", async () => {
  const big = { type: "text/plain", size: 1_000_001, name: "a.txt", arrayBuffer: () => assert.fail("it was read") };
  assert.deepEqual(await read(big), { problem: "big" });
});

test("cells of a CSV file stand on lines of their own", () => {
  assert.equal(cellsOf("a.example/1,a.example/2\r\na.example/3\r\n"), "a.example/1\na.example/2\na.example/3");
  assert.equal(cellsOf("site;seen\na.example/1,2;nov\n"), "site\nseen\na.example/1,2\nnov");
  assert.equal(cellsOf('url\tnote\n"a.example/1\t2"\t"she said ""no"""'), 'url\nnote\na.example/1\t2\nshe said "no"');
});

test("a quote in the middle of an address is a part of it", () => {
  assert.equal(cellsOf('a.example/?q="x"\n'), 'a.example/?q="x"');
});

test("a mark at the start of the file does not reach the box", async () => {
  const csv = new File(["\ufeffa.example/1;a.example/2"], "LINKS.CSV");
  assert.deepEqual(await read(csv), { text: "a.example/1\na.example/2" });
});

test("two hundred addresses of a file all reach the box", async () => {
  const links = Array.from({ length: 200 }, (_, n) => `https://example.org/${n}`);
  const text = await read(new File([links.join("\r\n")], "links.txt", { type: "text/plain" }));
  assert.deepEqual(text.text.split(/\r?\n/), links);
  const csv = await read(new File([links.map((link) => `"${link}",nov`).join("\n")], "links.csv"));
  assert.deepEqual(csv.text.split("\n").filter((line) => line !== "nov"), links);
});
