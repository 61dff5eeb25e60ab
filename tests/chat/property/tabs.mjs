/**
 * Tabs of the chat without a screen: the project's own pages, each in a world of its own, driven
 * over stdin and stdout by tabs.py. Network, time and chance are the driver's; what only draws is
 * mute, and keeps what it was given to draw. Nothing of the client is written a second time here.
 *
 * A line in is a list of commands, a line out {now, events, shown, errors}.
 */
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";

const CHAT = fileURLToPath(new URL("../../../chat/static/chat", import.meta.url));

/** Modules that only draw. */
const MUTE = new Set([
  "view.js",
  "lists.js",
  "room.js",
  "sync.js",
  "consent.js",
  "pictures.js",
  "parts.js",
]);

const sources = new Map();
const tabs = new Map();
const sockets = new Map();
const requests = new Map();
const timers = new Map();

let now = 0;
let number = 0;
let events = [];
let errors = [];

const tick = () => new Promise(setImmediate);
const fail = (error) => errors.push(String(error?.stack ?? error));
process.on("unhandledRejection", fail);

/** Call what a page gave us to call. */
function call(work, ...given) {
  try {
    return work?.(...given);
  } catch (error) {
    fail(error);
  }
}

function source(name) {
  if (!sources.has(name)) sources.set(name, readFileSync(path.join(CHAT, name), "utf8"));
  return sources.get(name);
}

// What a page draws on

/** Something of a page: it takes everything, shows nothing, and keeps what was written on it. */
function mute(held = {}) {
  const listeners = new Map();
  const known = {
    hidden: false,
    value: "",
    textContent: "",
    dataset: {},
    addEventListener: (type, work) => listeners.set(type, work),
    fire: (type) => call(listeners.get(type), { preventDefault() {} }),
    ...held,
  };
  return new Proxy(function () {}, {
    get(_, name) {
      if (name === Symbol.toPrimitive) return () => "";
      if (name === Symbol.iterator) return function* () {};
      if (name === "then") return undefined;
      if (!(name in known)) known[name] = mute();
      return known[name];
    },
    set(_, name, value) {
      known[name] = value;
      return true;
    },
    apply: () => mute(),
    construct: () => mute(),
  });
}

/** A class that draws: it keeps what it was made with and what it was last told, by method. */
function drawer(tab, name) {
  return class {
    constructor(given) {
      const told = {};
      tab.drawn[name] = { given, told };
      return new Proxy(this, {
        get: (_, method) => (...words) => {
          told[method] = words;
          if (name === "Transcript" && method === "draw") tab.changed = true;
          return mute();
        },
      });
    }
  };
}

function muted(tab, name, context) {
  const names = [...source(name).matchAll(/^export (?:class|function|const) (\w+)/gm)];
  const exported = names.map(([, each]) => each);
  return new vm.SyntheticModule(
    exported,
    function () {
      for (const each of exported) {
        this.setExport(each, /^[A-Z]/.test(each) ? drawer(tab, each) : () => mute());
      }
    },
    { context },
  );
}

// What a browser gives a page

class Socket {
  constructor(tab, url) {
    this.number = number += 1;
    this.tab = tab;
    this.readyState = 0;
    sockets.set(this.number, this);
    events.push({ type: "socket", socket: this.number, tab: tab.name, url });
  }
  send(text) {
    if (this.readyState === 0) throw new Error("InvalidStateError");
    if (this.readyState === 1) events.push({ type: "frame", socket: this.number, text });
  }
  close() {
    if (this.readyState > 1) return;
    this.readyState = 2;
    events.push({ type: "closing", socket: this.number });
  }
}

function ask(tab, url, { body, signal } = {}) {
  if (url !== tab.wire) return Promise.resolve({ ok: true });
  return new Promise((answer, refuse) => {
    const request = (number += 1);
    const settled = (work) => (value) => requests.delete(request) && work(value);
    requests.set(request, { tab, answer: settled(answer), refuse: settled(refuse) });
    events.push({ type: "request", request, tab: tab.name, body });
    signal.addEventListener("abort", () => {
      if (!requests.has(request)) return;
      requests.get(request).refuse(new Error("AbortError"));
      events.push({ type: "aborted", request });
    });
  });
}

function storage(held) {
  return {
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => held.set(key, value),
    removeItem: (key) => held.delete(key),
  };
}

/** Numbers that look like chance, and are the same for the same seed. */
function dice(seed) {
  let state = (seed % 2147483646) + 1;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

function world(tab) {
  const set = (every) => (work, ms = 0) => {
    const timer = (number += 1);
    timers.set(timer, { at: now + ms, work, every: every ? ms : 0, tab, timer });
    return timer;
  };
  const clear = (timer) => timers.delete(timer);
  const listeners = (held) => (type, work) => held.push([type, work]);
  const element = (id) => {
    if (!tab.elements.has(id)) tab.elements.set(id, mute());
    return tab.elements.get(id);
  };
  return {
    document: {
      getElementById: element,
      addEventListener: listeners(tab.listeners),
      documentElement: { lang: "nl" },
      visibilityState: "visible",
      title: "",
    },
    location: { protocol: "http:", host: "testserver", href: "http://testserver/" },
    addEventListener: listeners(tab.listeners),
    sessionStorage: storage(tab.storage),
    WebSocket: function (url) {
      return new Socket(tab, url);
    },
    fetch: (url, options) => ask(tab, url, options),
    setTimeout: set(false),
    setInterval: set(true),
    clearTimeout: clear,
    clearInterval: clear,
    AbortController,
    TextEncoder,
    crypto: webcrypto,
    innerHeight: 800,
    scrollY: 0,
  };
}

// Commands

/** Open a page: `module` in a new tab, with what the server wrote on it. */
async function open({ tab: name, module, root, dataset, words, seed, like }) {
  const tab = {
    name,
    wire: dataset.wire,
    drawn: {},
    elements: new Map(),
    listeners: [],
    // A doubled tab begins with a copy of what the first one keeps, a reloaded one with its own.
    storage: new Map(tabs.get(like)?.storage ?? []),
    changed: false,
  };
  if (tabs.has(name)) close({ tab: name });
  tabs.set(name, tab);
  tab.elements.set(root, mute({ dataset }));
  tab.elements.set(`${root}-words`, mute({ textContent: JSON.stringify(words) }));
  const given = world(tab);
  tab.document = given.document;
  const context = vm.createContext(given);
  context.globalThis = context;
  Object.assign(context, { clockNow: () => now, chance: dice(seed) });
  vm.runInContext("Date.now = clockNow; Math.random = chance;", context);
  const modules = new Map();
  const load = (each) => {
    if (!modules.has(each)) {
      const made = MUTE.has(each)
        ? muted(tab, each, context)
        : new vm.SourceTextModule(source(each), { identifier: each, context });
      modules.set(each, made);
    }
    return modules.get(each);
  };
  const page = load(module);
  await page.link((specifier) => load(path.basename(specifier)));
  await page.evaluate();
}

/** The page is gone: its timers, its sockets and its requests with it. What the tab keeps stays. */
function close({ tab: name }) {
  const tab = tabs.get(name);
  for (const timer of timers.values()) if (timer.tab === tab) timers.delete(timer.timer);
  for (const socket of sockets.values()) {
    if (socket.tab !== tab) continue;
    socket.close();
    socket.readyState = 3;
    sockets.delete(socket.number);
  }
  for (const [request, each] of requests) {
    if (each.tab !== tab) continue;
    requests.delete(request);
    events.push({ type: "aborted", request });
  }
}

/** Forget every tab. */
function clear() {
  for (const held of [tabs, sockets, requests, timers]) held.clear();
  events = [];
}

async function pass({ ms }) {
  const end = now + ms;
  for (;;) {
    const [first] = [...timers.values()]
      .filter((timer) => timer.at <= end)
      .sort((a, b) => a.at - b.at || a.timer - b.timer);
    if (!first) break;
    now = Math.max(now, first.at);
    if (first.every) first.at += first.every;
    else timers.delete(first.timer);
    call(first.work);
    await tick();
  }
  now = end;
}

function socket({ socket: which, event, text, code }) {
  const held = sockets.get(which);
  if (!held) return;
  if (event === "open" && held.readyState === 0) {
    held.readyState = 1;
    call(held.onopen);
  } else if (event === "frame" && held.readyState === 1) call(held.onmessage, { data: text });
  else if (event === "close" && held.readyState < 3) {
    held.readyState = 3;
    sockets.delete(which);
    call(held.onclose, { code });
  }
}

/** Answer a request; without a status the network lost it. */
function answer({ request, status, body }) {
  const held = requests.get(request);
  if (!status) held?.refuse(new TypeError("Failed to fetch"));
  else held?.answer({ ok: status === 200, status, json: async () => JSON.parse(body) });
}

/** Write in the box and press Enter, where there is a box. */
function type({ tab, box, form, text }) {
  const { elements, drawn } = tabs.get(tab);
  if (elements.get(form).hidden || drawn.Room?.told.open?.[0] === false) return;
  elements.get(box).value = text;
  elements.get(form).fire("submit");
  events.push({ type: "typed", tab });
}

/** Press something that a drawing class was given: `retry` on a message, `show` in a list. */
function press({ tab, drawn, what, given }) {
  call(tabs.get(tab).drawn[drawn].given[what], ...given);
}

/** Something happens to the window: it is online, or seen, or hidden. */
function happen({ tab: name, event, visible }) {
  const tab = tabs.get(name);
  if (visible !== undefined) tab.document.visibilityState = visible ? "visible" : "hidden";
  for (const [kind, work] of tab.listeners) if (kind === event) call(work, {});
}

/** The reducer alone: what a conversation becomes after these events. */
async function reduce({ me, told }) {
  const { begin, reduce: step } = await import(pathToFileURL(path.join(CHAT, "conversation.js")));
  events.push({ type: "reduced", conversation: told.reduce(step, begin(me)) });
}

const COMMANDS = { open, close, clear, pass, socket, answer, type, press, happen, reduce };

/** What the transcripts show that changed. */
function shown() {
  const all = {};
  for (const { name, drawn, changed } of tabs.values()) {
    if (changed) [all[name]] = drawn.Transcript.told.draw;
  }
  for (const tab of tabs.values()) tab.changed = false;
  return all;
}

for await (const line of createInterface({ input: process.stdin })) {
  for (const command of JSON.parse(line)) {
    try {
      await COMMANDS[command.do](command);
    } catch (error) {
      fail(error);
    }
    await tick();
  }
  await tick();
  process.stdout.write(`${JSON.stringify({ now, events, shown: shown(), errors })}\n`);
  events = [];
  errors = [];
}
