/**
 * Prepared replies and pages of the site, found by typing above the message box. A reply goes into
 * the box, to change and to send; a page is shared as a card, after one more press: see share.js.
 */

import { beginsSearch, blank, blanks, fillIn, search } from "./replies.js";
import { Share } from "./share.js";
import { fill, make, tag } from "./view.js";

const FRESH_MS = 5 * 60 * 1000;

class Picker {
  /**
   * @param {import("./workplace.js").Workplace} workplace
   * @param {(page: object) => void} share
   */
  constructor(workplace, share) {
    Object.assign(this, { workplace, share });
    const { part } = workplace;
    this.place = part("replies");
    this.field = part("replies-search");
    this.list = part("replies-list");
    this.box = part("room-text");
    this.asked = false;
    this.items = null;
    this.under = null; // the fetch that is under way
    this.fetched = -Infinity;
    this.found = [];
    this.chosen = 0;
    this.left = []; // what a reply left to be filled in
    const form = part("room-composer");
    form.addEventListener("submit", (event) => this.check(event), true);
    form.addEventListener("keydown", (event) => this.check(event), true);
    this.field.addEventListener("input", () => this.draw());
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.box.addEventListener("keydown", (event) => this.slash(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the keyboard
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(this.found[[...this.list.children].indexOf(option)]);
    });
    this.place.addEventListener("focusout", (event) => {
      if (!this.place.contains(event.relatedTarget)) this.close();
    });
    part("replies-open").addEventListener("click", () => this.open());
  }

  get words() {
    return this.workplace.words.replies;
  }

  /** What stands in the places of a reply. */
  get values() {
    return {
      visitor: this.workplace.about()?.name ?? "",
      counsellor: this.place.dataset.me,
    };
  }

  slash(event) {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) {
      return;
    }
    const { value, selectionStart, selectionEnd } = this.box;
    if (!beginsSearch(value, selectionStart, selectionEnd)) return;
    event.preventDefault();
    this.open();
  }

  async open() {
    if (this.box.closest("[hidden]")) {
      this.workplace.note(this.workplace.words.open_first);
      return;
    }
    this.place.hidden = false;
    this.field.value = "";
    this.field.setAttribute("aria-expanded", "true");
    this.field.focus();
    const fetched = this.fetch();
    this.draw();
    await fetched;
    this.draw();
  }

  close() {
    this.place.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  /** Back to the box. */
  leave() {
    this.close();
    this.box.focus();
  }

  /** Have everything here before it is asked for. */
  ready() {
    if (this.asked) return;
    this.asked = true;
    this.fetch();
  }

  /** Fetch what there is, unless that was done just now. */
  fetch() {
    this.under ??= this.load().finally(() => (this.under = null));
    return this.under;
  }

  async load() {
    if (this.workplace.outside.now() - this.fetched < FRESH_MS) return;
    try {
      const answer = await fetch(this.place.dataset.url, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { replies, pages } = await answer.json();
      this.items = [
        ...replies.map((reply) => ({ ...reply, kind: "reply" })),
        ...pages.map((page) => ({ ...page, kind: "page" })),
      ];
      this.fetched = this.workplace.outside.now();
    } catch {
      // What was fetched before stays good enough.
    }
  }

  draw() {
    if (this.place.hidden) return;
    const { words, field, list } = this;
    const about = this.workplace.about();
    this.found = search(this.items ?? [], field.value, about?.language);
    this.chosen = 0;
    list.replaceChildren(...this.found.map((item, number) => this.option(item, number)));
    const none = this.workplace.part("replies-none");
    none.hidden = this.found.length > 0;
    list.hidden = this.found.length === 0;
    none.textContent = this.items ? words.none : this.under ? "" : words.away;
    this.workplace.part("replies-count").textContent = this.found.length
      ? fill(words.found, { count: this.found.length })
      : none.textContent;
    this.mark();
  }

  option(item, number) {
    const { language } = this.workplace.words;
    const option = make(
      "li",
      "replies__option",
      make(
        "span",
        "replies__head",
        make("span", "replies__name", item.title),
        tag(this.words[item.kind], item.kind === "page" ? "blue" : "grey"),
        ...(item.language === this.workplace.about()?.language
          ? []
          : [tag(language[item.language] ?? item.language, "yellow")]),
      ),
      make("span", "replies__text", fillIn(item.text, this.values)),
    );
    option.id = `reply-${number}`;
    option.lang = item.language;
    option.setAttribute("role", "option");
    return option;
  }

  /** Show which one Enter takes. */
  mark() {
    const { list, field, chosen } = this;
    [...list.children].forEach((option, number) => {
      option.setAttribute("aria-selected", String(number === chosen));
    });
    const option = list.children[chosen];
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step && this.found.length) {
      this.chosen = (this.chosen + step + this.found.length) % this.found.length;
      this.mark();
    } else if (event.key === "Enter") this.take(this.found[this.chosen]);
    else if (event.key === "Escape") this.leave();
    else if (event.key === "/" && !this.field.value) {
      this.leave();
      this.insert("/");
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(item) {
    if (!item) return;
    this.leave();
    if (item.kind === "page") {
      this.share(item);
      return;
    }
    const text = fillIn(item.text, this.values);
    this.insert(text);
    this.left.push(...blanks(text));
  }

  /** What a reply left open is pointed at before it is sent, once. */
  check(event) {
    const enters = event.target === this.box && event.key === "Enter" && !event.shiftKey;
    if (event.type === "keydown" && (!enters || event.isComposing)) return;
    const { box } = this;
    const open = this.left.find((each) => box.value.includes(each));
    this.left = [];
    if (!open) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const start = box.value.indexOf(open);
    box.focus();
    box.setSelectionRange(start, start + open.length);
    this.workplace.note(fill(this.words.blank, { blank: open }));
  }

  /** Put text where the keyboard is in the box, with what is to be filled in ready to type over. */
  insert(text) {
    const { box } = this;
    const from = box.selectionStart;
    box.setRangeText(text, from, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    const gap = blank(box.value, from);
    if (gap && gap.end <= from + text.length) box.setSelectionRange(gap.start, gap.end);
    box.scrollTop = box.scrollHeight;
  }
}

export function beginReplies(workplace) {
  const share = new Share(workplace);
  const picker = new Picker(workplace, (page) => share.offer(page));
  workplace.keys.add({
    key: "Alt+I",
    says: workplace.words.keys.replies,
    work: () => picker.open(),
  });
  workplace.on("opened", () => {
    picker.close();
    picker.left = [];
    share.drop();
  });
  workplace.on("room", (about) => about.mine && picker.ready());
  workplace.on("frame", (frame) => share.hear(frame));
}
