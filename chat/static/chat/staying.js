/**
 * Staying and leaving: who has a chat in danger is signed out by no clock, and is asked before they
 * sign out by themselves. Who does sign out leaves nothing half typed behind in this tab.
 */

const STAY_MS = 20 * 60000; // the sign-in is lengthened so often

export function beginStaying(workplace) {
  const { lists, part, storage, outside } = workplace;
  const form = document.querySelector(".console-header__person");
  const dialog = part("dialog-leave");
  // An alarm that still has to get through would go with the page.
  const inDanger = () => lists().mine.some(({ id, danger }) => danger || workplace.alarms.waits(id));
  let stayed = -Infinity;

  workplace.on("lists", () => {
    if (!inDanger() || outside.now() - stayed < STAY_MS) return;
    stayed = outside.now();
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    outside
      .fetch(part("desk").dataset.stay, { method: "POST", headers: { "X-CSRFToken": token } })
      .catch(() => (stayed = -Infinity)); // at the next look
  });

  form.addEventListener("submit", (event) => {
    if (inDanger()) {
      event.preventDefault();
      dialog.returnValue = "";
      dialog.showModal();
    } else storage?.clear();
  });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    storage?.clear();
    form.submit();
  });
}
