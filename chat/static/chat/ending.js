/** Ending a chat that is abused, and reading the one that a visitor came back from. */

export function beginEnding(workplace) {
  const { part } = workplace;
  const dialog = part("dialog-end");

  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "block") return;
    workplace.act({ type: "block", conversation: workplace.current() });
  });
  part("act-earlier").addEventListener("click", () => {
    const earlier = workplace.about()?.earlier;
    if (earlier) workplace.show(earlier);
  });
  workplace.on("room", (about) => {
    part("act-earlier").hidden = !about.earlier;
  });
}
