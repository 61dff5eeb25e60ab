/**
 * One conversation as this page holds it: what is known of it, what is on its way, and the hints of
 * both sides. A visitor's page has one, the console one for each conversation that is open.
 */

import { keepOutbox, newId, readOutbox } from "./composer.js";
import { begin, heardUpTo, next, reduce } from "./conversation.js";
import { Outbox } from "./outbox.js";

const TYPING_MS = 6000; // a hint of theirs is forgotten after this
const TYPING_EVERY_MS = 3000; // and ours is sent at most this often
const PRESENT_MS = 45000;

export class Talk {
  /**
   * @param {object} given
   * @param {"visitor" | "counsellor"} given.me
   * @param {string} given.key the conversation, as this tab keeps what was not sent
   * @param {object} [given.address] the field that names the conversation in a frame of staff
   * @param {(frame: object) => boolean} given.send
   * @param {() => boolean} given.mayWrite whether messages are taken now
   * @param {(conversation: object, before: object) => void} given.onChange
   * @param {Storage | null} given.storage
   */
  constructor({ me, key, address = {}, send, mayWrite, onChange, storage, timers, now }) {
    Object.assign(this, { me, key, address, send, mayWrite, onChange, storage, timers, now });
    this.conversation = reduce(begin(me), { type: "restored", outbox: readOutbox(storage, key) });
    this.outbox = new Outbox({
      next: () => (this.mayWrite() ? next(this.conversation) : undefined),
      send: ({ id, text }) => this.put({ type: "say", id, text }),
      timers,
    });
    this.readTo = 0; // seen here
    this.readSent = 0; // and told on this connection
    this.typingSent = -Infinity;
    this.quiet = null;
    this.absent = null;
  }

  get seq() {
    return this.conversation.seq;
  }

  put(frame) {
    return this.send({ ...frame, ...this.address });
  }

  /** Take a frame of the server about this conversation. */
  hear(frame) {
    if (frame.type === "present") {
      this.present(frame.here);
      return;
    }
    this.change(frame);
    if (frame.type === "opened") this.awaitSign();
    if (frame.type === "refused" && frame.id && frame.after) {
      this.outbox.later(frame.id, frame.after);
    } else if (frame.type === "typing" && frame.who !== this.me) {
      this.timers.clear(this.quiet);
      this.quiet = this.timers.after(TYPING_MS, () => this.change({ type: "quiet" }));
    }
    this.go();
  }

  /** Send what waits, if it may go now. */
  go() {
    this.outbox.go();
  }

  change(event) {
    const before = this.conversation;
    this.conversation = reduce(before, event);
    if (this.conversation === before) return;
    if (this.conversation.outbox !== before.outbox) {
      const kept = this.conversation.outbox.filter((item) => item.code !== "ended");
      keepOutbox(this.storage, this.key, kept);
    }
    this.onChange(this.conversation, before);
  }

  /** Say something. */
  write(text) {
    this.change({ type: "typed", id: newId(), text });
    this.go();
  }

  retry(id) {
    this.change({ type: "retry", id });
    this.go();
  }

  discard(id) {
    this.change({ type: "discard", id });
  }

  /** Somebody is typing here. */
  typed() {
    if (!this.mayWrite() || this.now() - this.typingSent < TYPING_EVERY_MS) return;
    if (this.put({ type: "typing" })) this.typingSent = this.now();
  }

  /** What there is was seen by somebody who looks at the page. */
  looked() {
    // A counsellor's own messages count too: the desk tells what is new by the last place.
    const seq = this.me === "visitor" ? heardUpTo(this.conversation) : this.seq;
    this.readTo = Math.max(this.readTo, seq);
    if (seq > this.readSent && this.put({ type: "read", seq })) this.readSent = seq;
  }

  present(here) {
    this.timers.clear(this.absent);
    this.absent = null;
    this.change({ type: "present", here, at: this.now() });
    if (here) this.awaitSign();
  }

  /** Without another sign of it the visitor's page is taken for gone. */
  awaitSign() {
    if (this.me !== "counsellor" || this.absent !== null) return;
    this.absent = this.timers.after(PRESENT_MS, () => this.present(false));
  }

  /** There is a connection, perhaps another one than before. */
  connected() {
    this.readSent = 0; // it may have been lost with the one before
    this.awaitSign();
    this.outbox.anew();
  }

  /** There is no connection: hints are not worth anything now. */
  disconnected() {
    this.timers.clear(this.absent);
    this.absent = null;
    this.change({ type: "unknown" });
    this.change({ type: "quiet" });
  }

  /** The conversation has ended. */
  over() {
    this.change({ type: "over" });
    this.stop();
  }

  /** Nothing of it is looked at any more. */
  stop() {
    this.outbox.stop();
    this.timers.clear(this.quiet);
    this.timers.clear(this.absent);
  }

  /** Leave nothing unsent behind in this tab. */
  forget() {
    keepOutbox(this.storage, this.key, []);
  }
}
