/**
 * The counsellor's console: who waits, the conversations at hand, and the one that is open. What
 * stands beside them are parts of their own: see parts.js and workplace.js.
 */

import { browser, socketURL, wakeWith } from "./browser.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { NOBODY, allRows, grow, place, silence, unread } from "./desk.js";
import { Followed } from "./followed.js";
import { Lists } from "./lists.js";
import { beginParts } from "./parts.js";
import { catchPictures } from "./pictures.js";
import { PollSocket } from "./polling.js";
import { Room } from "./room.js";
import { tabStorage } from "./storage.js";
import { SyncLine } from "./sync.js";
import { UnderWay } from "./under_way.js";
import { Transcript, fill } from "./view.js";
import { Workplace } from "./workplace.js";

const root = document.getElementById("desk");
const words = JSON.parse(document.getElementById("desk-words").textContent);
const language = document.documentElement.lang;
const part = (id) => document.getElementById(id);

const storage = tabStorage();
const outside = browser();
const NOTE_MS = 8000;
const TICK_MS = 15000;
// These go again by themselves, and say so where they stand.
const GO_AGAIN = new Set(["note", "danger", "colleagues"]);

let desk = NOBODY;
let current = "";
let wantsBox = false; // the keyboard goes to the box as soon as there is one
let noteTimer = 0;
const underWay = new UnderWay();
let lost = false; // a colleague was first with the one that was just asked for

const followed = new Followed({
  send: (frame) => connection.send(frame),
  onChange: (id) => id === current && drawTalk(),
  storage,
  ...outside,
});

const transcript = new Transcript({
  scroller: part("room-log"),
  list: part("room-messages"),
  words,
  language,
  onRetry: (id) => followed.get(current)?.talk.retry(id),
  onDiscard: (id) => followed.get(current)?.talk.discard(id),
  below: part("room-below"),
});

const composer = new Composer({
  form: part("room-composer"),
  box: part("room-text"),
  problem: part("room-problem"),
  words,
  storage,
  onSend: (text) => {
    followed.get(current).talk.write(text);
    transcript.toEnd();
  },
  onType: () => followed.get(current)?.talk.typed(),
});

const room = new Room({ part, words, language });
const isNew = (row) => unread(row, followed.get(row.id)?.talk);
const silenceOf = (row) => silence(row, followed.get(row.id)?.talk);
const hasDraft = (id) => composer.holds(id);
const lists = new Lists({
  ...{ part, words, act, take, show, isNew, hasDraft, ...outside },
  silence: silenceOf,
});

const workplace = new Workplace({
  part,
  words,
  language,
  storage,
  outside,
  composer,
  room,
  act,
  take,
  note,
  send: (frame) => connection.send(frame),
  show,
  isNew,
  silence: silenceOf,
  current: () => current,
  about,
  lists: () => desk,
});

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
  open: followed.openings(),
});

const connection = new Connection({
  url: socketURL(root.dataset.socket),
  poll: () => new PollSocket(root.dataset.wire, { hello, ...outside }),
  beat: words.beat,
  hello,
  pulse: () => ({ type: "beat", seqs: followed.seqs() }),
  behind: (beat) => followed.behind(beat),
  onFrame,
  onState,
  ...outside,
});

// Frames

function onFrame(frame) {
  const held = followed.of(frame);
  underWay.hear(frame);
  heard(frame, held);
  workplace.tell("frame", frame, held);
}

function heard(frame, held) {
  switch (frame.type) {
    case "welcome":
      doubt();
      openTheRest();
      for (const talk of followed.talks()) talk.connected();
      return;
    case "desk":
      list(frame);
      return;
    case "news":
      list(grow(desk, frame.conversation, frame.seq, new Date(outside.now()).toISOString()));
      return;
    case "opened":
      if (!held) return;
      Object.assign(held, { about: frame.conversation, links: frame.links, tag: frame.tag });
      break;
    case "shut":
      if (frame.conversation === current) note(words.shut);
      forget(frame.conversation);
      return;
    case "refused":
      refused(frame, held);
      return;
  }
  if (!held) return;
  held.talk.hear(frame);
  if (frame.type === "ack") drawDesk(); // nobody waits for that word any more
  if (frame.type === "messages") list(grow(desk, frame.conversation, held.talk.seq));
  if (frame.type === "opened") {
    if (frame.over) composer.drop(frame.conversation.id);
    list(place(desk, frame.conversation));
    look();
  }
}

/** Ask for what was opened here after the hello went out. */
function openTheRest() {
  const asked = new Set(connection.asked.open.map(({ conversation }) => conversation));
  for (const opening of followed.openings()) {
    if (!asked.has(opening.conversation)) connection.send({ type: "open", ...opening });
  }
}

function refused(frame, held) {
  if (frame.id) held?.talk.hear(frame);
  if (frame.id && frame.after) return; // it goes again by itself
  if (lost && !frame.about && !frame.id) {
    lost = false;
    return;
  }
  if (frame.about && frame.code === "later") {
    if (!GO_AGAIN.has(frame.about)) note(words.undone);
    return;
  }
  if (frame.about === "claim" && frame.code === "taken") {
    // It was asked to be opened along with the claim: that is refused next, and tells less.
    lost = Boolean(held && !held.tag);
    if (frame.conversation === current) show("");
  }
  note(fill(words.problems[frame.code] ?? words.problems.malformed, { who: frame.who ?? "" }));
}

function onState(state) {
  if (!state.online) {
    for (const talk of followed.talks()) talk.disconnected();
    doubt();
  }
  sync.show({ ...state, known: Boolean(desk.tag) });
}

/** Do something with a conversation, or say that it cannot be done now. */
function act(frame) {
  const sent = connection.send(frame);
  if (!sent) note(words.not_now);
  else if (!GO_AGAIN.has(frame.type)) underWay.went(frame);
  return sent;
}

/** What went out over a connection that is gone may have been done, or not. */
function doubt() {
  if (underWay.lost()) note(words.unsure);
}

// Conversations

/** Follow a conversation no longer. */
function forget(id) {
  followed.forget(id);
  if (id === current) show("");
}

/** Answer somebody who waits. */
function take(id) {
  if (act({ type: "claim", conversation: id })) show(id, { answers: true });
}

/** Bring a conversation into view; with `answers` it is about to be mine, to answer in. */
function show(id, { answers = false } = {}) {
  const before = current;
  current = id;
  wantsBox = answers || Boolean(about()?.mine);
  if (id === before) {
    useBox();
    return;
  }
  if (followed.has(before) && !followed.get(before).about?.mine) {
    connection.send({ type: "shut", conversation: before });
    forget(before);
  }
  root.classList.toggle("desk--open", Boolean(id));
  room.open(Boolean(id));
  transcript.clear();
  workplace.tell("opened", id);
  if (!id) {
    drawDesk();
    return;
  }
  if (!followed.has(id)) {
    followed.hold(id);
    // Without a connection the next hello asks for it, or what follows its welcome.
    connection.send({ type: "open", ...followed.opening(id) });
  }
  composer.change(id);
  drawTalk();
  transcript.toEnd();
  drawDesk();
  look();
}

/** Who opened a conversation of their own goes on in the box, once it is there. */
function useBox() {
  if (!wantsBox || !about()?.mine || part("room-composer").hidden) return;
  wantsBox = false;
  part("room-text").focus({ preventScroll: true });
}

/** Who looks at the page has read what is open on it. */
function look() {
  const held = followed.get(current);
  if (held?.about?.mine && document.visibilityState === "visible") held.talk.looked();
}

/** Show other lists, if they are others. */
function list(next) {
  if (next === desk) return;
  desk = next;
  drawDesk();
}

/** A passing notice. */
function note(text) {
  const line = part("desk-note");
  line.textContent = text;
  line.hidden = false;
  clearTimeout(noteTimer);
  noteTimer = setTimeout(() => (line.hidden = true), NOTE_MS);
}

// The page

function drawDesk() {
  lists.draw(desk, current);
  for (const row of allRows(desk)) {
    const held = followed.get(row.id);
    if (!held) continue;
    held.about = row;
    held.talk.go();
  }
  drawRoom();
  workplace.tell("lists", desk);
}

/** The row of the conversation in view. */
function about() {
  return followed.get(current)?.about ?? allRows(desk).find((row) => row.id === current);
}

function drawRoom() {
  const row = about();
  if (!row) return;
  const held = followed.get(current);
  room.draw(row, held?.links ?? []);
  if (held) room.hints(held.talk.conversation, row);
  workplace.tell("room", row, held);
  useBox();
}

function drawTalk() {
  const { talk, about: row } = followed.get(current);
  transcript.draw(talk.conversation);
  room.hints(talk.conversation, row);
  look();
}

// Begin

beginParts(workplace);
document.addEventListener("visibilitychange", look);
// The waiting times grow by themselves.
setInterval(drawDesk, TICK_MS);
catchPictures(document, () => part("dialog-picture").showModal());
wakeWith(connection);
connection.open();
connection.tell();
