/** Ending the open conversation, after a question; or ending one that is abused, and blocking it. */

/** What each answer to the question does. */
const ENDS = { yes: "end", block: "block" };

export function beginEnding({ part, act, current }) {
  const dialog = part("dialog-end");

  part("act-end").addEventListener("click", () => {
    dialog.returnValue = ""; // what was chosen the last time
    dialog.showModal();
  });
  dialog.addEventListener("close", () => {
    const type = ENDS[dialog.returnValue];
    if (type) act({ type, conversation: current() });
  });
}
