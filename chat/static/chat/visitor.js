/** The visitor's page: messages over a connection, and all that stands around them. */

import { after } from "./after.js";
import { browser, socketURL, wakeWith } from "./browser.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Consent } from "./consent.js";
import { Display, Notice } from "./display.js";
import { catchPictures } from "./pictures.js";
import { PollSocket } from "./polling.js";
import { tabStorage } from "./storage.js";
import { SyncLine } from "./sync.js";
import { Talk } from "./talk.js";
import { Transcript, fill } from "./view.js";
import { WaitLine } from "./wait_line.js";
import { wayBack } from "./way_back.js";

const root = document.getElementById("chat");
const words = JSON.parse(document.getElementById("chat-words").textContent);
const language = document.documentElement.lang;
const part = (name) => document.getElementById(`chat-${name}`);

const storage = tabStorage();
const outside = browser();

const notice = new Notice({ document, storage });
new Display({ panel: part("display"), root, notice, storage });

const waitLine = new WaitLine({ line: part("wait"), ...outside });

const SIMPLE_AFTER = 4; // attempts without a connection, before another way is offered

// It shows by itself when this script never comes.
part("simple").hidden = true;

let state = null;
let known = null; // the latest place when this page began: what comes after it is new

const transcript = new Transcript({
  scroller: part("log"),
  list: part("messages"),
  words,
  language,
  onRetry: (id) => talk.retry(id),
  onDiscard: (id) => talk.discard(id),
});

const talk = new Talk({
  me: "visitor",
  key: root.dataset.key,
  send: (frame) => connection.send(frame),
  mayWrite: () => state !== null && (state.status === "waiting" || state.status === "active"),
  onChange: draw,
  storage,
  ...outside,
});

const composer = new Composer({
  form: part("composer"),
  box: part("text"),
  problem: part("problem"),
  words,
  storage,
  onSend: (text) => talk.write(text),
  onType: () => talk.typed(),
});

const consent = new Consent({
  place: part("offer"),
  template: document.getElementById("consent-template"),
  url: root.dataset.report,
  words,
  box: part("text"),
  transcript,
});

const sync = new SyncLine({
  line: part("sync"),
  page: root.dataset.page,
  name: "chat__sync",
  words,
  language,
  ...outside,
});

const hello = () => ({
  type: "hello",
  v: words.version,
  token: root.dataset.token,
  since: talk.seq,
  tag: state?.tag,
});

const connection = new Connection({
  url: socketURL(root.dataset.socket),
  poll: () => new PollSocket(root.dataset.wire, { hello, ...outside }),
  beat: words.beat,
  hello,
  pulse: () => ({ type: "beat", seq: talk.seq }),
  // Nothing is shown while the chat is paused, and so nothing is missing.
  behind: ({ seq }) => (seq > talk.seq && state?.status !== "paused" ? String(talk.seq) : ""),
  onFrame,
  onState,
  ...outside,
});

function onFrame(frame) {
  const next = frame.type === "welcome" ? frame.state : frame.type === "state" ? frame : null;
  if (next) showState(next);
  talk.hear(frame);
  if (frame.type === "welcome") {
    known ??= frame.seq;
    talk.connected();
  }
  if (frame.type === "messages") announceNew(frame.messages);
  look();
}

function draw(conversation) {
  transcript.draw(conversation);
  const line = conversation.typing
    ? fill(words.typing, { name: state?.counsellor || words.them })
    : "";
  if (part("typing").textContent !== line) part("typing").textContent = line;
}

/** Who looks at the page has read what stands on it. */
function look() {
  if (document.visibilityState !== "visible" || !state || state.status === "paused") return;
  talk.looked();
}

/** What came just now is told as the visitor chose. */
function announceNew(messages) {
  const fresh = messages.filter((m) => m.seq > known);
  const isNews = (m) => m.from === "counsellor" || m.card || (m.from === "system" && m.text === "joined");
  if (fresh.some(isNews)) {
    notice.tell();
  }
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  notice.seen();
  look();
});

function showState(next) {
  state = next;
  const paused = state.status === "paused";
  const over = state.status === "ended";
  root.classList.toggle("chat--away", paused);
  root.classList.toggle("chat--over", over);
  const waits = state.status === "waiting";
  root.classList.toggle("chat--waiting", waits);
  part("waiting").hidden = !waits;
  part("log").hidden = paused;
  part("typing").hidden = paused || over;
  part("composer").hidden = paused || over;
  part("paused").hidden = !paused;
  part("over").hidden = !over;
  part("end").hidden = over;
  part("danger").hidden = !state.danger || paused || over;
  if (state.blocked) {
    part("way-back-over").replaceChildren();
    part("numbers").hidden = false;
  }
  part("with").textContent = about();
  part("hint").hidden = !waits;
  waitLine.keepUp(waits);
  consent.show(paused || over ? null : state.offer);
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

function onState(now) {
  if (!now.online) talk.disconnected();
  if (now.final === "unknown") {
    part("composer").hidden = true;
    part("over").hidden = false;
    root.classList.add("chat--over");
    talk.over();
  }
  sync.show({ ...now, known: state !== null });
  part("simple").hidden = now.online || now.final !== "" || now.attempts < SIMPLE_AFTER;
}

/** The cookie dies with the chat; this tab keeps what is on the page until it closes. */
function forget() {
  talk.over();
  forgetUnsent();
  fetch(root.dataset.forget, { method: "POST" }).catch(() => {});
}

function forgetUnsent() {
  composer.forget();
  talk.forget();
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
    if (event.submitter?.hasAttribute("data-erases")) return;
    // Without a connection the form goes by itself.
    if (connection.send({ type: "end" })) event.preventDefault();
  });
// Who leaves in a hurry leaves no half sentence behind in this tab.
document.addEventListener("helpline:leave", forgetUnsent);
wayBack(root, { words, onShown: () => (part("end").open = false) });
after(root, { forget: forgetUnsent });
catchPictures(document, () => document.getElementById("chat-picture").showModal());
composer.use(root.dataset.key);
draw(talk.conversation);
wakeWith(connection);
connection.open();
connection.tell();
