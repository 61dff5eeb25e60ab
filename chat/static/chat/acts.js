/** The buttons of the open conversation: take it, give it back, end it, ask for a report. */

export function beginActs(workplace) {
  const { part, words, act, current } = workplace;

  part("act-claim").addEventListener("click", () => workplace.take(current()));
  part("act-give-back").addEventListener("click", () =>
    act({ type: "give_back", conversation: current() }),
  );
  const dialog = part("dialog-end");
  part("act-end").addEventListener("click", () => {
    dialog.returnValue = ""; // what was chosen the last time
    dialog.showModal();
  });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") act({ type: "end", conversation: current() });
  });
  part("links-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const links = workplace.room.ticked();
    if (links.length && act({ type: "offer", conversation: current(), links })) {
      part("links-note").textContent = words.asked;
    }
  });
}
