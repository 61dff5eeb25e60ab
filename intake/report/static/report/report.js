/**
 * A report page by page without leaving the page, so that the browser's own Back works.
 *
 * Without this each page is a form that is posted: nothing is lost, but Back makes the browser ask
 * whether to send the form again, since nobody may keep these pages. Here the pages already seen are
 * kept in this tab's memory and nowhere else: not in storage, not in the history (which knows only a
 * number), and gone with the tab or with the way out.
 */

import { offerFile } from "./from_file.js";

const WHOLE = ["send", "word"]; // what the browser submits by itself
const seen = []; // the content of each page, by its number in the history
let now = 0;

/** Keep the page that is shown, and show another in its place. */
function show(number, main, title) {
  const shown = document.querySelector("main");
  seen[now] = { main: shown, title: document.title };
  shown.replaceWith(main);
  document.title = title;
  now = number;
  dress(main);
  const first = main.querySelector(".govuk-error-summary, h1");
  if (first) {
    first.setAttribute("tabindex", "-1");
    first.focus({ preventScroll: true });
  }
  window.scrollTo(0, 0);
}

/** Going back takes along what was said since: an older page knows only what was said before it. */
function carry(from, to) {
  const [newer, older] = [from, to].map((main) => main.querySelector("input[name=step]")?.form);
  if (!newer || !older) return;
  const own = new Set(["step", "mark", "go"]);
  for (const { name, type } of older.elements) if (name && type !== "hidden") own.add(name);
  for (const field of older.querySelectorAll("input[type=hidden]")) {
    if (!own.has(field.name)) field.remove();
  }
  for (const [name, value] of new FormData(newer)) {
    if (own.has(name)) continue;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    older.prepend(field);
  }
}

/** Post a page's form and show what comes back. */
async function send(form, button, action) {
  const body = new URLSearchParams(new FormData(form, button));
  let answer;
  try {
    answer = await fetch(action, { method: "POST", body, redirect: "error" });
  } catch {
    sayOffline(form);
    return;
  }
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = parsed.querySelector("main");
  if (!main || !main.querySelector("[data-report]") || parsed.documentElement.lang !== document.documentElement.lang) {
    throw new Error("another kind of page");
  }
  seen.length = now + 1;
  const next = now + 1;
  show(next, document.importNode(main, true), parsed.title);
  history.pushState({ page: next }, "");
}

function onSubmit(event) {
  const form = event.target;
  const button = event.submitter;
  if (!form.closest("[data-report]")) return;
  if (form.dataset.busy) {
    event.preventDefault();
    return;
  }
  // A page with a code comes from the browser itself: reloading it shows the code again.
  if (button && WHOLE.includes(button.value)) {
    if (navigator.onLine === false) {
      event.preventDefault();
      sayOffline(form);
    }
    return;
  }
  event.preventDefault();
  form.dataset.busy = "yes";
  const action = (button && button.getAttribute("formaction")) || form.getAttribute("action");
  send(form, button, action)
    // A page this cannot show: let the browser do what it does without us.
    .catch(() => post(form, button, action))
    .finally(() => delete form.dataset.busy);
}

/** Without a network the page stays as it is: leaving it would lose what was filled in. */
function sayOffline(form) {
  form.querySelector("[data-offline-said]")?.remove();
  const said = document.createElement("p");
  said.className = "govuk-error-message";
  said.dataset.offlineSaid = "yes";
  said.setAttribute("role", "alert");
  form.querySelector(".govuk-button-group").before(said);
  said.textContent = form.closest("[data-report]").dataset.offline;
}

/** Submit as a browser does by itself. */
function post(form, button, action) {
  if (button && button.name) {
    const pressed = document.createElement("input");
    pressed.type = "hidden";
    pressed.name = button.name;
    pressed.value = button.value;
    form.append(pressed);
  }
  form.setAttribute("action", action);
  form.submit();
}

/** The buttons and fields that only work with a script. */
function dress(root) {
  offerFile(root);
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.onclick = () => window.print();
    root.querySelector("[data-print-by-menu]")?.remove();
  }
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.onclick = () => copyCode(button);
    root.querySelector("[data-copy-by-hand]")?.remove();
  }
  const turns = root.querySelectorAll("[data-turn-in]");
  const sayNow = () => turns.forEach((line) => (line.textContent = line.dataset.turnNow));
  for (const line of turns) setTimeout(sayNow, Number(line.dataset.turnIn) * 1000);
  for (const place of root.querySelectorAll("[data-work]")) {
    import("./work.js").then(({ work }) => work(place)).then((done) => done && sayNow());
  }
}

/** Put the code on the clipboard, and say whether that worked; where it cannot, select it. */
async function copyCode(button) {
  const code = document.querySelector(".code");
  const said = button.parentElement.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(code.textContent.trim().replace(/\s+/g, " "));
    said.textContent = button.dataset.copied;
  } catch {
    getSelection().selectAllChildren(code);
    said.textContent = button.dataset.notCopied;
  }
}

/** The language links above the page take the answers along. */
function onLanguage(event) {
  const link = event.target.closest?.("a[hreflang]");
  const form = document.querySelector("main [data-report] form");
  const stay = form?.querySelector('button[value="stay"]');
  if (!link || !stay || link.getAttribute("aria-current")) return;
  event.preventDefault();
  post(form, stay, stay.getAttribute("formaction"));
}

// Not on the page with the code: a history entry that a script has touched is reloaded without its
// form, and the code would be lost.
if (document.querySelector("main [data-report] form")) {
  // Pulling the page down would reload it and lose what was filled in.
  document.documentElement.classList.add("report-open");
  history.replaceState({ page: 0 }, "");
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", onLanguage);
  window.addEventListener("popstate", (event) => {
    const page = seen[event.state?.page];
    if (page) {
      if (event.state.page < now) carry(document.querySelector("main"), page.main);
      show(event.state.page, page.main, page.title);
    } else location.reload();
  });
  document.addEventListener("helpline:leave", () => (seen.length = 0));
}
dress(document);
