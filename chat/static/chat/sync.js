/** What a page says about its connection: honest about trouble, and quiet otherwise. */

import { clock, fill, make } from "./view.js";

/** A break shorter than this is not worth a word. */
const GRACE_MS = 3000;
const FIRST_GRACE_MS = 10000; // for the very first connection

/**
 * What to say. `kind` is "" (well), "quiet", "trouble" or "stop"; `again` offers a link to the page
 * itself with those words on it.
 *
 * @param {object} state of the connection; `known` whether the page ever had an answer
 */
export function wordsFor(state, words, language, now) {
  const { online, final, lag, later, lastGood, polling, known } = state;
  if (final === "version") return { kind: "stop", text: words.reload, again: words.reload_now };
  if (final === "sign_in") return { kind: "stop", text: words.signed_out, again: words.sign_in };
  if (final === "unknown") return { kind: "stop", text: words.over };
  if (final) return { kind: "", text: "" };
  const time = clock(lastGood, language);
  if (later) return { kind: "trouble", text: fill(words.later, { time }) };
  if (online && !lag) {
    return polling ? { kind: "quiet", text: words.slower } : { kind: "", text: words.online ?? "" };
  }
  if (!known && now - lastGood < FIRST_GRACE_MS) return { kind: "quiet", text: words.connecting };
  if (!online && now - lastGood < GRACE_MS) return null; // it may be back before it is read
  return { kind: "trouble", text: fill(words.stale, { time }) };
}

export class SyncLine {
  /**
   * @param {object} given
   * @param {HTMLElement} given.line a live region: it is touched only when its words change
   * @param {string} given.page where the page itself is
   * @param {string} given.name its class; `--trouble` and `--quiet` are put behind it
   */
  constructor({ line, page, name, words, language, timers, now }) {
    Object.assign(this, { line, page, name, words, language, timers, now });
    this.timer = null;
    this.shown = null;
  }

  show(state) {
    this.timers.clear(this.timer);
    const said = wordsFor(state, this.words, this.language, this.now());
    // Look again when a grace has passed.
    if (!state.online && !state.final && said?.kind !== "trouble") {
      this.timer = this.timers.after(1000, () => this.show(state));
    }
    if (said) this.draw(said);
  }

  draw({ kind, text, again }) {
    const print = `${kind} ${text}`;
    if (print === this.shown) return;
    this.shown = print;
    const { line, name } = this;
    line.hidden = !text;
    line.classList.toggle(`${name}--trouble`, kind === "trouble" || kind === "stop");
    line.classList.toggle(`${name}--quiet`, kind === "quiet");
    line.replaceChildren(text);
    if (again) {
      line.append(" ", Object.assign(make("a", "govuk-link", again), { href: this.page }));
    }
  }
}
