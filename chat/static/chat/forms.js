/** Forms that go without leaving the page: sent, answered, and what is wrong said beside its field. */

import { make } from "./view.js";

const WRONG = "govuk-form-group--error";

/**
 * Send a form. Its buttons rest until there is an answer, so that no press sends it twice.
 *
 * @param {HTMLFormElement} form
 * @param {object} [given]
 * @param {string} [given.url] where it goes, if not where the form says
 * @param {Record<string, string>} [given.more] what goes along beside its fields
 * @returns {Promise<object | null>} the answer; null when what the form is about is gone. Throws when
 *   none came.
 */
export async function post(form, { url = form.action, more = {} } = {}) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  const buttons = [...form.querySelectorAll("button")];
  for (const button of buttons) button.disabled = true;
  try {
    const answer = await fetch(url, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
    });
    if (answer.status === 404) return null;
    return answer.status === 204 ? {} : await answer.json();
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

/** Say beside each field what is wrong with it; returns the first such field. */
export function mark(form, errors) {
  let first = null;
  for (const [name, lines] of Object.entries(errors)) {
    const field = form.elements[name];
    const control = field instanceof RadioNodeList ? field[0] : field;
    const group = control?.closest(".govuk-form-group");
    if (!group) continue;
    const line = make("p", "govuk-error-message", lines.join(" "));
    line.dataset.wrong = "";
    line.id = `wrong-${name}`;
    group.classList.add(WRONG);
    const title = group.querySelector("legend, label:not(.govuk-checkboxes__label)");
    if (title) title.after(line);
    else group.prepend(line);
    const said = control.getAttribute("aria-describedby");
    control.setAttribute("aria-describedby", said ? `${said} ${line.id}` : line.id);
    first ??= control;
  }
  return first;
}

/** Take back what was said of the fields. */
export function unmark(form) {
  for (const line of form.querySelectorAll("[data-wrong]")) {
    const control = form.querySelector(`[aria-describedby~="${line.id}"]`);
    const said = control?.getAttribute("aria-describedby").replace(line.id, "").trim();
    if (said) control.setAttribute("aria-describedby", said);
    else control?.removeAttribute("aria-describedby");
    line.remove();
  }
  for (const group of form.querySelectorAll(`.${WRONG}`)) group.classList.remove(WRONG);
}
