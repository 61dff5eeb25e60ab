/**
 * Alarms that were pressed: each goes again after every break until it is known to be raised, also
 * when the page was loaded anew in between.
 */

import { keep, read } from "./storage.js";

const KEY = "alarms";

export class Alarms {
  /**
   * @param {(id: string) => boolean} send
   * @param {Storage | null} storage of this tab
   */
  constructor(send, storage = null) {
    Object.assign(this, { send, storage });
    this.pressed = new Set(read(storage, KEY).split(" ").filter(Boolean));
  }

  press(id) {
    this.pressed.add(id);
    this.keep();
    this.send(id);
  }

  /** It is raised, or never will be. */
  settle(id) {
    if (this.pressed.delete(id)) this.keep();
  }

  keep() {
    keep(this.storage, KEY, [...this.pressed].join(" "));
  }

  /** Whether it was pressed for this conversation, and is not raised as far as is known. */
  waits(id) {
    return this.pressed.has(id);
  }

  /** A conversation as it is now. */
  see({ id, danger, status }) {
    if (danger || status === "ended") this.settle(id);
  }

  hear(frame) {
    if (frame.type === "welcome") for (const id of this.pressed) this.send(id);
    else if (frame.type === "desk") {
      for (const row of [...frame.waiting, ...frame.mine, ...frame.alarms]) this.see(row);
    } else if (frame.type === "opened") this.see(frame.conversation);
    else if (frame.type === "shut") this.settle(frame.conversation);
    else if (frame.type === "refused" && frame.about === "danger" && frame.code !== "later") {
      this.settle(frame.conversation);
    }
  }
}
