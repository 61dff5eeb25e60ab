/** A world of the test's own: time that moves when it is told to, and sockets that go nowhere. */

import { webcrypto } from "node:crypto";

// As every browser has it; Node 18 keeps it to itself.
globalThis.crypto ??= webcrypto;

/** Timers and a clock that stand still until `pass(ms)`. */
export function clock() {
  let time = 1_000_000;
  let number = 0;
  const due = new Map();
  const set = (ms, work, every) => {
    number += 1;
    due.set(number, { at: time + ms, work, every, number });
    return number;
  };
  const clear = (timer) => due.delete(timer);
  return {
    now: () => time,
    timers: {
      after: (ms, work) => set(ms, work, 0),
      every: (ms, work) => set(ms, work, ms),
      clear,
      stop: clear,
    },
    /** Let time pass; what falls due happens in its order. */
    pass(ms) {
      const end = time + ms;
      for (;;) {
        const [first] = [...due.values()]
          .filter((entry) => entry.at <= end)
          .sort((a, b) => a.at - b.at || a.number - b.number);
        if (!first) break;
        time = first.at;
        if (first.every) first.at += first.every;
        else due.delete(first.number);
        first.work();
      }
      time = end;
    },
    /** Milliseconds until what is due next. */
    next: () => Math.min(...[...due.values()].map((entry) => entry.at)) - time,
  };
}

/** A kind of WebSocket that keeps what was sent, and in `made` every one there was. */
export function sockets(made) {
  return class {
    constructor(url) {
      this.url = url;
      this.sent = [];
      this.closed = false;
      made.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.closed = true;
    }
    /** The server opens it and says something. */
    hears(...frames) {
      for (const frame of frames) this.onmessage({ data: JSON.stringify(frame) });
    }
    welcome(frame = {}) {
      this.onopen();
      this.hears({ type: "welcome", ...frame });
    }
    /** What was sent of one type. */
    of(type) {
      return this.sent.filter((frame) => frame.type === type);
    }
  };
}

/** The storage of a tab. */
export function storage() {
  const held = new Map();
  return {
    held,
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => held.set(key, value),
    removeItem: (key) => held.delete(key),
  };
}
