/**
 * How the visitor's page looks and sounds: size of the words, and what tells that somebody answers.
 * Chosen for this tab and kept in it. Without a choice there is no sound: who is near may hear it.
 */

import { CHIME, Sound } from "./sound.js";
import { keep, read } from "./storage.js";

const SIZES = ["normal", "larger", "largest"];
const NOTICES = ["dot", "sound", "nothing"];

/** What was chosen under a name, or else the first choice. */
function chosen(storage, name, choices) {
  const kept = read(storage, name);
  return choices.includes(kept) ? kept : choices[0];
}

const sound = new Sound({ length: 0.5, loudness: 0.08 });
const playChime = () => sound.playWhenAllowed(CHIME);

/** Tells in the tab, and by a sound if that was chosen, that there is something new. */
export class Notice {
  constructor({ document, storage, chime = playChime }) {
    Object.assign(this, { document, storage, chime });
    this.kind = chosen(storage, "notice", NOTICES);
  }

  choose(kind) {
    this.kind = kind;
    keep(this.storage, "notice", kind);
    if (kind === "sound") this.chime(); // so that it is known; a browser also wants a press first
    if (kind === "nothing") this.seen();
  }

  /** A mark in the tab when nobody looks at it: neutral, without a word. */
  tell() {
    if (this.kind === "sound") this.chime();
    if (this.kind === "nothing" || this.document.visibilityState !== "hidden") return;
    if (!this.document.title.startsWith("• ")) this.document.title = `• ${this.document.title}`;
  }

  seen() {
    this.document.title = this.document.title.replace(/^• /, "");
  }
}

/** The panel in which both are chosen. */
export class Display {
  /**
   * @param {object} given
   * @param {HTMLDetailsElement} given.panel
   * @param {HTMLElement} given.root
   * @param {Notice} given.notice
   * @param {Storage | null} given.storage
   */
  constructor({ panel, root, notice, storage }) {
    this.root = root;
    panel.hidden = false;
    this.size(chosen(storage, "size", SIZES));
    for (const input of panel.querySelectorAll("input")) {
      const held = input.name === "size" ? this.chosen : notice.kind;
      input.checked = input.value === held;
      input.addEventListener("change", () => {
        if (input.name === "size") {
          this.size(input.value);
          keep(storage, "size", input.value);
        } else {
          notice.choose(input.value);
        }
      });
    }
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      panel.open = false;
      panel.querySelector("summary").focus();
    });
  }

  size(chosen) {
    this.chosen = chosen;
    for (const each of SIZES) this.root.classList.toggle(`chat--${each}`, each === chosen);
  }
}
