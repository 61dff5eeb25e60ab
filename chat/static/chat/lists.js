/** The lists of the console: who waits, the conversations at hand, and alarms. */

import { levelOf } from "./attention.js";
import { button, fill, make, tag } from "./view.js";

const QUIET_MINUTES = 3; // a silence shorter than this is a pause for thought

/** What a visitor is called here. */
export function nameOf(row, words) {
  return row.name || words.nameless;
}

/** What is to be known of a conversation at a glance. */
export function tagsOf(row, words) {
  const tags = [];
  if (row.danger) tags.push(tag(words.danger, "red"));
  if (words.urgency[row.urgency]) {
    tags.push(tag(words.urgency[row.urgency], row.urgency === "urgent" ? "orange" : "yellow"));
  }
  if (row.returned && row.status === "waiting") tags.push(tag(words.returned, "purple"));
  if (row.mine && row.whispers) tags.push(tag(words.notes.tag, "purple"));
  if (row.status === "paused") tags.push(tag(words.paused, "orange"));
  tags.push(tag(words.language[row.language] ?? row.language, "grey"));
  return tags;
}

/** What a visitor said before the chat: what it is about, and how old they are. */
function factsOf(row, words) {
  const said = [words.topics[row.topic], words.ages[row.age]].filter(Boolean);
  return said.length ? [make("div", "desk__tags", make("span", "", said.join(" · ")))] : [];
}

/** A tag about time passing: the longer, the louder. */
export function waits(text, level) {
  return tag(text, ["grey", "yellow", "red"][level]);
}

/**
 * Draw a list anew without taking the keyboard's place away. A row that reads the same stays the
 * same element: a press that began on it would be lost with it.
 */
function renew(list, build) {
  const held = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const before = [...list.children];
  const rows = build().map((row) => before.find((old) => old.outerHTML === row.outerHTML) ?? row);
  for (const old of before) if (!rows.includes(old)) old.remove();
  rows.forEach((row, place) => {
    if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
  });
  if (held && !list.contains(document.activeElement)) {
    list.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
  }
}

function passed(since, now) {
  return Math.floor((now - new Date(since).getTime()) / 60000);
}

function minutes(since, words, now) {
  const count = passed(since, now);
  return count < 1 ? words.now : fill(words.minutes, { count });
}

export class Lists {
  /**
   * @param {object} given
   * @param {(id: string) => HTMLElement} given.part
   * @param {object} given.words
   * @param {(frame: object) => void} given.act
   * @param {(id: string) => void} given.take
   * @param {(id: string) => void} given.show
   * @param {(row: object) => number} given.isNew how much is new in it
   * @param {(row: object) => {asked: string, said: string}} given.silence
   * @param {(id: string) => boolean} given.hasDraft
   */
  constructor({ part, words, act, take, show, isNew, silence, hasDraft, now }) {
    Object.assign(this, { part, words, act, take, show, isNew, silence, hasDraft, now });
  }

  draw(desk, current) {
    const { part, words } = this;
    part("desk-waiting-title").textContent = fill(words.waiting_count, {
      count: desk.waiting.length + desk.more,
    });
    part("desk-mine-title").textContent = fill(words.mine_count, {
      count: desk.mine.length,
      capacity: desk.capacity,
    });
    const rows = (list, row, none) =>
      list.length ? list.map((each) => row(each, current)) : [make("li", "desk__none", none)];
    const more = fill(words.more_wait, { count: desk.more });
    renew(part("desk-waiting"), () => [
      ...rows(desk.waiting, (...row) => this.waiting(...row), words.nobody_waits),
      ...(desk.more ? [make("li", "desk__none", more)] : []),
    ]);
    renew(part("desk-mine"), () =>
      rows(desk.mine, (...row) => this.mine(...row), words.no_chats),
    );
    this.alarms(desk.alarms);
  }

  row(row, current, ...content) {
    const marks = [
      row.danger ? " desk__row--danger" : "",
      row.id === current ? " desk__row--current" : "",
    ];
    return make("li", `desk__row${marks.join("")}`, ...content);
  }

  waiting(row, current) {
    const { words } = this;
    const take = button(words.claim, "govuk-button desk__take", () => this.take(row.id));
    take.dataset.key = `take ${row.id}`;
    const peek = button(words.peek, "govuk-button govuk-button--secondary desk__take", () =>
      this.show(row.id),
    );
    peek.dataset.key = `peek ${row.id}`;
    // Who goes by the buttons alone hears of whom each is.
    for (const each of [take, peek]) {
      each.setAttribute("aria-label", `${each.textContent}: ${nameOf(row, words)}`);
    }
    return this.row(
      row,
      current,
      make(
        "div",
        "desk__who",
        make("span", "desk__name", nameOf(row, words)),
        this.since(row),
      ),
      ...factsOf(row, words),
      make("div", "desk__tags", ...tagsOf(row, words)),
      make("div", "desk__buttons", take, peek),
    );
  }

  mine(row, current) {
    const { words } = this;
    const count = row.id === current ? 0 : this.isNew(row);
    const select = make(
      "button",
      "desk__select",
      make(
        "span",
        "desk__who",
        make("span", "desk__name", nameOf(row, words)),
        ...(count ? [tag(fill(words.unread, { count }), "green")] : []),
      ),
      make("span", "desk__tags", ...tagsOf(row, words), ...this.quiet(row, row.id === current)),
    );
    select.type = "button";
    select.dataset.key = `mine ${row.id}`;
    if (row.id === current) select.setAttribute("aria-current", "true");
    select.addEventListener("click", () => this.show(row.id));
    return this.row(row, current, select);
  }

  /** How long somebody waits: louder when it is long. */
  since({ since, long }) {
    const { words } = this;
    const text = minutes(since, words, this.now());
    const level = levelOf(since, long, this.now());
    return level ? waits(text, level) : make("span", "desk__since", text);
  }

  /** Who has to say something, and for how long nobody has; and whether half a sentence waits. */
  quiet(row, open) {
    const { words } = this;
    const { asked, said } = this.silence(row);
    const tags = [];
    if (row.status === "active" && asked) {
      const text = fill(words.asked_for, { time: minutes(asked, words, this.now()) });
      tags.push(waits(text, levelOf(asked, row.long, this.now())));
    } else if (row.status === "active" && said && passed(said, this.now()) >= QUIET_MINUTES) {
      tags.push(tag(fill(words.quiet_for, { count: passed(said, this.now()) }), "grey"));
    }
    if (!open && this.hasDraft(row.id)) tags.push(tag(words.draft, "blue"));
    return tags;
  }

  alarms(rows) {
    const place = this.part("desk-alarms");
    const print = JSON.stringify(rows.map((row) => [row.id, row.acknowledged, row.owner]));
    if (place.dataset.print === print) return; // so that a screen reader is not told again
    place.dataset.print = print;
    const held = place.contains(document.activeElement) ? document.activeElement.dataset.alarm : "";
    place.replaceChildren(...rows.map((row) => this.alarm(row)));
    if (held) place.querySelector(`[data-alarm="${CSS.escape(held)}"]`)?.focus();
  }

  alarm(row) {
    const { words } = this;
    const sentence = row.owner ? words.alarm : words.alarm_nobody;
    const what = make("strong", "", fill(sentence, { name: nameOf(row, words), owner: row.owner }));
    what.id = `alarm-${row.id}`;
    const buttons = [
      button(words.open, "govuk-button govuk-button--secondary", () => this.show(row.id)),
    ];
    if (!row.acknowledged) {
      const seen = () => this.act({ type: "acknowledge", conversation: row.id });
      buttons.push(button(words.acknowledge, "govuk-button govuk-button--warning", seen));
    }
    for (const each of buttons) {
      each.dataset.alarm = row.id;
      each.setAttribute("aria-describedby", what.id);
    }
    const kind = row.acknowledged ? "desk-alarm desk-alarm--seen" : "desk-alarm";
    const marks = row.acknowledged ? [tag(words.seen_by, "grey")] : [];
    return make("div", kind, what, ...buttons, ...marks);
  }
}
