/** The counsellor's console: who waits, the conversations at hand, and the one that is open. */

import { browser, socketURL, wakeWith } from "./browser.js";
import { Composer, tabStorage } from "./composer.js";
import { Connection } from "./connection.js";
import { NOBODY, allRows, grow, place, unread } from "./desk.js";
import { Lists, nameOf } from "./lists.js";
import { catchPictures } from "./pictures.js";
import { PollSocket } from "./polling.js";
import { Room } from "./room.js";
import { SyncLine } from "./sync.js";
import { Talk } from "./talk.js";
import { Transcript, fill } from "./view.js";

const root = document.getElementById("desk");
const words = JSON.parse(document.getElementById("desk-words").textContent);
const language = document.documentElement.lang;
const part = (id) => document.getElementById(id);

const storage = tabStorage();
const outside = browser();
const NOTE_MS = 8000;
const title = document.title;

/** @type {Map<string, {talk: Talk, about: object, links: object[], tag: string}>} */
const opened = new Map();
let desk = NOBODY;
let current = "";
let noteTimer = 0;

const transcript = new Transcript({
  scroller: part("room-log"),
  list: part("room-messages"),
  words,
  language,
  onRetry: (id) => opened.get(current)?.talk.retry(id),
  onDiscard: (id) => opened.get(current)?.talk.discard(id),
});

const composer = new Composer({
  form: part("room-composer"),
  box: part("room-text"),
  problem: part("room-problem"),
  words,
  storage,
  onSend: (text) => opened.get(current).talk.write(text),
  onType: () => opened.get(current)?.talk.typed(),
});

const room = new Room({ part, words, language });
const isNew = (row) => unread(row, opened.get(row.id)?.talk);
const lists = new Lists({ part, words, act, show, isNew, ...outside });

const sync = new SyncLine({
  line: part("desk-sync"),
  page: location.href,
  name: "desk__sync",
  words: { ...words, sign_in: words.problems.sign_in },
  language,
  ...outside,
});

const hello = () => ({
  type: "hello",
  v: words.version,
  tag: desk.tag,
  open: [...opened.keys()].map(opening),
});

/** From where on this page follows a conversation. */
function opening(conversation) {
  const { talk, tag } = opened.get(conversation);
  return { conversation, since: talk.seq, tag };
}

const connection = new Connection({
  url: socketURL(root.dataset.socket),
  poll: () => new PollSocket(root.dataset.wire, { hello, ...outside }),
  beat: words.beat,
  hello,
  pulse: () => ({
    type: "beat",
    seqs: Object.fromEntries([...opened].map(([id, { talk }]) => [id, talk.seq])),
  }),
  behind,
  onFrame,
  onState,
  ...outside,
});

// Frames

function onFrame(frame) {
  const held = opened.get(frame.conversation?.id ?? frame.conversation);
  switch (frame.type) {
    case "welcome":
      openTheRest();
      for (const { talk } of opened.values()) talk.connected();
      return;
    case "desk":
      tellNewVisitors(frame);
      list(frame);
      return;
    case "news":
      list(grow(desk, frame.conversation, frame.seq));
      tellNewMessage(frame.conversation);
      return;
    case "opened":
      if (!held) return;
      Object.assign(held, { about: frame.conversation, links: frame.links, tag: frame.tag });
      break;
    case "shut":
      forget(frame.conversation);
      return;
    case "refused":
      refused(frame, held);
      return;
  }
  if (!held) return;
  held.talk.hear(frame);
  if (frame.type === "messages") {
    list(grow(desk, frame.conversation, held.talk.seq));
    if (frame.messages.some((message) => message.from === "visitor")) {
      tellNewMessage(frame.conversation);
    }
  }
  if (frame.type === "opened") {
    list(place(desk, frame.conversation));
    look();
  }
}

/** Ask for what was opened here after the hello went out. */
function openTheRest() {
  const asked = new Set(connection.asked.open.map(({ conversation }) => conversation));
  for (const id of opened.keys()) {
    if (!asked.has(id)) connection.send({ type: "open", ...opening(id) });
  }
}

/** Where this page stands in a conversation of which the server has more. */
function behind({ seqs = {} }) {
  const missing = [...opened].filter(([id, { talk }]) => seqs[id] > talk.seq);
  return missing.map(([id, { talk }]) => `${id} ${talk.seq}`).join();
}

function refused(frame, held) {
  if (frame.id) held?.talk.hear(frame);
  if (frame.id && frame.after) return; // it goes again by itself
  note(fill(words.problems[frame.code] ?? words.problems.malformed, { who: frame.who ?? "" }));
}

function onState(state) {
  if (!state.online) for (const { talk } of opened.values()) talk.disconnected();
  sync.show({ ...state, known: desk.capacity !== 0 });
}

/** Do something with a conversation, or say that it cannot be done now. */
function act(frame) {
  const sent = connection.send(frame);
  if (!sent) note(words.not_now);
  return sent;
}

// Conversations

function hold(id) {
  if (opened.has(id)) return;
  const held = { about: null, links: [], tag: undefined };
  held.talk = new Talk({
    me: "counsellor",
    key: id,
    address: { conversation: id },
    send: (frame) => connection.send(frame),
    mayWrite: () => Boolean(held.about?.mine) && held.about.status === "active",
    onChange: () => id === current && drawTalk(),
    storage,
    ...outside,
  });
  opened.set(id, held);
}

/** Follow a conversation no longer. */
function forget(id) {
  opened.get(id)?.talk.stop();
  opened.delete(id);
  if (id === current) show("");
}

function show(id) {
  if (id === current) return;
  const before = current;
  current = id;
  if (opened.has(before) && !opened.get(before).about?.mine) {
    connection.send({ type: "shut", conversation: before });
    forget(before);
  }
  room.open(Boolean(id));
  transcript.clear();
  if (!id) {
    drawDesk();
    return;
  }
  if (!opened.has(id)) {
    hold(id);
    // Without a connection the next hello asks for it, or what follows its welcome.
    connection.send({ type: "open", ...opening(id) });
  }
  composer.change(id);
  drawTalk();
  transcript.toEnd();
  drawDesk();
  look();
}

/** Who looks at the page has read what is open on it. */
function look() {
  const held = opened.get(current);
  if (held?.about?.mine && document.visibilityState === "visible") held.talk.looked();
}

/** Show other lists, if they are others. */
function list(next) {
  if (next === desk) return;
  desk = next;
  drawDesk();
}

// Notices

function note(text) {
  const line = part("desk-note");
  line.textContent = text;
  line.hidden = false;
  clearTimeout(noteTimer);
  noteTimer = setTimeout(() => (line.hidden = true), NOTE_MS);
}

function tellNewVisitors(next) {
  const known = new Set(desk.waiting.map((row) => row.id));
  if (desk.capacity && next.waiting.some((row) => !known.has(row.id))) note(words.new_visitor);
}

function tellNewMessage(id) {
  if (id === current && document.visibilityState === "visible") return;
  const row = desk.mine.find((each) => each.id === id);
  if (row) note(fill(words.new_message, { name: nameOf(row, words) }));
}

// The page

function drawDesk() {
  lists.draw(desk, current);
  const count = desk.waiting.length + desk.mine.filter(isNew).length;
  document.title = count ? `(${count}) ${title}` : title;
  for (const row of allRows(desk)) {
    const held = opened.get(row.id);
    if (!held) continue;
    held.about = row;
    held.talk.go();
  }
  drawRoom();
}

function drawRoom() {
  const held = opened.get(current);
  const about = held?.about ?? allRows(desk).find((row) => row.id === current);
  if (!about) return;
  room.draw(about, held?.links ?? []);
  if (held) room.hints(held.talk.conversation, about);
}

function drawTalk() {
  const { talk, about } = opened.get(current);
  transcript.draw(talk.conversation);
  room.hints(talk.conversation, about);
  look();
}

// Begin

for (const [id, type] of [
  ["act-claim", "claim"],
  ["act-give-back", "give_back"],
  ["act-danger", "danger"],
]) {
  part(id).addEventListener("click", () => act({ type, conversation: current }));
}
part("act-end").addEventListener("click", () => part("dialog-end").showModal());
part("dialog-end").addEventListener("close", () => {
  if (part("dialog-end").returnValue === "yes") act({ type: "end", conversation: current });
  part("dialog-end").returnValue = "";
});
part("links-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const links = room.ticked();
  if (links.length && act({ type: "offer", conversation: current, links })) {
    part("links-note").textContent = words.asked;
  }
});
document.addEventListener("visibilitychange", look);
// The waiting times grow by themselves.
setInterval(drawDesk, 30000);
catchPictures(document, () => part("dialog-picture").showModal());
wakeWith(connection);
connection.open();
connection.tell();
