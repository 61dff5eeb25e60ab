/**
 * What the parts of the console get of it. The console fills it, and tells what happens:
 *
 * - "frame" (frame, held): the server said something; `held` is the conversation, if followed here
 * - "lists" (lists): other lists, or time has passed
 * - "opened" (id): another conversation is in view, or none: ""
 * - "room" (about, held): the conversation in view as it is now; `about` is its row in the lists
 */
export class Workplace {
  /**
   * @param {object} given
   * @param {(id: string) => HTMLElement} given.part
   * @param {object} given.words all that the page says, from the server
   * @param {string} given.language
   * @param {Storage | null} given.storage of this tab
   * @param {object} given.outside what the browser gives: see browser.js
   * @param {import("./composer.js").Composer} given.composer
   * @param {import("./room.js").Room} given.room
   * @param {(frame: object) => boolean} given.act send an act, or say that it cannot be done now
   * @param {(frame: object) => boolean} given.send the same without a word, for who tries again
   * @param {(id: string) => void} given.take claim a conversation, and bring it into view
   * @param {(text: string) => void} given.note a passing notice
   * @param {(id: string, how?: {answers: boolean}) => void} given.show bring a conversation into
   *   view; `answers` when it is about to be mine
   * @param {() => string} given.current the one in view
   * @param {() => object | null} given.about its row in the lists
   * @param {() => object} given.lists who waits, mine, alarms
   * @param {(row: object) => number} given.isNew how much is new in one of mine
   * @param {(row: object) => {asked: string, said: string}} given.silence since when its visitor
   *   waits for a word, and since when nobody has said any
   *
   * The scripts for danger add `alarms`: those that were pressed and are not raised yet.
   */
  constructor(given) {
    Object.assign(this, given);
    this.listeners = new Map();
  }

  on(kind, work) {
    this.listeners.set(kind, [...(this.listeners.get(kind) ?? []), work]);
  }

  tell(kind, ...what) {
    for (const work of this.listeners.get(kind) ?? []) work(...what);
  }

  /** Put the keyboard somewhere, if that can be seen. */
  focus(id) {
    const element = this.part(id);
    if (!element.closest("[hidden]")) element.focus();
  }
}
