import assert from "node:assert/strict";
import { test } from "node:test";

import { beginsSearch, blank, blanks, fillIn, search } from "../../chat/static/chat/replies.js";

const REPLIES = [
  { title: "Welkom", words: "hallo", text: "Hoi {visitor}", language: "nl" },
  { title: "Niet betalen", words: "chantage", text: "Betaal niets, zeg hallo", language: "nl" },
  { title: "Welcome", words: "hello", text: "Hi {visitor}", language: "en" },
  { title: "Blijf één minuut", words: "", text: "Zo terug", language: "nl" },
];
const titles = (query, language = "nl") => search(REPLIES, query, language).map((one) => one.title);

test("without words everything is there, the chat's language first", () => {
  assert.deepEqual(titles(""), ["Welkom", "Niet betalen", "Blijf één minuut", "Welcome"]);
  assert.equal(titles("", "en")[0], "Welcome");
});

test("the name goes before other words, and these before the text", () => {
  assert.deepEqual(titles("wel"), ["Welkom", "Welcome"]);
  assert.deepEqual(titles("hallo"), ["Welkom", "Niet betalen"]);
  assert.deepEqual(titles("bet"), ["Niet betalen"]);
});

test("every word has to be met, in any order, without accents or capitals", () => {
  assert.deepEqual(titles("HALLO betaal"), ["Niet betalen"]);
  assert.deepEqual(titles("een minuut"), ["Blijf één minuut"]);
  assert.deepEqual(titles("welkom betalen"), []);
});

test("what editors and searchers type is no pattern", () => {
  assert.deepEqual(titles("(.*"), []);
});

test("places are filled in; one of which nothing is known takes its space along", () => {
  const values = { visitor: "Merel", counsellor: "Noor" };
  assert.equal(fillIn("Hoi {visitor}, ik ben {counsellor}.", values), "Hoi Merel, ik ben Noor.");
  assert.equal(fillIn("Hoi {visitor}, dag", { visitor: "" }), "Hoi, dag");
  assert.equal(fillIn("{visitor} {other}", { visitor: "" }), " {other}");
});

test("a name cannot bring a place of its own", () => {
  assert.equal(fillIn("{visitor}", { visitor: "{counsellor}", counsellor: "x" }), "{counsellor}");
});

test("what is to be filled in is found from a place on", () => {
  const text = "[a] en [b c]";
  assert.deepEqual(blank(text), { start: 0, end: 3 });
  assert.deepEqual(blank(text, 3), { start: 7, end: 12 });
  assert.equal(blank("niets [] hier"), null);
  assert.deepEqual(blanks(text), ["[a]", "[b c]"]);
});

test("a slash begins a search before a word only", () => {
  assert.ok(beginsSearch("", 0, 0));
  assert.ok(beginsSearch("hoi ", 4, 4));
  assert.ok(beginsSearch("hoi\n", 4, 4));
  assert.ok(!beginsSearch("en", 2, 2)); // en/of
  assert.ok(!beginsSearch("hoi", 0, 3));
});
