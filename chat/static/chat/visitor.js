/** The visitor's page: messages over a socket, and all that stands around them. */

import { Composer, keepOutbox, newId, readOutbox, tabStorage } from "./composer.js";
import { Connection, browser, socketURL, wakeWith } from "./connection.js";
import { begin, reduce, unsent } from "./conversation.js";
import { catchPictures } from "./pictures.js";
import { Transcript, clock, fill, make } from "./view.js";

const root = document.getElementById("chat");
const words = JSON.parse(document.getElementById("chat-words").textContent);
const language = document.documentElement.lang;
const part = (name) => document.getElementById(`chat-${name}`);

const storage = tabStorage();
const { key } = root.dataset;

const SIMPLE_AFTER = 4; // attempts without a connection, before another way is offered

let conversation = begin("visitor");
let state = null;
let offerShown = "";

const transcript = new Transcript({
  scroller: part("log"),
  list: part("messages"),
  words,
  language,
  onRetry: (id) => {
    change({ type: "retry", id });
    sendQueued();
  },
});

const composer = new Composer({
  form: part("composer"),
  box: part("text"),
  problem: part("problem"),
  words,
  storage,
  onSend: (text) => {
    change({ type: "typed", id: newId(), text });
    sendQueued();
  },
});

const connection = new Connection({
  url: socketURL(root.dataset.socket),
  beat: words.beat,
  hello: () => ({
    type: "hello",
    v: words.version,
    token: root.dataset.token,
    since: conversation.seq,
  }),
  pulse: () => ({ type: "beat", seq: conversation.seq }),
  onFrame,
  onState,
  ...browser(),
});

function change(event) {
  const before = conversation;
  conversation = reduce(conversation, event);
  if (conversation === before) return;
  transcript.draw(conversation);
  if (conversation.outbox !== before.outbox) keepOutbox(storage, key, conversation.outbox);
}

function sendQueued() {
  if (!state || (state.status !== "waiting" && state.status !== "active")) return;
  for (const { id, text } of unsent(conversation)) connection.send({ type: "say", id, text });
}

function onFrame(frame) {
  change(frame);
  if (frame.type === "welcome") {
    showState(frame.state);
    sendQueued();
  } else if (frame.type === "state") {
    showState(frame);
    sendQueued();
  } else if (frame.type === "refused" && frame.code === "slow") {
    setTimeout(sendQueued, frame.after * 1000);
  } else if (frame.type === "messages") {
    announceNew(frame.messages);
  }
}

/** A quiet mark in the tab when something came while it was not looked at: neutral words. */
function announceNew(messages) {
  if (document.visibilityState === "hidden" && messages.some((m) => m.from === "counsellor")) {
    if (!document.title.startsWith("• ")) document.title = `• ${document.title}`;
  }
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") document.title = document.title.replace(/^• /, "");
});

function showState(next) {
  state = next;
  const paused = state.status === "paused";
  const over = state.status === "ended";
  root.classList.toggle("chat--away", paused);
  part("log").hidden = paused;
  part("composer").hidden = paused || over;
  part("paused").hidden = !paused;
  part("over").hidden = !over;
  part("end").hidden = over;
  part("danger").hidden = !state.danger || paused || over;
  part("with").textContent = about();
  part("hint").hidden = state.status !== "waiting";
  showOffer(paused || over ? null : state.offer);
  if (over) forget();
}

function about() {
  if (state.status === "ended") return words.ended;
  if (state.status === "waiting") {
    return state.position === 1
      ? words.position_one
      : fill(words.position_many, { position: state.position });
  }
  if (state.status === "paused") return "";
  return state.counsellor
    ? fill(words.with, { name: state.counsellor })
    : words.with_somebody;
}

function onState({ online, final, lastGood, attempts }) {
  const sync = part("sync");
  if (final === "version") sync.textContent = words.reload;
  else if (final === "unknown") {
    sync.textContent = words.over;
    part("composer").hidden = true;
    part("over").hidden = false;
  } else if (!online && !final) {
    sync.textContent =
      state === null ? words.connecting : fill(words.stale, { time: clock(lastGood, language) });
  }
  sync.hidden = online || (final !== "" && final !== "version" && final !== "unknown");
  part("simple").hidden = online || final !== "" || attempts < SIMPLE_AFTER;
}

/** The cookie dies with the chat; this tab keeps what is on the page until it closes. */
function forget() {
  forgetUnsent();
  fetch(root.dataset.forget, { method: "POST" }).catch(() => {});
}

function forgetUnsent() {
  composer.forget();
  keepOutbox(storage, key, []);
}

// The question about a report

function showOffer(offer) {
  const place = part("offer");
  if (!offer) {
    // The return code stays until the visitor says they have it.
    if (offerShown !== "code") place.replaceChildren();
    offerShown = offerShown === "code" ? "code" : "";
    return;
  }
  if (offerShown === offer.id) return;
  offerShown = offer.id;
  const form = document.getElementById("consent-template").content.cloneNode(true).firstElementChild;
  form.elements.offer.value = offer.id;
  form.elements.key.value = newId();
  form
    .querySelector(".chat-consent__links")
    .append(...offer.links.map((link) => Object.assign(make("li", "", link), { dir: "ltr" })));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answerOffer(form, event.submitter?.value ?? "yes");
  });
  place.replaceChildren(form);
  scrollTo(form);
}

/** Bring something among the messages into view; the page itself stays where it is. */
function scrollTo(element) {
  const { scroller } = transcript;
  scroller.scrollTop +=
    element.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 60;
}

async function answerOffer(form, answer) {
  const body = new URLSearchParams(new FormData(form));
  body.set("answer", answer);
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  for (const old of form.querySelectorAll(".govuk-error-message")) old.remove();
  try {
    const response = await fetch(root.dataset.report, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
    });
    const result = await response.json();
    if (result.return_code) showCode(result.return_code);
    else if (result.errors) showErrors(form, result.errors);
    else part("offer").replaceChildren();
  } catch {
    // Nothing is lost: the same key makes no second report.
    form.append(make("p", "govuk-error-message", words.problems.malformed));
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

function showErrors(form, errors) {
  for (const [name, lines] of Object.entries(errors)) {
    const field = form.elements[name];
    const group = (field instanceof RadioNodeList ? field[0] : field)?.closest(".govuk-form-group");
    group?.prepend(make("p", "govuk-error-message", lines.join(" ")));
  }
  scrollTo(form.querySelector(".govuk-error-message") ?? form);
}

/** The return code: in this window only, and gone with it. */
function showCode(code) {
  offerShown = "code";
  const copy = make("button", "govuk-button govuk-button--secondary", words.copy);
  copy.type = "button";
  copy.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(code);
    copy.textContent = words.copied;
  });
  const done = make("button", "govuk-button", words.code_done);
  done.type = "button";
  const shown = make(
    "div",
    "chat-code",
    make("h2", "govuk-heading-m", words.code_title),
    make("p", "chat-code__code", code),
    make("p", "govuk-body", words.code_text),
    make("div", "govuk-button-group", ...(navigator.clipboard ? [copy] : []), done),
  );
  shown.tabIndex = -1;
  done.addEventListener("click", () => {
    offerShown = "";
    shown.remove();
    part("text").focus();
  });
  part("offer").replaceChildren(shown);
  shown.focus();
  transcript.toEnd();
}

/** The conversation fills what is left of the window below the bar and any notice. */
function fit() {
  root.style.setProperty("--chat-above", `${Math.round(root.getBoundingClientRect().top + scrollY)}px`);
}

// Begin

fit();
addEventListener("resize", fit);
part("resume").addEventListener("click", () => connection.send({ type: "resume" }));
part("end")
  .querySelector("form")
  .addEventListener("submit", (event) => {
    // Without a connection the form goes by itself.
    if (connection.send({ type: "end" })) event.preventDefault();
  });
// Who leaves in a hurry leaves no half sentence behind in this tab.
document.addEventListener("helpline:leave", forgetUnsent);
catchPictures(document, () => document.getElementById("chat-picture").showModal());
composer.use(key);
for (const { id, text } of readOutbox(storage, key)) change({ type: "typed", id, text });
transcript.draw(conversation);
wakeWith(connection);
connection.open();
connection.tell();
