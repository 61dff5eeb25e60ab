/**
 * Which way a page connects: by socket, or by polling where no socket can be opened or it keeps
 * dying. Where nothing works at all the two take turns.
 */

import { BEHIND, FINAL, LATER, SILENT } from "./codes.js";

const DEAF = 2; // sockets in a row that were never welcomed
const BRIEF = 3; // sockets in a row that were welcomed and soon dead
/** What lived so long was a good connection. */
export const STEADY_MS = 10000;
const SHORT_LIFE_MS = 120000; // what had to be declared dead before this was not

/** Codes that only our own server sends: they say nothing against sockets. */
const OURS = new Set([LATER, BEHIND, SILENT, ...FINAL.keys()]);

export class Way {
  constructor() {
    this.polling = false;
    this.deaf = 0;
    this.brief = 0;
  }

  welcomed() {
    if (!this.polling) this.deaf = 0;
  }

  /** A socket was welcomed while we polled. */
  back() {
    this.polling = false;
    this.deaf = 0;
    this.brief = 0;
  }

  /**
   * Learn from a connection that ended.
   *
   * @param {number} lived milliseconds since its welcome; -1 when there was none
   * @param {number} code why it was closed
   * @param {boolean} dead whether we declared it dead
   */
  ended(lived, code, dead) {
    if (OURS.has(code)) return;
    if (this.polling) {
      if (lived >= 0) return;
      this.polling = false;
      this.deaf = DEAF - 1;
      return;
    }
    if (lived < 0) this.deaf += 1;
    else if (lived < STEADY_MS || (dead && lived < SHORT_LIFE_MS)) this.brief += 1;
    else this.brief = 0;
    this.polling = this.deaf >= DEAF || this.brief >= BRIEF;
  }
}
