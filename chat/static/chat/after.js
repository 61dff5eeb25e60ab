/** What stands on the page when a chat is over: two questions, and having it deleted. */

import { post } from "./forms.js";

/**
 * @param {HTMLElement} root
 * @param {object} given
 * @param {() => void} given.forget leave nothing unsent behind in this tab
 */
export function after(root, { forget }) {
  root.querySelector(".chat-survey")?.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(event.target);
    // Who has the chat deleted after this is not asked again.
    const answered = { type: "hidden", name: "answered", value: "yes" };
    root.querySelector(".chat-erase")?.append(Object.assign(document.createElement("input"), answered));
  });
  for (const button of root.querySelectorAll("button[data-erases]")) {
    // The form goes by itself, and the page with it: only this tab's own storage is ours to clear.
    button.form.addEventListener("submit", (event) => {
      if (event.submitter === button) forget();
    });
  }
}

/** Send the answers without leaving the page, on which the chat can still be read. */
async function answer(form) {
  const thanks = document.createElement("p");
  thanks.className = "govuk-body";
  thanks.tabIndex = -1;
  thanks.textContent = form.dataset.thanks;
  const sent = post(form);
  form.replaceChildren(thanks);
  thanks.focus();
  // They are for our figures: who answered is not kept waiting or asked again.
  await sent.catch(() => {});
}
