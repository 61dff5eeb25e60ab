/**
 * Something that looks like a WebSocket, over plain requests: for networks that let no socket
 * through. One request waits for news; what the page sends goes in requests of its own, at once.
 *
 * The server remembers nothing between them, so each begins with a hello that tells what the page
 * has. Its cycle is the beat: a beat that is sent goes nowhere.
 */

import { BROKEN, LATER } from "./codes.js";

const WAIT_SECONDS = 20;
const PATIENCE_SECONDS = 10; // for an answer, beyond the time it may wait
/** Between two requests that wait, so that much news at once is one answer. */
const PAUSE_MS = 200;
/** What one request carries at most, well within what the server takes. */
const BODY_BYTES = 48 * 1024;
const BODY_FRAMES = 32;

/** Frames that only a socket needs. */
const SOCKETS_OWN = new Set(["hello", "beat", "got"]);

export class PollSocket {
  /**
   * @param {string} url
   * @param {object} given
   * @param {() => object} given.hello the first frame of each request
   * @param {typeof globalThis.fetch} given.fetch
   */
  constructor(url, { hello, fetch, timers }) {
    Object.assign(this, { url, hello, fetch, timers });
    this.polling = true;
    this.closed = false;
    this.welcomed = false;
    this.queue = [];
    this.sending = false;
    this.waiting = null;
    this.requests = new Set();
    this.timer = timers.after(0, () => {
      this.onopen?.();
      this.look(0); // at once, to be welcomed
    });
  }

  send(text) {
    const { got, ...frame } = JSON.parse(text);
    // A hint is not worth a place in the line.
    if (SOCKETS_OWN.has(frame.type) || (frame.type === "typing" && this.sending)) return;
    this.queue.push(frame);
    this.flush();
  }

  close() {
    this.closed = true;
    this.timers.clear(this.timer);
    for (const request of this.requests) request.abort();
    this.requests.clear();
  }

  /** Ask what is new, wait for it, and ask again. */
  async look(wait) {
    const request = this.begin(wait);
    this.waiting = request;
    await this.post(request, [], wait);
    if (this.closed || this.waiting !== request) return;
    this.timer = this.timers.after(PAUSE_MS, () => this.look(WAIT_SECONDS));
  }

  /** Send what there is, one request at a time: that keeps its order. */
  async flush() {
    if (this.sending || this.closed || this.queue.length === 0) return;
    this.sending = true;
    const frames = this.batch();
    await this.post(this.begin(0), frames, 0);
    this.sending = false;
    // The request that waits does not know what was opened since.
    if (frames.some((frame) => frame.type === "open")) this.lookAnew();
    this.flush();
  }

  batch() {
    let size = 0;
    let count = 0;
    for (const frame of this.queue) {
      size += new TextEncoder().encode(JSON.stringify(frame)).length;
      if (count === BODY_FRAMES || (count && size > BODY_BYTES)) break;
      count += 1;
    }
    return this.queue.splice(0, count);
  }

  lookAnew() {
    if (this.closed || !this.welcomed) return;
    const before = this.waiting;
    this.timers.clear(this.timer);
    this.look(WAIT_SECONDS);
    before?.abort();
  }

  begin(wait) {
    const request = new AbortController();
    this.requests.add(request);
    request.timer = this.timers.after((wait + PATIENCE_SECONDS) * 1000, () => {
      this.requests.delete(request);
      request.abort();
      this.end(BROKEN);
    });
    return request;
  }

  async post(request, frames, wait) {
    let code = BROKEN;
    try {
      const response = await this.fetch(this.url, {
        method: "POST",
        body: JSON.stringify({ frames: [this.hello(), ...frames], wait }),
        headers: { "Content-Type": "application/json" },
        cache: "no-store",
        signal: request.signal,
      });
      if (response.status === 503) code = LATER;
      if (!response.ok) throw new Error(`answered ${response.status}`);
      this.hear(await response.json());
    } catch {
      // Given up by us, or by the network: then the connection decides what is next.
      if (!request.signal.aborted) this.end(code);
    } finally {
      this.timers.clear(request.timer);
      this.requests.delete(request);
    }
  }

  hear({ frames, close }) {
    for (const frame of frames) {
      if (this.closed) return;
      if (frame.type !== "welcome") this.pass(frame);
      else if (this.welcomed) this.again(frame);
      else {
        this.welcomed = true;
        this.pass(frame);
      }
    }
    if (close) this.end(close);
  }

  /** A later welcome is not one; what it knows of the conversation may be new. */
  again({ state, read }) {
    if (state) this.pass({ ...state, type: "state" });
    if (read) this.pass({ type: "read", who: "counsellor", seq: read });
  }

  pass(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  end(code) {
    if (this.closed) return;
    this.close();
    this.onclose?.({ code });
  }
}
