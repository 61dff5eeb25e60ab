/**
 * Sends what is queued in one conversation, one message at a time: the next goes after the answer
 * to the one before, which keeps their order over any number of sockets. Without an answer the same
 * message goes again, under the same id; the server knows it by that.
 */

const ANSWER_MS = 10000;

export class Outbox {
  /**
   * @param {object} given
   * @param {() => {id: string, text: string} | undefined} given.next what goes next
   * @param {(item: object) => boolean} given.send false when nothing can go now
   * @param {object} given.timers
   */
  constructor({ next, send, timers, answerMs = ANSWER_MS }) {
    Object.assign(this, { next, send, timers, answerMs });
    this.underWay = "";
    this.again = null;
    this.pause = null;
  }

  /** Send what goes next, unless something is under way or has to wait. */
  go() {
    const item = this.next();
    if (this.underWay && item?.id !== this.underWay) this.settle(); // answered for, or thrown away
    if (!item || this.underWay || this.pause !== null || !this.send(item)) return;
    this.underWay = item.id;
    this.again = this.timers.after(this.answerMs, () => {
      this.settle();
      this.go();
    });
  }

  /** This message was refused for now: it goes again after so many seconds. */
  later(id, seconds) {
    if (id !== this.underWay) return;
    this.settle();
    this.timers.clear(this.pause);
    this.pause = this.timers.after(seconds * 1000, () => {
      this.pause = null;
      this.go();
    });
  }

  /** A new connection: whatever was under way may have been lost. */
  anew() {
    this.settle();
    this.timers.clear(this.pause);
    this.pause = null;
    this.go();
  }

  /** Forget what is under way. */
  settle() {
    this.underWay = "";
    this.timers.clear(this.again);
    this.again = null;
  }

  /** Send nothing any more. */
  stop() {
    this.settle();
    this.timers.clear(this.pause);
    this.next = () => undefined;
  }
}
