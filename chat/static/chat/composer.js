/**
 * The box that is typed in. Enter sends, Shift and Enter makes a line. It never locks, and what was
 * not sent survives a reload, in this tab only.
 */

import { keep, read } from "./storage.js";

const LIMIT_BYTES = 4096;

/** Whether a message is longer than the server takes. */
export function tooLong(text) {
  return new TextEncoder().encode(text).length > LIMIT_BYTES;
}

export class Composer {
  /**
   * @param {object} given
   * @param {HTMLFormElement} given.form
   * @param {HTMLTextAreaElement} given.box
   * @param {HTMLElement} given.problem
   * @param {object} given.words
   * @param {(text: string) => void} given.onSend
   * @param {() => void} given.onType
   * @param {Storage | null} given.storage
   */
  constructor({ form, box, problem, words, onSend, onType, storage }) {
    Object.assign(this, { form, box, problem, words, onSend, storage });
    this.key = "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    box.addEventListener("keydown", (event) => {
      // While a word is being composed (Japanese, accents) Enter belongs to that.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    box.addEventListener("input", () => {
      this.keep();
      this.grow();
      if (!tooLong(box.value)) this.complain("");
      if (box.value.trim()) onType();
    });
  }

  /** Show the draft of a conversation. */
  use(key) {
    this.key = `draft ${key}`;
    const held = read(this.storage, this.key);
    // A text that the server gave back in the page goes first.
    if (held && !this.box.value) this.box.value = held;
    this.grow();
  }

  /** Put another conversation's draft in the box. */
  change(key) {
    this.box.value = "";
    this.complain("");
    this.use(key);
  }

  submit() {
    const text = this.box.value;
    if (!text.trim()) {
      this.box.focus();
      return;
    }
    if (tooLong(text)) {
      this.complain("too_long");
      return;
    }
    this.complain("");
    this.onSend(text);
    this.box.value = "";
    this.keep();
    this.grow();
    this.box.focus();
  }

  complain(code) {
    const { problem, box } = this;
    problem.hidden = !code;
    problem.textContent = code ? this.words.problems[code] : "";
    if (code) box.setAttribute("aria-describedby", problem.id);
    else box.removeAttribute("aria-describedby");
  }

  grow() {
    const { box } = this;
    box.rows = Math.min(8, Math.max(2, box.value.split("\n").length));
  }

  keep() {
    keep(this.storage, this.key, this.box.value);
  }

  /** Whether a conversation has a draft here. */
  holds(key) {
    return Boolean(read(this.storage, `draft ${key}`));
  }

  /** Drop the draft of a conversation that is over. */
  drop(key) {
    if (this.key === `draft ${key}`) this.forget();
    else keep(this.storage, `draft ${key}`, "");
  }

  /** Drop the draft from the box and from the tab. */
  forget() {
    this.box.value = "";
    this.keep();
    this.grow();
  }
}

/** Keep messages that are not sent yet in this tab, so that a reload loses none. */
export function keepOutbox(storage, key, outbox) {
  keep(storage, `outbox ${key}`, outbox.length ? JSON.stringify(outbox) : "");
}

/** The messages that this tab had not sent when it was reloaded. */
export function readOutbox(storage, key) {
  try {
    return JSON.parse(read(storage, `outbox ${key}`) || "[]");
  } catch {
    return [];
  }
}

/** A new name for a message, by which a resend is known. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Only on a page without HTTPS.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
