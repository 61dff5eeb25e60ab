/**
 * Links from a text or CSV file, read here in the browser. The file is never sent: its field has no
 * name and stands in no form's data, and only the text that lands in the box goes on.
 */

const MOST = 1_000_000; // bytes; two hundred links are far less

/** The text of a file's bytes: UTF-8, what Excel writes, or null for what is no text. */
export function textOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** The cells of a CSV file, one on a line: a comma between two cells is no part of an address. */
export function cellsOf(text) {
  const separator = separatorOf(text);
  const cells = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (char === '"' && !cell) {
      quoted = true;
    } else if (char === separator || char === "\n" || char === "\r") {
      cells.push(cell);
      cell = "";
    } else {
      cell += char;
    }
  }
  cells.push(cell);
  return cells
    .map((one) => one.trim())
    .filter(Boolean)
    .join("\n");
}

/** What stands between the cells: the one of three that the first line has most of. */
function separatorOf(text) {
  const first = text.split(/[\r\n]/, 1)[0].replace(/"[^"]*"/g, "");
  const count = (char) => first.split(char).length - 1;
  return [";", "\t", ","].reduce((best, char) => (count(char) > count(best) ? char : best));
}

/** The lines of a file for the box, or why they cannot be read: "picture", "big" or "unreadable". */
export async function read(file) {
  if (/^(image|video)\//.test(file.type)) return { problem: "picture" };
  if (file.size > MOST) return { problem: "big" };
  const text = textOf(new Uint8Array(await file.arrayBuffer()));
  if (text === null) return { problem: "unreadable" };
  const plain = text.replace(/^\ufeff/, "");
  return { text: /\.csv$/i.test(file.name) || file.type === "text/csv" ? cellsOf(plain) : plain.trim() };
}

/** Offer a file beside the box with links. Without a script there is no such field. */
export function offerFile(root) {
  const place = root.querySelector("[data-from-file]");
  const box = root.querySelector("textarea[name=text]");
  if (!place || !box || place.querySelector("input")) return;
  const input = document.createElement("input");
  input.type = "file";
  input.id = "links-from-file";
  input.className = "govuk-file-upload";
  input.accept = ".txt,.csv,text/plain,text/csv";
  input.setAttribute("aria-describedby", "links-from-file-hint");
  const label = document.createElement("label");
  label.className = "govuk-label govuk-label--s";
  label.htmlFor = input.id;
  label.textContent = place.dataset.label;
  const said = document.createElement("p");
  said.className = "govuk-body";
  said.setAttribute("role", "status");
  place.prepend(label);
  place.append(input, said);
  place.hidden = false;
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    let found;
    try {
      found = await read(file);
    } catch {
      found = { problem: "unreadable" };
    }
    input.value = "";
    if (found.problem) {
      said.textContent = place.dataset[found.problem];
      return;
    }
    box.value = box.value.trim() ? `${box.value.replace(/\s+$/, "")}\n${found.text}` : found.text;
    said.textContent = place.dataset.done;
    box.focus();
  });
}
