// Keys of the queue, while the focus is in it: up and down go through the rows, x chooses one.
// Enter opens a row by itself: it is a link. Without this script Tab and Space do the same.

const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

/** The row that a key leads to from one row, among so many; null for any other key. */
export function target(key, from, rows) {
  if (key === "Home") return 0;
  if (key === "End") return rows - 1;
  const step = STEPS[key];
  return step === undefined ? null : Math.min(Math.max(from + step, 0), rows - 1);
}

export function listen(queue) {
  const rows = [...queue.querySelectorAll(".desk-row")];
  queue.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const here = rows.findIndex((row) => row.contains(event.target));
    if (here < 0) return;
    if (event.key === "x") {
      rows[here].querySelector("input[type=checkbox]")?.click();
      event.preventDefault();
      return;
    }
    const next = target(event.key, here, rows.length);
    if (next === null) return;
    rows[next].querySelector(".desk-row__link").focus();
    event.preventDefault();
  });
}

if (globalThis.document) {
  const queue = document.getElementById("queue");
  if (queue) listen(queue);
}
