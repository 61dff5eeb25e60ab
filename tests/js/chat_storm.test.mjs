/**
 * Two pages and a model of the server, over connections that drop, swallow and double, by socket
 * and by polling in turn: at the end both pages show what the server holds, and nothing twice.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Connection } from "../../chat/static/chat/connection.js";
import { PollSocket } from "../../chat/static/chat/polling.js";
import { Talk } from "../../chat/static/chat/talk.js";
import { clock, storage } from "./world.mjs";

const PAGE = 3; // messages in one frame of a replay

/** Numbers that look like chance, and are the same for the same seed. */
function dice(seed) {
  let state = seed * 7919 + 1;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

/** The server in short: one conversation, told apart by side, and answers that follow the rules. */
class Server {
  constructor() {
    this.said = [];
    this.sessions = new Set();
  }

  /** Take a frame of a session, and return what is answered. */
  take(side, frame, session) {
    if (frame.type === "hello") {
      session.shown = frame.since;
      this.sessions.add(session);
      return [{ type: "welcome" }, ...this.news(session)];
    }
    if (frame.type === "beat") return [...this.news(session), { type: "beat", seq: session.shown }];
    if (frame.type !== "say") return [];
    const before = this.said.find(({ from, id }) => from === side && id === frame.id);
    const { seq } = before ?? { seq: this.said.length + 1 };
    if (!before) this.said.push({ seq, from: side, id: frame.id, text: frame.text, at: "" });
    for (const other of this.sessions) if (other !== session) other.push?.(this.news(other));
    return [{ type: "ack", id: frame.id, seq, at: "" }, ...this.news(session)];
  }

  news(session) {
    const frames = [];
    while (session.shown < this.said.length) {
      const messages = this.said.slice(session.shown, session.shown + PAGE);
      session.shown = messages.at(-1).seq;
      frames.push({ type: "messages", messages });
    }
    return frames;
  }
}

/** One side's page, on a network that is as bad as `weather` says. */
function page({ me, server, time, random, weather, tab }) {
  const slow = () => 20 + random() * 400;
  class WebSocket {
    constructor() {
      const session = { push: (frames) => this.pass(frames) };
      this.session = session;
      this.blocked = weather.blocked();
      time.timers.after(slow(), () => (this.blocked ? this.break() : this.onopen?.()));
      if (random() < weather.breaks) time.timers.after(random() * 40000, () => this.break());
    }
    send(text) {
      if (random() < weather.loses) return this.break();
      // In order, as TCP keeps it.
      this.last = Math.max(time.now() + slow(), (this.last ?? 0) + 1);
      time.timers.after(this.last - time.now(), () => {
        // What was under way when it broke may still arrive, late.
        const lost = this.over && random() < 0.5;
        this.pass(lost ? [] : server.take(me, JSON.parse(text), this.session));
      });
    }
    pass(frames) {
      for (const frame of frames) {
        this.next = Math.max(time.now() + slow(), (this.next ?? 0) + 1);
        const come = () => this.swallows || this.onmessage?.({ data: JSON.stringify(frame) });
        time.timers.after(this.next - time.now(), come);
      }
    }
    break() {
      if (this.over) return;
      this.over = true;
      server.sessions.delete(this.session);
      // Half of them half open: nothing comes, and nobody is told.
      if (random() < 0.5) this.swallows = true;
      else time.timers.after(slow(), () => this.onclose?.({ code: 1006 }));
    }
    close() {
      this.over = true;
      this.onmessage = this.onclose = null;
      server.sessions.delete(this.session);
    }
  }
  /** A request is a session of its own; its answer may be lost after it did its work. */
  const fetch = (url, { body, signal }) =>
    new Promise((answer, fail) => {
      signal.addEventListener("abort", () => fail(new Error("aborted")));
      const session = {};
      const { frames } = JSON.parse(body);
      time.timers.after(slow(), () => {
        if (random() < weather.loses) return fail(new Error("lost"));
        const out = frames.flatMap((frame) => server.take(me, frame, session));
        server.sessions.delete(session);
        const lost = random() < weather.loses;
        const json = async () => ({ frames: out });
        time.timers.after(slow(), () => (lost ? fail(new Error()) : answer({ ok: true, json })));
      });
    });
  const given = { ...time, random, fetch, WebSocket };
  const hello = () => ({ type: "hello", since: it.talk.seq });
  const it = { ways: new Set() };
  it.talk = new Talk({
    me,
    key: me,
    send: (frame) => it.connection.send(frame),
    mayWrite: () => true,
    onChange() {},
    storage: tab,
    ...time,
  });
  it.connection = new Connection({
    url: "",
    poll: () => new PollSocket("", { hello, ...given }),
    beat: 15,
    hello,
    pulse: () => ({ type: "beat", seq: it.talk.seq }),
    behind: ({ seq }) => (seq > it.talk.seq ? String(it.talk.seq) : ""),
    onFrame(frame) {
      it.talk.hear(frame);
      if (random() < weather.doubles) it.talk.hear(frame);
      if (frame.type === "welcome") it.talk.connected();
    },
    onState: ({ online, polling }) => online && it.ways.add(polling ? "poll" : "socket"),
    trySocketMs: 30000,
    ...given,
  });
  it.connection.open();
  return it;
}

const bad = { breaks: 0.5, loses: 0.05, doubles: 0.1 };

test("whatever the network does, nothing is lost, doubled or out of order", async () => {
  const ways = new Set();
  for (let seed = 1; seed <= 25; seed += 1) {
    const random = dice(seed);
    const time = clock();
    const server = new Server();
    let calm = false;
    const weather = {
      get breaks() {
        return calm ? 0 : bad.breaks;
      },
      get loses() {
        return calm ? 0 : bad.loses;
      },
      doubles: bad.doubles,
      // For some minutes no socket gets through at all.
      blocked: () => !calm && Math.floor(time.now() / 120000) % 2 === 0,
    };
    const tabs = { visitor: storage(), counsellor: storage() };
    const open = (me) => page({ me, server, time, random, weather, tab: tabs[me] });
    const pages = { visitor: open("visitor"), counsellor: open("counsellor") };
    const typed = { visitor: [], counsellor: [] };
    for (let second = 0; second < 900; second += 1) {
      calm = second >= 600;
      for (const me of Object.keys(pages)) {
        if (!calm && random() < 0.05) {
          typed[me].push(`${me} ${typed[me].length}`);
          pages[me].talk.write(typed[me].at(-1));
        }
        if (!calm && random() < 0.003) {
          // A reload: the tab keeps what was not sent, and nothing else.
          for (const way of pages[me].ways) ways.add(way);
          pages[me].connection.close();
          pages[me].talk.stop();
          pages[me] = open(me);
        }
      }
      for (let part = 0; part < 10; part += 1) {
        time.pass(100);
        await new Promise(setImmediate);
      }
    }
    for (const [me, { talk, ways: used }] of Object.entries(pages)) {
      for (const way of used) ways.add(way);
      const where = `seed ${seed}, ${me}`;
      assert.deepEqual(talk.conversation.outbox, [], where);
      assert.deepEqual(talk.conversation.messages, server.said, where);
      const mine = server.said.filter(({ from }) => from === me).map(({ text }) => text);
      assert.deepEqual(mine, typed[me], where);
      assert.ok(mine.length > 10, where);
    }
  }
  assert.deepEqual([...ways].sort(), ["poll", "socket"]);
});
