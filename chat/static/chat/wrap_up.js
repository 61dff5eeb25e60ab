/** Writing a chat down: a form that comes over the console, and says what is wrong in its place. */

import { mark, post, unmark } from "./forms.js";
import { fill } from "./view.js";

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
      ask(row.danger);
    }
    part("dialog-wrap-up-title").textContent = fill(words.after.write, {
      name: row.name || words.nameless,
    });
    fold();
    dialog.showModal();
    form.elements.theme.focus();
  }

  /** Where danger was raised, which it was is theirs to say. */
  function ask(raised) {
    const { danger } = form.elements;
    const none = danger.querySelector('[value="none"]');
    none.disabled = none.hidden = raised;
    if (raised) danger.value = "";
  }

  /** Only what is asked for now is shown. */
  function fold() {
    form.querySelector("[data-with-danger]").hidden = form.elements.danger.value === "none";
    form.querySelector("[data-with-agreed]").hidden = !form.elements.agreed.checked;
  }

  function clear() {
    part("wrap-up-problem").hidden = true;
    unmark(form);
  }

  function complain(text) {
    part("wrap-up-problem").textContent = text;
    part("wrap-up-problem").hidden = false;
  }

  async function save() {
    clear();
    try {
      const result = await post(form, { url: dialog.dataset.address.replace(NOBODY, chat) });
      if (!result) complain(words.shut); // erased, or not theirs any more
      else if (result.errors) mark(form, result.errors)?.focus();
      else {
        chat = "";
        dialog.close();
        workplace.note(words.after.written);
      }
    } catch {
      complain(words.not_now);
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
