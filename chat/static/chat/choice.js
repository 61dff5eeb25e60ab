/** A choice of who works at this computer, kept in its browser: on or off, and nothing of a visitor. */

import { browserStorage, keep, read } from "./storage.js";

export class Choice {
  /**
   * @param {string} name
   * @param {boolean} usual what holds until somebody chose
   * @param {Storage | null} storage
   */
  constructor(name, usual, storage = browserStorage()) {
    Object.assign(this, { name: `console ${name}`, storage });
    this.on = (read(storage, this.name) || (usual ? "on" : "off")) === "on";
  }

  set(on) {
    this.on = on;
    keep(this.storage, this.name, on ? "on" : "off");
  }
}
