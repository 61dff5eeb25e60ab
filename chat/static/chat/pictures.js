/**
 * A picture that is pasted or dropped anywhere on the page is caught here, before anything reads it,
 * and refused kindly with the reason and the right road.
 */

/** Whether a paste or a drop carries a file. */
export function carriesFiles(transfer) {
  if (!transfer) return false;
  if (transfer.files && transfer.files.length > 0) return true;
  return [...(transfer.types ?? [])].includes("Files");
}

/** Catch files on a document; `refuse` tells the person why. */
export function catchPictures(target, refuse) {
  const caught = (event, transfer) => {
    if (!carriesFiles(transfer)) return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  target.addEventListener("paste", (event) => caught(event, event.clipboardData) && refuse(), true);
  target.addEventListener("drop", (event) => caught(event, event.dataTransfer) && refuse(), true);
  // Without this the browser would open a dropped picture in place of the page.
  target.addEventListener("dragover", (event) => caught(event, event.dataTransfer), true);
}
