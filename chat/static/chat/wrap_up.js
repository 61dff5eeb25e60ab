/** Writing a chat down: a form that comes over the console, and says what is wrong in its place. */

import { fill, make } from "./view.js";

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Begin it; the answer opens the form for one chat. */
export function beginWrapUp(workplace) {
  const { part, words } = workplace;
  const dialog = part("dialog-wrap-up");
  const form = part("wrap-up");
  let chat = "";

  function open(row) {
    if (dialog.open) return;
    if (chat !== row.id) {
      form.reset();
      clear();
      chat = row.id;
      form.elements.minutes.value = row.minutes;
      form.elements.theme.value = row.theme;
      form.elements.age_band.value = row.age_band;
    }
    part("dialog-wrap-up-title").textContent = fill(words.after.write, {
      name: row.name || words.nameless,
    });
    fold();
    dialog.showModal();
    form.elements.theme.focus();
  }

  /** Only what is asked for now is shown. */
  function fold() {
    form.querySelector("[data-with-danger]").hidden = form.elements.danger.value === "none";
    form.querySelector("[data-with-agreed]").hidden = !form.elements.agreed.checked;
  }

  function clear() {
    part("wrap-up-problem").hidden = true;
    for (const old of form.querySelectorAll("[data-wrong]")) old.remove();
    for (const group of form.querySelectorAll(".govuk-form-group--error")) {
      group.classList.remove("govuk-form-group--error");
    }
  }

  function show(errors) {
    let first = null;
    for (const [name, lines] of Object.entries(errors)) {
      const field = form.elements[name];
      const control = field instanceof RadioNodeList ? field[0] : field;
      const group = control?.closest(".govuk-form-group");
      if (!group) continue;
      const line = make("p", "govuk-error-message", lines.join(" "));
      line.dataset.wrong = "";
      line.id = `wrap-up-wrong-${name}`;
      group.classList.add("govuk-form-group--error");
      group.querySelector("label, legend").after(line);
      control.setAttribute("aria-describedby", line.id);
      first ??= control;
    }
    first?.focus();
  }

  async function save() {
    clear();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const response = await fetch(dialog.dataset.address.replace(NOBODY, chat), {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json" },
      });
      if (response.status === 404) {
        part("wrap-up-problem").textContent = words.shut; // erased, or not theirs any more
        part("wrap-up-problem").hidden = false;
        button.disabled = false;
        return;
      }
      const result = await response.json();
      button.disabled = false;
      if (result.errors) {
        show(result.errors);
        return;
      }
      chat = "";
      dialog.close();
      workplace.note(words.after.written);
    } catch {
      button.disabled = false;
      part("wrap-up-problem").textContent = words.not_now;
      part("wrap-up-problem").hidden = false;
    }
  }

  form.addEventListener("change", fold);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  part("wrap-up-later").addEventListener("click", () => dialog.close());
  return open;
}
