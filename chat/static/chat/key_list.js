/** The keys that work here, in a list that one key opens. */

import { Choice } from "./choice.js";
import { Keys, caps } from "./keys.js";
import { make } from "./view.js";

export function beginKeyList(workplace) {
  const { part, words } = workplace;
  const dialog = part("dialog-keys");
  const box = part("keys-characters");
  const characters = new Choice("characters", true);
  const keys = new Keys({ characters: () => characters.on });
  workplace.keys = keys;

  box.checked = characters.on;
  box.addEventListener("change", () => characters.set(box.checked));

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
