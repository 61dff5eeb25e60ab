/**
 * The keys of the console. They are function keys and keys with Alt, which work while a message is
 * typed and take no letter of it. The one character, "?", works outside fields, and can be switched
 * off for who speaks to the computer.
 */

/** The name of what was pressed: "F8", "Alt+N", "Alt+ArrowDown", "?"; empty when it is none of ours. */
export function pressed(event) {
  if (event.repeat || event.isComposing || event.ctrlKey || event.metaKey) return "";
  if (event.getModifierState?.("AltGraph")) return ""; // types a character
  if (event.altKey) {
    if (event.shiftKey) return "";
    // With Alt a Mac gives another character; the place on the keyboard stays.
    const letter = /^Key([A-Z])$/.exec(event.code ?? "");
    return `Alt+${letter ? letter[1] : event.key}`;
  }
  return /^F\d+$/.test(event.key) && event.shiftKey ? "" : event.key;
}

const SIGNS = { ArrowUp: "↑", ArrowDown: "↓" };

/** The keys to press, as they stand on the keyboard. */
export function caps(name) {
  return name.split("+").map((each) => SIGNS[each] ?? each);
}

/** Whether what is typed there is text. */
function takesText(target) {
  return Boolean(target?.matches?.("input, textarea, select, [contenteditable]"));
}

export class Keys {
  /** @param {{characters?: () => boolean}} given whether keys of one character are on */
  constructor({ characters = () => true } = {}) {
    this.characters = characters;
    /** @type {Map<string, {key: string, says: string, work: () => void}>} */
    this.known = new Map();
  }

  /** Add a key: what it is, what it does in words, and what it does. */
  add({ key, says, work }) {
    if (this.known.has(key)) throw new Error(`two things on one key: ${key}`);
    this.known.set(key, { key, says, work });
  }

  /** All of them, in the order in which they came. */
  list() {
    return [...this.known.values()];
  }

  /** Do what a press asks for; whether it asked for something. */
  hear(event) {
    if (event.defaultPrevented) return false;
    const name = pressed(event);
    const held = this.known.get(name);
    if (!held) return false;
    if (name.length === 1 && (takesText(event.target) || !this.characters())) return false;
    event.preventDefault();
    held.work();
    return true;
  }
}
