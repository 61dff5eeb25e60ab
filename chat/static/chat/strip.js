/** The line about a chat on other pages: it says by itself when somebody answers there. */

import { browser } from "./browser.js";
import { Notice } from "./display.js";
import { tabStorage } from "./storage.js";

const EVERY_MS = 15_000;

/**
 * @param {HTMLElement} strip
 * @param {object} given
 * @param {typeof fetch} given.fetch
 * @param {() => void} given.tell called once, when somebody answers
 * @returns {() => Promise<boolean>} looks once; whether there is anything left to look for
 */
export function keepUp(strip, { fetch, tell }) {
  const line = strip.querySelector('[role="status"]');
  return async () => {
    let place;
    try {
      const answer = await fetch(strip.dataset.place, { headers: { Accept: "application/json" } });
      if (!answer.ok) return true;
      place = await answer.json();
    } catch {
      return true; // what it said last may still be true: the next look tells
    }
    const wasReady = strip.classList.contains("chat-strip--ready");
    strip.hidden = !place.text;
    strip.classList.toggle("chat-strip--ready", place.ready);
    if (line.textContent !== place.text) line.textContent = place.text;
    if (place.ready && !wasReady) tell();
    return Boolean(place.text);
  };
}

const strip = globalThis.document?.getElementById("chat-strip");
if (strip) {
  const { timers, fetch } = browser();
  const notice = new Notice({ document, storage: tabStorage() });
  const look = keepUp(strip, { fetch, tell: () => notice.tell() });
  const go = async () => {
    if (await look()) timers.after(EVERY_MS, go);
  };
  timers.after(EVERY_MS, go);
}
