/** How long the line is, said anew now and then to who stands in it. */

const EVERY_MS = 30_000;

export class WaitLine {
  /**
   * @param {object} given
   * @param {HTMLElement} given.line what the page came with stands in it
   * @param {typeof fetch} given.fetch
   * @param {object} given.timers
   * @param {() => boolean} given.visible whether anybody can read it now
   */
  constructor({ line, fetch, timers, visible = () => document.visibilityState === "visible" }) {
    Object.assign(this, { line, fetch, timers, visible });
    this.waits = null; // not known yet
    this.timer = null;
    this.say(line.textContent);
  }

  /** Whether this visitor stands in line now. */
  keepUp(waits) {
    if (waits === this.waits) return;
    const again = this.waits === false;
    this.waits = waits;
    this.timers.clear(this.timer);
    if (waits) this.later(again ? 0 : EVERY_MS);
  }

  later(ms) {
    this.timer = this.timers.after(ms, () => this.look());
  }

  async look() {
    if (this.visible()) {
      try {
        const answer = await this.fetch(this.line.dataset.wait, {
          headers: { Accept: "application/json" },
        });
        if (answer.ok) this.say((await answer.json()).wait);
      } catch {
        // What it says was true a moment ago.
      }
    }
    if (this.waits) this.later(EVERY_MS);
  }

  say(text) {
    this.line.hidden = !text;
    if (this.line.textContent !== text) this.line.textContent = text;
  }
}
