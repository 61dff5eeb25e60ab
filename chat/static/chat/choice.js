/** A choice of who works at this computer, kept in its browser: on or off, and nothing of a visitor. */

export class Choice {
  /**
   * @param {string} name
   * @param {boolean} usual what holds until somebody chose
   * @param {Storage | null} storage
   */
  constructor(name, usual, storage = browserStorage()) {
    Object.assign(this, { name: `console ${name}`, storage });
    this.on = usual;
    try {
      const held = storage?.getItem(this.name);
      if (held) this.on = held === "on";
    } catch {
      // Without storage a choice holds until the page is left.
    }
  }

  set(on) {
    this.on = on;
    try {
      this.storage?.setItem(this.name, on ? "on" : "off");
    } catch {
      // As above.
    }
  }
}

function browserStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
