/**
 * What the browser keeps for us. It may be full or switched off: then nothing is kept, and nothing
 * else is lost by it.
 */

/** What is kept under a name; empty when nothing is. */
export function read(storage, name) {
  try {
    return storage?.getItem(name) ?? "";
  } catch {
    return "";
  }
}

/** Keep a text under a name; an empty one is not kept. */
export function keep(storage, name, text) {
  try {
    if (text) storage?.setItem(name, text);
    else storage?.removeItem(name);
  } catch {
    // It holds until the page is left.
  }
}

/** The storage of this tab, if the browser gives it. */
export function tabStorage() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return null;
  }
}

/** The storage that all tabs of this browser share, if it gives it. */
export function browserStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
