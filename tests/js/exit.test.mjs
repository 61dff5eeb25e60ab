/** The way out, in a window made of plain objects. What a browser adds is in tests/e2e. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const source = readFileSync(
  new URL("../../helpline/static/helpline/exit.js", import.meta.url),
  "utf8",
);
const AWAY = "https://weather.test/";

function open({ left = false, type = "navigate", storage = true } = {}) {
  const kept = new Map(left ? [["left", "1"]] : []);
  const listeners = { window: {}, document: {} };
  const timers = new Map();
  const seen = { replaced: [], beacons: [], events: [], classes: new Set(), now: 0 };
  const listen = (on) => (name, handler) => {
    listeners[on][name] = handler;
  };
  const refuse = () => {
    throw new Error("storage is switched off");
  };
  const body = { appendChild() {}, replaceChildren: () => seen.events.push("blank") };
  const context = {
    CustomEvent: class {
      constructor(name) {
        this.type = name;
      }
    },
    Date: { now: () => seen.now },
    document: {
      documentElement: {
        classList: {
          add: (name) => seen.classes.add(name),
          remove: (name) => seen.classes.delete(name),
        },
        getAttribute: () => AWAY,
      },
      body,
      title: "Helpline",
      createElement: () => ({}),
      querySelector: () => null,
      getElementById: () => null,
      addEventListener: listen("document"),
      dispatchEvent: (event) => seen.events.push(event.type),
    },
    location: { replace: (url) => seen.replaced.push(url) },
    navigator: { sendBeacon: (url) => seen.beacons.push(url) },
    performance: { getEntriesByType: () => [{ type }] },
    sessionStorage: storage
      ? {
          getItem: (key) => kept.get(key) ?? null,
          setItem: (key, value) => kept.set(key, value),
          removeItem: (key) => kept.delete(key),
        }
      : { getItem: refuse, setItem: refuse, removeItem: refuse },
    setTimeout(callback, wait, ...args) {
      const id = timers.size + 1;
      timers.set(id, { at: seen.now + wait, run: () => callback(...args) });
      return id;
    },
    clearTimeout: (id) => timers.delete(id),
  };
  context.window = { addEventListener: listen("window") };
  vm.runInNewContext(source, context);
  return {
    ...seen,
    kept,
    seen,
    key: (key, more = {}) => listeners.document.keydown({ key, ...more }),
    point: () => listeners.document.pointerdown({}),
    click: (inside) =>
      listeners.document.click({
        target: { closest: () => (inside ? {} : null) },
        preventDefault: () => seen.events.push("prevented"),
      }),
    show: (persisted) => listeners.window.pageshow({ persisted }),
    hide: () => listeners.window.pagehide({}),
    wait(ms) {
      seen.now += ms;
      for (const [id, timer] of timers) {
        if (timer.at <= seen.now) {
          timers.delete(id);
          timer.run();
        }
      }
    },
  };
}

test("the button blanks the page, tells the server and leaves, in that order", () => {
  const page = open();
  page.click(true);
  assert.deepEqual(page.events, ["prevented", "helpline:leave", "blank"]);
  assert.deepEqual(page.beacons, ["/leave/"]);
  assert.deepEqual(page.replaced, [AWAY]);
  assert.equal(page.kept.get("left"), "1");
  assert.ok(page.classes.has("left"));
});

test("another link does not leave", () => {
  const page = open();
  page.click(false);
  assert.deepEqual(page.replaced, []);
});

test("two presses of the button leave once", () => {
  const page = open();
  page.click(true);
  page.click(true);
  assert.equal(page.replaced.length, 1);
});

test("Shift three times within five seconds leaves", () => {
  const page = open();
  page.key("Shift");
  page.wait(2400);
  page.key("Shift");
  page.wait(2400);
  page.key("Shift");
  assert.deepEqual(page.replaced, [AWAY]);
});

test("Shift three times over more than five seconds does not leave", () => {
  const page = open();
  page.key("Shift");
  page.wait(2600);
  page.key("Shift");
  page.wait(2600);
  page.key("Shift");
  assert.deepEqual(page.replaced, []);
});

for (const [what, between] of [
  ["a letter", (page) => page.key("A")],
  ["a press of the pointer", (page) => page.point()],
]) {
  test(`${what} between the presses starts again`, () => {
    const page = open();
    for (let i = 0; i < 5; i += 1) {
      page.key("Shift");
      between(page);
    }
    assert.deepEqual(page.replaced, []);
  });
}

test("holding Shift, or Shift with another modifier, does not count", () => {
  const page = open();
  for (let i = 0; i < 5; i += 1) page.key("Shift", { repeat: true });
  for (let i = 0; i < 5; i += 1) page.key("Shift", { altKey: true });
  assert.deepEqual(page.replaced, []);
});

for (const type of ["back_forward", "reload"]) {
  test(`a page reached by ${type} after leaving leaves again before it shows`, () => {
    const page = open({ left: true, type });
    assert.deepEqual(page.replaced, [AWAY]);
    assert.ok(page.classes.has("left"));
  });
}

test("a page reached on purpose after leaving shows, and Back is ordinary again", () => {
  const page = open({ left: true });
  assert.deepEqual(page.replaced, []);
  assert.equal(page.kept.has("left"), false);
});

test("a page put aside is hidden, and shows again only to who did not leave", () => {
  const page = open();
  page.hide();
  assert.ok(page.classes.has("left"));
  page.show(true);
  assert.ok(!page.classes.has("left"));
  page.hide();
  page.kept.set("left", "1");
  page.show(true);
  assert.deepEqual(page.replaced, [AWAY]);
  assert.ok(page.classes.has("left"));
});

test("it leaves with storage switched off", () => {
  const page = open({ storage: false });
  page.click(true);
  assert.deepEqual(page.replaced, [AWAY]);
});
