/** A code that is shown once: in this window only, and gone with it. */

import { button, make } from "./view.js";

/**
 * @param {object} given
 * @param {object} given.words
 * @param {string} given.code
 * @param {string} given.title
 * @param {string} given.text what to do with it
 * @param {() => void} given.onDone the visitor has it, and the card is gone
 */
export function codeCard({ words, code, title, text, onDone }) {
  const copy = button(words.copy, "govuk-button govuk-button--secondary", async () => {
    await navigator.clipboard?.writeText(code);
    copy.textContent = words.copied;
  });
  const done = button(words.code_done, "govuk-button", () => {
    card.remove();
    onDone();
  });
  const card = make(
    "div",
    "chat-code",
    make("h2", "govuk-heading-m", title),
    make("p", "chat-code__code", code),
    make("p", "govuk-body", text),
    make("div", "govuk-button-group", ...(navigator.clipboard ? [copy] : []), done),
  );
  card.tabIndex = -1;
  return card;
}
