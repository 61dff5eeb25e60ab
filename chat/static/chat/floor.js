/** The supervisor's floor, kept up to date: who waits, who is on, and what needs somebody now. */

import { levelOf } from "./attention.js";
import { browser, socketURL, wakeWith } from "./browser.js";
import { Connection } from "./connection.js";
import { EMPTY, MOST_SHOWN, apply, shown } from "./floor_state.js";
import { PollSocket } from "./polling.js";
import { SyncLine } from "./sync.js";
import { fill, make, tag } from "./view.js";

const root = document.getElementById("floor");
const words = JSON.parse(document.getElementById("floor-words").textContent);
const language = document.documentElement.lang;
const part = (name) => root.querySelector(`[data-list="${name}"]`);
const outside = browser();
const title = document.title;
const COUNT_MS = 15000;
const CARD_MS = 60000;
const WAITS = ["", "govuk-tag govuk-tag--yellow", "govuk-tag govuk-tag--red"];
const COLOURS = { on: "green", paused: "yellow", off: "grey" };

let floor = EMPTY;
let known = false;
let announced = new Set();

const sync = new SyncLine({
  line: document.getElementById("floor-sync"),
  page: location.href,
  name: "desk__sync",
  words,
  language,
  ...outside,
});

const hello = () => ({
  type: "hello",
  v: words.version,
  service: root.dataset.service,
  tag: floor.tag,
});

const connection = new Connection({
  url: socketURL(root.dataset.socket),
  poll: () => new PollSocket(root.dataset.wire, { hello, ...outside }),
  beat: words.beat,
  hello,
  pulse: () => ({ type: "beat" }),
  behind: () => "",
  onFrame(frame) {
    if (frame.type !== "floor") return;
    floor = apply(floor, frame);
    if (!floor.tag) return; // more frames of this change follow
    known = true;
    draw();
  },
  onState: (state) => sync.show({ ...state, known }),
  ...outside,
});

// Rows

function minutes(since) {
  const passed = Math.floor((outside.now() - new Date(since).getTime()) / 60000);
  return passed < 1 ? words.now : fill(words.minutes, { count: passed });
}

/** For how long something is so; a wait stands out from `long` seconds on. */
function since(moment, long = []) {
  if (!moment) return "–";
  const time = make("time");
  time.dateTime = moment;
  time.dataset.since = long.join(" ");
  tell(time);
  return time;
}

function tell(time) {
  const long = time.dataset.since.split(" ").filter(Boolean).map(Number);
  time.textContent = minutes(time.dateTime);
  time.className = WAITS[levelOf(time.dateTime, long, outside.now())];
}

function link(chat, list, name, ...content) {
  const made = make("a", name, chat.name || words.nameless, ...content);
  made.id = `${list}-${chat.id}`;
  made.href = `${words.console}#${chat.id}`;
  return made;
}

/** A button of one of the page's forms, which carries what it says. */
function press(form, name, value, style, ...content) {
  const made = make("button", style, ...content);
  made.setAttribute("form", form);
  Object.assign(made, { name, value });
  return made;
}

const named = (chat, list) => link(chat, list, "govuk-link floor-row__name");
const passed = (moment, long) => make("span", "floor-row__since", since(moment, long));
const nameOf = (owner) => floor.people.get(owner)?.name ?? "";

function alarm(chat) {
  const owner = nameOf(chat.owner);
  const seen = chat.acknowledged
    ? tag(words.seen, "grey")
    : press(
        "floor-acknowledge",
        "conversation",
        chat.id,
        "govuk-button govuk-button--warning",
        words.acknowledge,
      );
  if (!chat.acknowledged) seen.id = `seen-${chat.id}`;
  return make(
    "li",
    `floor-row floor-row--${chat.acknowledged ? "quiet" : "alarm"}`,
    named(chat, "alarm"),
    make("span", "", owner ? fill(words.with, { name: owner }) : words.nobody_with),
    make("span", "", since(chat.danger)),
    seen,
  );
}

function waiting(chat) {
  return make(
    "li",
    "floor-row",
    named(chat, "waiting"),
    ...(chat.danger ? [tag(words.danger, "red")] : []),
    ...(chat.urgency === "normal" ? [] : [tag(words.urgencies[chat.urgency], "orange")]),
    ...(chat.returned ? [tag(words.returned, "purple")] : []),
    ...(chat.topic ? [make("span", "", words.topics[chat.topic] ?? "")] : []),
    make("span", "floor-quiet", words.languages[chat.language] ?? chat.language),
    passed(chat.since, chat.long),
  );
}

function unanswered(chat) {
  return make(
    "li",
    "floor-row",
    named(chat, "unanswered"),
    make("span", "", fill(words.with, { name: nameOf(chat.owner) })),
    passed(chat.unanswered, chat.long),
  );
}

function asking({ id, name, since: moment }) {
  const taken = press("floor-debrief", "debrief", id, "govuk-button", words.debrief);
  taken.id = `debrief-${id}`;
  return make(
    "li",
    "floor-row",
    make("span", "floor-row__name", name),
    make("span", "", since(moment)),
    taken,
  );
}

function step(person, by, sign, sentence) {
  const made = press(
    "floor-capacity",
    "set",
    `${person.id} ${person.capacity + by}`,
    "floor-step",
    make("span", "", sign),
    make("span", "govuk-visually-hidden", fill(sentence, { name: person.name })),
  );
  made.firstChild.setAttribute("aria-hidden", "true");
  made.id = `${by < 0 ? "less" : "more"}-${person.id}`;
  made.disabled = by < 0 ? person.capacity === 0 : person.capacity >= words.most;
  return made;
}

function held(chat) {
  const left = chat.status === "paused" ? [" ", make("span", "floor-quiet", words.left)] : [];
  if (chat.danger) {
    return link(chat, "held", "floor-chat floor-chat--alarm", ...left, " ", make("strong", "", words.danger));
  }
  if (chat.unanswered) {
    return link(chat, "held", "floor-chat floor-chat--look", ...left, " ", since(chat.unanswered));
  }
  return link(chat, "held", "floor-chat", ...left);
}

function person({ person: somebody, chats }) {
  const { name, load, capacity, id, presence } = somebody;
  const row = make(
    "li",
    "floor-person",
    make(
      "div",
      "floor-person__head",
      make("h3", "floor-person__name", name),
      tag(words.presences[presence], COLOURS[presence]),
      make("span", "floor-person__load", fill(words.load, { load, capacity })),
      make(
        "span",
        "floor-person__set",
        step(somebody, -1, "−", words.less),
        step(somebody, 1, "+", words.more),
      ),
    ),
  );
  row.id = `person-${id}`;
  if (chats.length) {
    const list = make("ul", "floor-person__chats");
    list.append(...chats.map((chat) => make("li", "", held(chat))));
    row.append(list);
  }
  return row;
}

function fact(label, value, mark = "") {
  const name = mark ? `floor-fact floor-fact--${mark}` : "floor-fact";
  return make("div", name, make("dt", "", label), make("dd", "", value));
}

// The page

/** @type {Map<string, {print: string, row: HTMLElement}>} what is drawn, by list and row */
const drawn = new Map();

/** Draw a list; a row that is as it was stays the element it was. */
function list(name, rows, keyOf, printOf, build) {
  const place = part(name);
  const active = place.contains(document.activeElement) ? document.activeElement.id : "";
  const elements = rows.map((row) => {
    const key = `${name} ${keyOf(row)}`;
    const print = printOf(row);
    const before = drawn.get(key);
    if (before?.print === print) return before.row;
    const made = { print, row: build(row) };
    drawn.set(key, made);
    return made.row;
  });
  if (!elements.length) elements.push(make("li", "floor-none", place.dataset.none));
  const same =
    place.children.length === elements.length &&
    elements.every((element, number) => place.children[number] === element);
  if (!same) place.replaceChildren(...elements);
  // Moving an element takes the keyboard's place away.
  if (active && document.activeElement?.id !== active) document.getElementById(active)?.focus();
}

function drawFacts(now) {
  const { longest } = now;
  const level = longest ? levelOf(longest.since, longest.long, outside.now()) : 0;
  const facts = make(
    "dl",
    "floor-facts",
    fact(words.waiting, String(now.waiting.length)),
    fact(words.longest, since(longest?.since), ["", "look", "alarm"][level]),
    fact(words.talking, String(now.talking.length)),
    fact(words.unanswered, String(now.unanswered.length), now.unanswered.length ? "look" : ""),
    fact(words.on_duty, String(now.onDuty)),
    fact(words.room, String(now.room)),
    fact(words.unseen, String(now.unseen.length), now.unseen.length ? "alarm" : ""),
  );
  part("facts").replaceChildren(facts);
}

function draw() {
  const now = shown(floor);
  drawFacts(now);
  const chatList = (name, rows, build) =>
    list(
      name,
      rows,
      ({ id }) => id,
      (chat) => JSON.stringify([chat, nameOf(chat.owner)]),
      build,
    );
  chatList("alarms", now.alarms, alarm);
  chatList("waiting", now.waiting.slice(0, MOST_SHOWN), waiting);
  chatList("unanswered", now.unanswered.slice(0, MOST_SHOWN), unanswered);
  list("asking", now.asking, ({ id }) => id, JSON.stringify, asking);
  list("people", now.rooms, ({ person: { id } }) => id, JSON.stringify, person);
  for (const [key, { row }] of drawn) if (!row.isConnected) drawn.delete(key);
  announce(now.unseen);
  document.title = now.unseen.length ? `(${now.unseen.length}) ${title}` : title;
}

/** Say each new alarm once to who cannot see it come. */
function announce(unseen) {
  const news = unseen.filter(({ id }) => !announced.has(id));
  announced = new Set(unseen.map(({ id }) => id));
  if (!news.length) return;
  document.getElementById("floor-alert").textContent = news
    .map((chat) => {
      const owner = nameOf(chat.owner);
      const name = chat.name || words.nameless;
      return fill(owner ? words.alarm : words.alarm_nobody, { name, owner });
    })
    .join(" ");
}

function count() {
  for (const time of root.querySelectorAll("time[data-since]")) tell(time);
  if (known) drawFacts(shown(floor));
}

/** Whether the chat is open, the page says itself; not while somebody chooses there. */
async function renewCard() {
  const card = document.querySelector(".floor-card");
  const chosen = [...card.querySelectorAll("input")].some((box) => box.checked !== box.defaultChecked);
  if (document.visibilityState !== "visible" || chosen) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(".floor-card");
  if (fresh && !card.contains(document.activeElement)) card.replaceWith(fresh);
}

setInterval(renewCard, CARD_MS);
document.addEventListener("visibilitychange", renewCard);
setInterval(count, COUNT_MS);
wakeWith(connection);
connection.open();
connection.tell();
