/** The counsellor's console: who waits, the conversations at hand, and the one that is open. */

import { Composer, keepOutbox, newId, readOutbox, tabStorage } from "./composer.js";
import { Connection, browser, socketURL, wakeWith } from "./connection.js";
import { begin, reduce, unsent } from "./conversation.js";
import { catchPictures } from "./pictures.js";
import { Transcript, clock, fill, make } from "./view.js";

const root = document.getElementById("desk");
const words = JSON.parse(document.getElementById("desk-words").textContent);
const language = document.documentElement.lang;
const part = (id) => document.getElementById(id);

const storage = tabStorage();
const NOTE_MS = 8000;
const title = document.title;

/** @type {Map<string, {conversation: object, about: object, links: object[]}>} */
const opened = new Map();
let desk = { waiting: [], mine: [], alarms: [], capacity: 0 };
let current = "";
let noteTimer = 0;

const transcript = new Transcript({
  scroller: part("room-log"),
  list: part("room-messages"),
  words,
  language,
  onRetry: (id) => {
    change(current, { type: "retry", id });
    sendQueued(current);
  },
});

const composer = new Composer({
  form: part("room-composer"),
  box: part("room-text"),
  problem: part("room-problem"),
  words,
  storage,
  onSend: (text) => {
    change(current, { type: "typed", id: newId(), text });
    sendQueued(current);
  },
});

const connection = new Connection({
  url: socketURL(root.dataset.socket),
  beat: words.beat,
  hello: () => ({ type: "hello", v: words.version }),
  pulse: () => ({ type: "beat", seq: 0 }),
  onFrame,
  onState,
  ...browser(),
});

// Frames

function onFrame(frame) {
  switch (frame.type) {
    case "welcome":
      // After a break: every open conversation from the last number that was seen.
      for (const [id, { conversation }] of opened) {
        connection.send({ type: "open", conversation: id, since: conversation.seq });
      }
      break;
    case "desk":
      tellNewVisitors(frame);
      desk = frame;
      drawDesk();
      break;
    case "opened":
      hold(frame.conversation.id);
      Object.assign(opened.get(frame.conversation.id), {
        about: frame.conversation,
        links: frame.links,
      });
      sendQueued(frame.conversation.id);
      if (frame.conversation.id === current) drawRoom();
      break;
    case "messages":
      change(frame.conversation, frame);
      if (frame.conversation === current) markRead();
      tellNewMessages(frame);
      break;
    case "ack":
      change(frame.conversation, frame);
      break;
    case "shut":
      opened.delete(frame.conversation);
      if (frame.conversation === current) show("");
      break;
    case "refused":
      refused(frame);
      break;
  }
}

function hold(id) {
  if (!opened.has(id)) {
    const unsentBefore = readOutbox(storage, id).map((item) => ({ ...item, type: "typed" }));
    opened.set(id, {
      conversation: unsentBefore.reduce(reduce, begin("counsellor")),
      about: null,
      links: [],
    });
  }
}

function change(id, event) {
  const held = opened.get(id);
  if (!held) return;
  const { outbox } = held.conversation;
  held.conversation = reduce(held.conversation, event);
  if (held.conversation.outbox !== outbox) keepOutbox(storage, id, held.conversation.outbox);
  if (id === current) transcript.draw(held.conversation);
}

function sendQueued(id) {
  const held = opened.get(id);
  if (!held?.about?.mine || held.about.status !== "active") return;
  for (const item of unsent(held.conversation)) {
    connection.send({ type: "say", conversation: id, id: item.id, text: item.text });
  }
}

function refused(frame) {
  if (frame.id) change(frame.conversation, frame);
  if (frame.code === "slow") {
    setTimeout(() => sendQueued(frame.conversation), frame.after * 1000);
  } else {
    note(fill(words.problems[frame.code] ?? words.problems.malformed, { who: frame.who ?? "" }));
  }
}

function onState({ online, final, lastGood }) {
  const sync = part("desk-sync");
  sync.classList.toggle("desk__sync--lost", !online);
  if (final === "sign_in") {
    sync.replaceChildren(
      words.signed_out,
      " ",
      Object.assign(make("a", "govuk-link", words.problems.sign_in), { href: location.href }),
    );
  } else if (final === "version") sync.textContent = words.reload;
  else if (online) sync.textContent = words.online;
  else {
    sync.textContent =
      desk.capacity === 0 ? words.connecting : fill(words.stale, { time: clock(lastGood, language) });
  }
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

function tellNewMessages(frame) {
  if (frame.conversation === current && document.visibilityState === "visible") return;
  if (!frame.messages.some((message) => message.from === "visitor")) return;
  const about = opened.get(frame.conversation)?.about;
  if (about?.mine) note(fill(words.new_message, { name: nameOf(about) }));
}

function drawTitle() {
  const count = desk.waiting.length + desk.mine.filter(unread).length;
  document.title = count ? `(${count}) ${title}` : title;
}

// The lists

const nameOf = (row) => row.name || words.nameless;
const unread = (row) => Math.max(0, row.seq - row.read);

function minutes(since) {
  const passed = Math.floor((Date.now() - new Date(since).getTime()) / 60000);
  return passed < 1 ? words.now : fill(words.minutes, { count: passed });
}

function tag(text, colour) {
  return make("strong", `govuk-tag govuk-tag--${colour}`, text);
}

function tagsOf(row) {
  const tags = [];
  if (row.danger) tags.push(tag(words.danger, "red"));
  if (row.status === "paused") tags.push(tag(words.paused, "orange"));
  tags.push(tag(words.language[row.language] ?? row.language, "grey"));
  return tags;
}

function button(text, kind, work) {
  const made = make("button", `govuk-button ${kind}`, text);
  made.type = "button";
  made.addEventListener("click", work);
  return made;
}

function drawDesk() {
  part("desk-waiting-title").textContent = fill(words.waiting_count, {
    count: desk.waiting.length,
  });
  part("desk-mine-title").textContent = fill(words.mine_count, {
    count: desk.mine.length,
    capacity: desk.capacity,
  });
  keepFocus(part("desk-waiting"), () =>
    desk.waiting.length ? desk.waiting.map(waitingRow) : [make("li", "desk__none", words.nobody_waits)],
  );
  keepFocus(part("desk-mine"), () =>
    desk.mine.length ? desk.mine.map(mineRow) : [make("li", "desk__none", words.no_chats)],
  );
  drawAlarms();
  drawTitle();
  for (const row of [...desk.waiting, ...desk.mine, ...desk.alarms]) {
    const held = opened.get(row.id);
    if (held) held.about = row;
  }
  if (current) drawRoom();
}

/** Draw a list anew without taking the keyboard's place away. */
function keepFocus(list, build) {
  const held = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  list.replaceChildren(...build());
  if (held) list.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
}

function waitingRow(row) {
  const take = button(words.claim, "desk__take", () => {
    connection.send({ type: "claim", conversation: row.id });
    show(row.id);
  });
  take.dataset.key = `take ${row.id}`;
  const peek = button(words.peek, "govuk-button--secondary desk__take", () => show(row.id));
  peek.dataset.key = `peek ${row.id}`;
  return make(
    "li",
    `desk__row${row.danger ? " desk__row--danger" : ""}${row.id === current ? " desk__row--current" : ""}`,
    make(
      "div",
      "desk__who",
      make("span", "desk__name", nameOf(row)),
      make("span", "desk__since", minutes(row.since)),
    ),
    make("div", "desk__tags", ...tagsOf(row)),
    make("div", "desk__buttons", take, peek),
  );
}

function mineRow(row) {
  const select = make(
    "button",
    "desk__select",
    make(
      "span",
      "desk__who",
      make("span", "desk__name", nameOf(row)),
      ...(unread(row) && row.id !== current
        ? [tag(fill(words.unread, { count: unread(row) }), "green")]
        : []),
    ),
    make("span", "desk__tags", ...tagsOf(row)),
  );
  select.type = "button";
  select.dataset.key = `mine ${row.id}`;
  if (row.id === current) select.setAttribute("aria-current", "true");
  select.addEventListener("click", () => show(row.id));
  return make(
    "li",
    `desk__row${row.danger ? " desk__row--danger" : ""}${row.id === current ? " desk__row--current" : ""}`,
    select,
  );
}

function drawAlarms() {
  const place = part("desk-alarms");
  const print = JSON.stringify(desk.alarms.map((row) => [row.id, row.acknowledged, row.owner]));
  if (place.dataset.print === print) return; // so that a screen reader is not told again
  place.dataset.print = print;
  place.replaceChildren(
    ...desk.alarms.map((row) => {
      const line = make(
        "div",
        `desk-alarm${row.acknowledged ? " desk-alarm--seen" : ""}`,
        make(
          "strong",
          "",
          fill(row.owner ? words.alarm : words.alarm_nobody, {
            name: nameOf(row),
            owner: row.owner,
          }),
        ),
        button(words.open, "govuk-button--secondary", () => show(row.id)),
      );
      if (row.acknowledged) line.append(tag(words.seen_by, "grey"));
      else {
        line.append(
          button(words.acknowledge, "govuk-button--warning", () =>
            connection.send({ type: "acknowledge", conversation: row.id }),
          ),
        );
      }
      return line;
    }),
  );
}

// The open conversation

function show(id) {
  if (id === current) return;
  const before = opened.get(current);
  if (before && !before.about?.mine) {
    connection.send({ type: "shut", conversation: current });
    opened.delete(current);
  }
  current = id;
  part("room").hidden = !id;
  part("side").hidden = !id;
  part("room-empty").hidden = Boolean(id);
  transcript.clear();
  if (!id) {
    drawDesk();
    return;
  }
  if (!opened.has(id)) {
    hold(id);
    connection.send({ type: "open", conversation: id, since: 0 });
  }
  part("side-script").open = false;
  composer.change(id);
  transcript.draw(opened.get(id).conversation);
  transcript.toEnd();
  drawRoom();
  drawDesk();
  markRead();
}

function markRead() {
  const held = opened.get(current);
  if (!held?.about?.mine || document.visibilityState !== "visible") return;
  const { seq } = held.conversation;
  if (seq > held.about.read) {
    held.about.read = seq;
    connection.send({ type: "read", conversation: current, since: seq });
  }
}

function drawRoom() {
  const held = opened.get(current);
  const about =
    held?.about ?? [...desk.waiting, ...desk.mine, ...desk.alarms].find((row) => row.id === current);
  if (!about) return;
  const { status, mine } = about;
  part("room-title").textContent = nameOf(about);
  const state = words[status] && status !== "paused" ? [tag(words[status], "blue")] : [];
  part("room-tags").replaceChildren(...state, ...tagsOf(about));
  part("act-claim").hidden = status !== "waiting";
  part("act-give-back").hidden = !(mine && status === "active");
  part("act-end").hidden = !mine || status === "ended";
  part("act-danger").hidden = about.danger || status === "ended";
  if (about.danger && !part("side-script").dataset.shown) {
    part("side-script").open = true;
    part("side-script").dataset.shown = current;
  }
  // Paused: the text stays in its box, and the server would refuse it too.
  part("room-composer").hidden = !mine || status !== "active";
  const warning = warningFor(about);
  part("room-warning").hidden = !warning;
  if (part("room-warning").textContent !== warning) part("room-warning").textContent = warning;
  part("room-warning").classList.toggle("desk__warning--strong", status === "paused");
  drawLinks(held, mine && status === "active");
}

function warningFor(about) {
  if (about.status === "paused") {
    return fill(words.paused_warning, { time: clock(about.paused_until, language) });
  }
  if (about.status === "ended") return words.ended_notice;
  if (about.status === "waiting") return words.peeking;
  return about.mine ? "" : fill(words.reading, { owner: about.owner });
}

function drawLinks(held, mayAsk) {
  const list = part("links");
  const links = held?.links ?? [];
  const print = JSON.stringify([current, links]);
  part("links-ask").hidden = !mayAsk || links.length === 0;
  if (list.dataset.print === print) return;
  list.dataset.print = print;
  const unticked = new Set([...list.querySelectorAll("input:not(:checked)")].map((i) => i.value));
  part("links-note").textContent = links.length ? "" : words.no_links;
  list.replaceChildren(
    ...links.map(({ url }, number) => {
      const box = Object.assign(make("input", "govuk-checkboxes__input"), {
        type: "checkbox",
        id: `link-${number}`,
        name: "link",
        value: url,
        checked: !unticked.has(url),
      });
      const label = make("label", "govuk-label govuk-checkboxes__label desk__link", url);
      label.htmlFor = box.id;
      return make("li", "govuk-checkboxes__item", box, label);
    }),
  );
}

// Begin

for (const [id, type] of [
  ["act-claim", "claim"],
  ["act-give-back", "give_back"],
  ["act-danger", "danger"],
]) {
  part(id).addEventListener("click", () => connection.send({ type, conversation: current }));
}
part("act-end").addEventListener("click", () => part("dialog-end").showModal());
part("dialog-end").addEventListener("close", () => {
  if (part("dialog-end").returnValue === "yes") {
    connection.send({ type: "end", conversation: current });
  }
  part("dialog-end").returnValue = "";
});
part("links-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const links = [...part("links").querySelectorAll("input:checked")].map((box) => box.value);
  if (links.length && connection.send({ type: "offer", conversation: current, links })) {
    part("links-note").textContent = words.asked;
  }
});
document.addEventListener("visibilitychange", markRead);
// The waiting times grow by themselves.
setInterval(drawDesk, 30000);
catchPictures(document, () => part("dialog-picture").showModal());
wakeWith(connection);
connection.open();
connection.tell();
