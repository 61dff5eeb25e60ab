/** A code to come back with, for who asks for one: shown where they are, without leaving the chat. */

import { codeCard } from "./code_card.js";
import { newId } from "./composer.js";
import { post } from "./forms.js";
import { make } from "./view.js";

/**
 * @param {HTMLElement} root
 * @param {object} given
 * @param {object} given.words
 * @param {() => void} given.onShown a code stands on the page
 */
export function wayBack(root, { words, onShown }) {
  for (const form of root.querySelectorAll("form[data-way-back]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form, words, onShown);
    });
  }
}

async function ask(form, words, onShown) {
  form.querySelector(".govuk-error-message")?.remove();
  try {
    const { return_code: code, code: why } = await post(form);
    if (code) show(form, code, words, onShown);
    else complain(form, words.problems[why] ?? words.problems.malformed);
  } catch {
    // The same key asks for the same code: nothing is lost by asking again.
    complain(form, words.problems.malformed);
  }
}

function show(form, code, words, onShown) {
  form.elements.key.value = newId(); // asked again, it is another code
  const place = document.getElementById(form.dataset.wayBack);
  const inside = place.contains(form);
  form.hidden = inside;
  const card = codeCard({
    words,
    code,
    title: words.back_title,
    text: words.back_text,
    onDone: () => {
      form.hidden = false;
      form.querySelector("button").textContent = words.back_again;
      if (inside) form.querySelector("button").focus();
      else document.getElementById("chat-text")?.focus();
    },
  });
  for (const before of place.querySelectorAll(".chat-code")) before.remove();
  place.append(card);
  onShown();
  card.focus();
  card.scrollIntoView({ block: "nearest" });
}

function complain(form, text) {
  form.append(make("p", "govuk-error-message", text));
}
