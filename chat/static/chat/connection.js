/**
 * A socket that heals itself. It says hello, beats, declares a silent socket dead, and comes back
 * for ever with a growing, jittered pause; at once when the browser says it is online or seen again.
 *
 * WebSocket, timers, clock and chance are given, so that a test can be all four.
 */

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 20000;
/** Without any frame for so many beats the socket is dead, whatever the browser thinks. */
const MISSED_BEATS = 2.4;

/** Close codes after which it is no use to come back. */
export const FINAL = new Map([
  [4000, "over"],
  [4401, "unknown"],
  [4403, "sign_in"],
  [4426, "version"],
]);

export class Connection {
  /**
   * @param {object} given
   * @param {string} given.url
   * @param {number} given.beat seconds between beats
   * @param {() => object} given.hello the first frame
   * @param {() => object} given.pulse the frame of a beat
   * @param {(frame: object) => void} given.onFrame
   * @param {(state: {online: boolean, final: string, lastGood: number}) => void} given.onState
   */
  constructor({ url, beat, hello, pulse, onFrame, onState, WebSocket, timers, now, random }) {
    Object.assign(this, { url, hello, pulse, onFrame, onState, WebSocket, timers, now, random });
    this.beatMs = beat * 1000;
    this.socket = null;
    this.greeted = false;
    this.attempts = 0;
    this.final = "";
    this.lastGood = now();
    this.retryTimer = null;
    this.beatTimer = null;
  }

  get online() {
    return this.greeted;
  }

  open() {
    this.timers.clear(this.retryTimer);
    this.retryTimer = null;
    if (this.final || this.socket) return;
    const socket = new this.WebSocket(this.url);
    this.socket = socket;
    this.lastHeard = this.now();
    socket.onopen = () => socket.send(JSON.stringify(this.hello()));
    socket.onmessage = (event) => this.heard(socket, event.data);
    socket.onclose = (event) => this.lost(socket, event.code);
    socket.onerror = () => {};
    this.startBeating();
  }

  /** Send a frame; false when it cannot go now. */
  send(frame) {
    if (!this.greeted) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** The browser is online or in view again: look at once. */
  wake() {
    if (this.final) return;
    if (!this.socket) {
      this.attempts = 0;
      this.open();
    } else if (this.greeted) {
      this.send(this.pulse());
    }
  }

  close() {
    this.final = "closed";
    this.timers.clear(this.retryTimer);
    this.timers.stop(this.beatTimer);
    const socket = this.socket;
    this.drop();
    if (socket) socket.close();
  }

  heard(socket, data) {
    if (socket !== this.socket) return;
    const frame = JSON.parse(data);
    this.lastHeard = this.now();
    if (frame.type === "welcome") {
      this.greeted = true;
      this.attempts = 0;
    }
    if (this.greeted) this.lastGood = this.lastHeard;
    this.onFrame(frame);
    this.tell();
  }

  lost(socket, code) {
    if (socket !== this.socket) return;
    this.drop();
    if (FINAL.has(code)) this.final = FINAL.get(code);
    else this.comeBack();
    this.tell();
  }

  drop() {
    this.timers.stop(this.beatTimer);
    this.beatTimer = null;
    this.socket = null;
    this.greeted = false;
  }

  comeBack() {
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.attempts);
    this.attempts += 1;
    // Everybody comes back after a restart, but not all at the same moment.
    this.retryTimer = this.timers.after(pause * (0.5 + this.random()), () => this.open());
  }

  startBeating() {
    this.beatTimer = this.timers.every(this.beatMs, () => {
      if (this.now() - this.lastHeard > this.beatMs * MISSED_BEATS) {
        // Half open: the browser may not notice for minutes.
        const socket = this.socket;
        this.drop();
        socket.close();
        this.comeBack();
        this.tell();
      } else if (this.greeted) {
        this.send(this.pulse());
      }
    });
  }

  tell() {
    this.onState({
      online: this.greeted,
      final: this.final,
      lastGood: this.lastGood,
      attempts: this.attempts,
    });
  }
}

/** The browser's own socket, timers, clock and chance. */
export function browser() {
  return {
    WebSocket: globalThis.WebSocket,
    timers: {
      after: (ms, work) => setTimeout(work, ms),
      clear: (timer) => clearTimeout(timer),
      every: (ms, work) => setInterval(work, ms),
      stop: (timer) => clearInterval(timer),
    },
    now: () => Date.now(),
    random: () => Math.random(),
  };
}

/** The full address of a socket of this site. */
export function socketURL(path) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}

/** Wake a connection whenever the browser may have something new to say about the network. */
export function wakeWith(connection) {
  addEventListener("online", () => connection.wake());
  addEventListener("pageshow", () => connection.wake());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") connection.wake();
  });
}
