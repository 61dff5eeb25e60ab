/**
 * What colleagues write beside a conversation: notes, and whispers to the counsellor who is in it.
 * The visitor gets neither. What is typed stays in its box until the server has kept it.
 */

import { newId, tooLong } from "./composer.js";
import { nameOf } from "./lists.js";
import { keep, read } from "./storage.js";
import { clock, fill, make } from "./view.js";

/** The notes with others put in or renewed, in the order in which they were written. */
export function merge(notes, more) {
  const known = new Map(notes.map((note) => [note.id, note]));
  for (const note of more) known.set(note.id, note);
  return [...known.values()];
}

/** The whispers that the counsellor has not said they read. */
export function unseen(notes) {
  return notes.filter((note) => note.kind === "whisper" && !note.seen);
}

export class Notes {
  /**
   * @param {object} given
   * @param {(id: string) => HTMLElement} given.part
   * @param {object} given.words
   * @param {string} given.language
   * @param {(frame: object) => boolean} given.act
   * @param {Storage | null} given.storage of this tab
   */
  constructor({ part, words, language, act, storage }) {
    Object.assign(this, { part, language, act, storage });
    this.words = { ...words.notes, you: words.you, problems: words.problems };
    this.id = "";
    /** What was sent and is not kept yet, by conversation. */
    this.sent = new Map();
    this.box = part("notes-text");
    part("notes-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    this.box.addEventListener("input", () => {
      this.keep(this.box.value);
      this.say("");
    });
    part("whisper-seen").addEventListener("click", () => this.heed());
  }

  /** Draw the notes of the conversation that is open. */
  draw(about, notes) {
    const { part, words } = this;
    if (about.id !== this.id) this.change(about.id);
    const whispers = !about.mine && Boolean(about.owner) && about.status !== "ended";
    part("notes-label").textContent = whispers
      ? fill(words.whisper_to, { name: about.owner })
      : words.note;
    part("notes-send").textContent = whispers ? words.whisper : words.keep;
    this.list(notes);
    this.whispers(about.mine ? unseen(notes) : []);
  }

  change(id) {
    this.id = id;
    this.box.value = this.draft();
    this.say("");
  }

  list(notes) {
    const list = this.part("notes");
    const print = JSON.stringify([this.id, notes]);
    if (list.dataset.print === print) return;
    list.dataset.print = print;
    list.replaceChildren(...notes.map((note) => this.entry(note)));
    list.scrollTop = list.scrollHeight;
  }

  entry({ kind, text, by, mine, at, seen }) {
    const { words, language } = this;
    const whispered = mine ? words.my_whisper : fill(words.whispered, { name: by });
    const about = kind === "whisper" ? whispered : mine ? words.you : by;
    const time = make("time", "", clock(at, language));
    time.dateTime = at;
    const state = seen ? ` · ${fill(words.seen, { time: clock(seen, language) })}` : "";
    const said = make("p", "desk__note-text", text);
    said.dir = "auto";
    return make(
      "li",
      `desk__note desk__note--${kind}`,
      make("p", "desk__note-about", `${about} · `, time, state),
      said,
    );
  }

  /** What was whispered to me stands above the box that is typed in, until I say I read it. */
  whispers(waiting) {
    const place = this.part("room-whisper");
    const last = waiting.at(-1)?.id ?? "";
    if (place.dataset.last === last) return;
    place.dataset.last = last;
    this.part("room-whispers").replaceChildren(
      ...waiting.map(({ by, text }) => {
        const said = make("span", "", text);
        said.dir = "auto";
        return make(
          "p",
          "desk__whisper-text",
          make("strong", "", `${fill(this.words.whispered, { name: by })}: `),
          said,
        );
      }),
    );
    place.hidden = waiting.length === 0;
  }

  heed() {
    const place = this.part("room-whisper");
    if (place.hidden) return;
    this.act({ type: "heed", conversation: this.id, id: place.dataset.last });
    this.part("room-text").focus();
  }

  submit() {
    const text = this.box.value;
    if (!text.trim()) {
      this.box.focus();
      return;
    }
    if (tooLong(text)) {
      this.say(this.words.problems.too_long);
      return;
    }
    const before = this.sent.get(this.id);
    // The same text again is the same note.
    const id = before?.text === text ? before.id : newId();
    this.sent.set(this.id, { id, text });
    const gone = this.act({ type: "note", conversation: this.id, id, text });
    this.say(gone ? this.words.saving : this.words.unsent);
  }

  /** The server has these notes of a conversation: what was typed for one of them is done with. */
  kept(conversation, notes) {
    const sent = this.sent.get(conversation);
    if (!sent || !notes.some((note) => note.id === sent.id)) return;
    this.sent.delete(conversation);
    if (this.draft(conversation) === sent.text) this.keep("", conversation);
    if (conversation !== this.id) return;
    if (this.box.value === sent.text) this.box.value = "";
    this.say(this.words.kept);
  }

  /** There is a connection again: what waits goes again, and is known by its id. */
  connected() {
    for (const [conversation, { id, text }] of this.sent) {
      this.act({ type: "note", conversation, id, text });
    }
  }

  /** A note was refused; its words stay in the box. */
  refused({ conversation, id, code }) {
    if (this.sent.get(conversation)?.id !== id) return;
    if (code === "later") {
      if (conversation === this.id) this.say(this.words.unsent);
      return;
    }
    this.sent.delete(conversation);
    if (conversation === this.id) this.say(this.words.problems[code] ?? "");
  }

  say(text) {
    this.part("notes-state").textContent = text;
  }

  draft(conversation = this.id) {
    return read(this.storage, `draft note ${conversation}`);
  }

  keep(text, conversation = this.id) {
    keep(this.storage, `draft note ${conversation}`, text);
  }
}

export function beginNotes(workplace) {
  const { words, keys } = workplace;
  const notes = new Notes(workplace);
  const told = new Map(); // whispers by conversation, as the lists last had them

  keys.add({ key: "Alt+K", says: words.keys.note, work: () => workplace.focus("notes-text") });
  keys.add({ key: "Alt+R", says: words.keys.whisper, work: () => notes.heed() });
  workplace.on("frame", (frame, held) => {
    if (frame.type === "welcome") notes.connected();
    else if (frame.type === "refused" && frame.about === "note") notes.refused(frame);
    else if (frame.type === "notes" && held) {
      held.notes = merge(held.notes ?? [], frame.notes);
      notes.kept(frame.conversation, frame.notes);
      const about = workplace.about();
      if (about?.id === frame.conversation) notes.draw(about, held.notes);
    }
  });
  workplace.on("room", (about, held) => notes.draw(about, held?.notes ?? []));
  workplace.on("lists", ({ mine }) => {
    for (const row of mine) {
      const more = row.whispers > (told.get(row.id) ?? 0);
      told.set(row.id, row.whispers);
      if (more && row.id !== workplace.current()) {
        workplace.note(fill(words.notes.news, { name: nameOf(row, words) }));
      }
    }
  });
}
