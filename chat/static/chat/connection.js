/**
 * A connection that heals itself. It says hello, beats, declares a silent socket dead, and comes
 * back for ever with a growing, jittered pause; at once when the browser says it is online or seen
 * again. Where no socket can be opened, or it keeps dying, it polls, and tries a socket again now
 * and then.
 *
 * WebSocket, poll, timers, clock and chance are given, so that a test can be all five.
 */

import { BEHIND, FINAL, LATER } from "./codes.js";
import { STEADY_MS, Way } from "./way.js";

/** Before the n-th attempt it waits between half of this and the whole, doubled n times. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 20000;
const LATER_PAUSE_MS = 5000;
const AT_ONCE = 3; // so often in a row it comes back at once when the server says so

const OPEN = 1; // a socket's state; higher ones are on their way out
const WELCOME_MS = 10000; // from opening to welcome
/** Without any frame for so many beats the socket is dead, whatever the browser thinks. */
const MISSED_BEATS = 2.4;
const CHECK_MS = 5000; // after waking the answer to a beat is awaited so long

const TRY_SOCKET_MS = 120000;
const TRY_SOCKET_SOON_MS = 10000;

/** The page tells how many frames it has after so many of them, or so many bytes. */
const GOT_FRAMES = 16;
const GOT_BYTES = 48 * 1024;

export class Connection {
  /**
   * @param {object} given
   * @param {string} given.url
   * @param {() => object} given.poll something like a socket, with `polling` true
   * @param {number} given.beat seconds between beats
   * @param {() => object} given.hello the first frame
   * @param {() => object} given.pulse the frame of a beat
   * @param {(beat: object) => string} given.behind where the page stands, when a beat of the
   *   server names a later place; empty when it does not
   * @param {(frame: object) => void} given.onFrame
   * @param {(state: object) => void} given.onState
   */
  constructor({ beat, trySocketMs = TRY_SOCKET_MS, ...given }) {
    Object.assign(this, given, { trySocketMs });
    this.beatMs = beat * 1000;
    this.socket = null;
    this.greeted = false;
    this.attempts = 0;
    this.final = "";
    this.lastGood = this.now();
    this.lag = 0; // seconds since the server last reached its database, when they are many
    this.later = false; // nothing can be kept just now
    this.way = new Way();
    this.polled = false; // whether the way was that one before
    this.trial = null;
    this.retryTimer = null;
    this.beatTimer = null;
    this.deadline = null;
    this.trialTimer = null;
  }

  open() {
    this.timers.clear(this.retryTimer);
    this.retryTimer = null;
    if (this.final || this.socket) return;
    try {
      this.take(this.way.polling ? this.poll() : new this.WebSocket(this.url));
    } catch {
      // Some browsers refuse at once what a policy or a setting forbids.
      this.judge(-1, 0);
      this.comeBack(0);
    }
  }

  /** Send a frame; false when it cannot go now. */
  send(frame) {
    if (!this.greeted || this.socket.readyState > OPEN) return false;
    this.gotFrames = 0;
    this.gotBytes = 0;
    this.socket.send(JSON.stringify({ ...frame, got: this.got }));
    return true;
  }

  /** The browser is online or in view again: look at once. */
  wake() {
    if (this.final) return;
    this.trySocket();
    if (!this.socket) {
      this.attempts = 0;
      this.open();
    } else if (this.greeted && !this.socket.polling) {
      this.pulsate();
      this.expectWithin(CHECK_MS);
    }
  }

  close() {
    this.final = "closed";
    this.timers.clear(this.retryTimer);
    this.dropTrial();
    this.drop()?.close();
  }

  // One socket

  take(socket) {
    this.socket = socket;
    this.greeted = false;
    this.got = 0;
    this.gotFrames = 0;
    this.gotBytes = 0;
    this.stuck = "";
    socket.onopen = () => this.introduce(socket);
    socket.onmessage = (event) => this.heard(socket, event.data);
    socket.onclose = (event) => this.lost(socket, event.code);
    socket.onerror = () => {};
    this.expectWithin(WELCOME_MS);
  }

  introduce(socket) {
    socket.asked = this.hello();
    socket.send(JSON.stringify(socket.asked));
  }

  /** The hello that this connection began with. */
  get asked() {
    return this.socket.asked;
  }

  heard(socket, data) {
    if (socket !== this.socket) return;
    const frame = JSON.parse(data);
    this.got += 1;
    this.gotFrames += 1;
    this.gotBytes += new TextEncoder().encode(data).length;
    if (frame.type === "welcome") this.greet(socket, frame);
    if (!this.greeted) return;
    this.expectWithin(this.beatMs * MISSED_BEATS);
    this.judgeHealth(frame);
    this.onFrame(frame);
    // The page may have closed it, or opened another, on what it heard.
    if (socket !== this.socket) return;
    if (frame.type === "beat" && this.isStuck(frame)) {
      this.abandon();
      this.open();
    } else if (this.gotFrames >= GOT_FRAMES || this.gotBytes >= GOT_BYTES) {
      this.send({ type: "got" });
    } else if (this.now() - this.beaten > this.beatMs * 1.5) {
      this.pulsate(); // the browser slows the timers of a page that is not seen
    }
    this.tell();
  }

  greet(socket, frame) {
    this.greeted = true;
    this.greetedAt = this.now();
    this.later = false;
    this.lag = 0;
    if (frame.beat) this.beatMs = frame.beat * 1000;
    if (socket.polling) {
      // Perhaps it was a restart and not the network: the first look comes soon.
      this.tryLater(Math.min(TRY_SOCKET_SOON_MS, this.trySocketMs));
      this.beaten = Infinity; // its cycle is the beat
    } else {
      this.beaten = this.now();
      this.timers.stop(this.beatTimer);
      this.beatTimer = this.timers.every(this.beatMs, () => this.pulsate());
    }
    this.way.welcomed();
  }

  /** What a frame tells about the server's database, and so since when the page is up to date. */
  judgeHealth(frame) {
    const lagged = this.lag > 0;
    if (frame.type === "beat") this.lag = frame.lag ?? 0;
    else if (frame.type === "ack" || frame.type === "messages") {
      this.lag = 0;
      this.later = false;
    } else if (frame.type === "refused" && frame.code === "later" && frame.id) this.later = true;
    // While there is trouble the time of the last good contact stands still.
    if (this.later || (lagged && this.lag)) return;
    this.lastGood = this.now() - this.lag * 1000;
  }

  /** Whether two beats in a row named a later place than the page has, and it did not move. */
  isStuck(beat) {
    const before = this.stuck;
    this.stuck = this.behind(beat);
    return this.stuck !== "" && this.stuck === before;
  }

  pulsate() {
    this.beaten = this.now();
    this.send(this.pulse());
  }

  expectWithin(ms) {
    this.timers.clear(this.deadline);
    this.deadline = this.timers.after(ms, () => {
      // Half open: the browser may not notice for minutes.
      this.abandon();
      this.comeBack(0);
      this.tell();
    });
  }

  /** Give a socket up that is not closed yet. */
  abandon() {
    this.judge(this.greeted ? this.now() - this.greetedAt : -1, 0, true);
    this.drop().close();
  }

  lost(socket, code) {
    if (socket !== this.socket) return;
    this.judge(this.greeted ? this.now() - this.greetedAt : -1, code);
    this.drop();
    if (code === LATER) this.later = true;
    if (FINAL.has(code)) {
      this.final = FINAL.get(code);
      this.dropTrial();
    } else this.comeBack(code);
    this.tell();
  }

  drop() {
    const { socket } = this;
    this.timers.stop(this.beatTimer);
    this.timers.clear(this.deadline);
    this.beatTimer = null;
    this.deadline = null;
    this.socket = null;
    this.greeted = false;
    return socket;
  }

  comeBack(code) {
    const longest = code === LATER ? LATER_PAUSE_MS : LONGEST_PAUSE_MS;
    // The other way is tried soon: where sockets are blocked that is all there is to wait for.
    const soon = this.way.polling && !this.polled;
    const whole = soon ? FIRST_PAUSE_MS : Math.min(longest, FIRST_PAUSE_MS * 2 ** this.attempts);
    this.polled = this.way.polling;
    // Everybody comes back after a restart, but not all at the same moment.
    const atOnce = code === BEHIND && this.attempts < AT_ONCE;
    const pause = atOnce ? 0 : whole * (0.5 + this.random() / 2);
    this.attempts += 1;
    this.timers.clear(this.retryTimer);
    this.retryTimer = this.timers.after(pause, () => this.open());
  }

  // Socket or poll

  /** Learn from a socket that ended: it lived so long after its welcome, or -1. */
  judge(lived, code, dead = false) {
    if (lived >= STEADY_MS) this.attempts = 0;
    this.way.ended(lived, code, dead);
  }

  tryLater(ms = this.trySocketMs) {
    this.timers.clear(this.trialTimer);
    this.trialTimer = this.timers.after(ms, () => this.trySocket());
  }

  /** While polling goes on, see whether a socket opens; take it once it was welcomed. */
  trySocket() {
    if (!this.way.polling || this.trial || this.final) return;
    this.timers.clear(this.trialTimer);
    let socket;
    try {
      socket = new this.WebSocket(this.url);
    } catch {
      this.tryLater();
      return;
    }
    const giveUp = () => {
      if (socket !== this.trial) return;
      this.dropTrial();
      this.tryLater();
    };
    this.trial = socket;
    this.trialTimer = this.timers.after(WELCOME_MS, giveUp);
    socket.onopen = () => this.introduce(socket);
    socket.onclose = giveUp;
    socket.onerror = () => {};
    socket.onmessage = (event) => {
      if (socket !== this.trial) return;
      if (JSON.parse(event.data).type !== "welcome") {
        giveUp();
        return;
      }
      this.trial = null;
      this.timers.clear(this.trialTimer);
      this.timers.clear(this.retryTimer);
      this.drop()?.close();
      this.way.back();
      this.attempts = 0;
      this.take(socket);
      this.heard(socket, event.data);
    };
  }

  dropTrial() {
    const socket = this.trial;
    this.trial = null;
    this.timers.clear(this.trialTimer);
    socket?.close();
  }

  tell() {
    const { attempts, final, greeted: online, lag, lastGood, later } = this;
    const { polling } = this.way;
    this.onState({ online, attempts, final, lag, lastGood, later, polling });
  }
}
