/** Alarms that were pressed: each goes again after every break until it is known to be raised. Pure. */

export class Alarms {
  /** @param {(id: string) => boolean} send */
  constructor(send) {
    this.send = send;
    this.pressed = new Set();
  }

  press(id) {
    this.pressed.add(id);
    this.send(id);
  }

  /** Whether it was pressed for this conversation, and is not raised as far as is known. */
  waits(id) {
    return this.pressed.has(id);
  }

  /** A conversation as it is now. */
  see({ id, danger, status }) {
    if (danger || status === "ended") this.pressed.delete(id);
  }

  hear(frame) {
    if (frame.type === "welcome") for (const id of this.pressed) this.send(id);
    else if (frame.type === "desk") {
      for (const row of [...frame.waiting, ...frame.mine, ...frame.alarms]) this.see(row);
    } else if (frame.type === "opened") this.see(frame.conversation);
    else if (frame.type === "shut") this.pressed.delete(frame.conversation);
    else if (frame.type === "refused" && frame.about === "danger" && frame.code !== "later") {
      this.pressed.delete(frame.conversation);
    }
  }
}
