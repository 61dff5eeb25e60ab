/** The keys that work here, in a list that one key opens. */

import { Keys, caps } from "./keys.js";
import { make } from "./view.js";

const CHOICE = "console characters"; // in the browser: a choice of who works here, of nobody else

export function beginKeyList(workplace) {
  const { part, words } = workplace;
  const dialog = part("dialog-keys");
  const choice = part("keys-characters");
  const keys = new Keys({ characters: () => choice.checked });
  workplace.keys = keys;

  choice.checked = read() !== "off";
  choice.addEventListener("change", () => write(choice.checked ? "on" : "off"));

  function open() {
    if (dialog.open) return;
    part("keys-list").replaceChildren(...keys.list().map(row));
    dialog.showModal();
  }

  function row({ key, says }) {
    const shown = caps(key).flatMap((cap, place) => [place ? " + " : "", make("kbd", "key", cap)]);
    return make("div", "keys__row", make("dt", "keys__keys", ...shown), make("dd", "keys__says", says));
  }

  part("open-keys").addEventListener("click", open);
  keys.add({ key: "?", says: words.keys.list, work: open });
  keys.add({ key: "F1", says: words.keys.list_anywhere, work: open });
  document.addEventListener("keydown", (event) => {
    // A dialog is about something else.
    if (!document.querySelector("dialog[open]")) keys.hear(event);
  });
}

function read() {
  try {
    return localStorage.getItem(CHOICE);
  } catch {
    return null;
  }
}

function write(value) {
  try {
    localStorage.setItem(CHOICE, value);
  } catch {
    // Without storage the choice holds until the page is left.
  }
}
