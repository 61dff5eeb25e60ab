/** What stands around the conversation that is open on the console: title, acts, warning, links. */

import { nameOf, tagsOf } from "./lists.js";
import { clock, fill, make, redraw, tag } from "./view.js";

export class Room {
  /**
   * @param {object} given
   * @param {(id: string) => HTMLElement} given.part
   * @param {object} given.words
   * @param {string} given.language
   */
  constructor({ part, words, language }) {
    Object.assign(this, { part, words, language });
  }

  /** Show that something is open, or nothing. */
  open(anything) {
    this.part("room").hidden = !anything;
    this.part("side").hidden = !anything;
    this.part("room-empty").hidden = anything;
  }

  /** Draw a conversation as a list has it, with the links that were named in it. */
  draw(about, links) {
    const { part, words } = this;
    const { status, mine } = about;
    part("room-title").textContent = nameOf(about, words);
    const state = words[status] && status !== "paused" ? [tag(words[status], "blue")] : [];
    part("room-tags").replaceChildren(...state, ...tagsOf(about, words));
    part("act-claim").hidden = status !== "waiting";
    part("act-give-back").hidden = !(mine && status === "active");
    part("act-end").hidden = !mine || status === "ended";
    // The browser's spelling check goes by the visitor's language.
    part("room-text").lang = about.language;
    // Paused: the text stays in its box, and the server would refuse it too.
    part("room-composer").hidden = !mine || status !== "active";
    const warning = this.warning(about);
    part("room-warning").hidden = !warning;
    if (part("room-warning").textContent !== warning) part("room-warning").textContent = warning;
    part("room-warning").classList.toggle("desk__warning--strong", status === "paused");
    this.links(about.id, links, mine && status === "active");
  }

  warning(about) {
    const { words } = this;
    if (about.status === "paused") {
      return fill(words.paused_warning, { time: clock(about.paused_until, this.language) });
    }
    if (about.status === "ended") return words.ended_notice;
    if (about.status === "waiting") return words.peeking;
    return about.mine ? "" : fill(words.reading, { owner: about.owner });
  }

  /** The visitor's hints: whether they type, and since when their page is there or not. */
  hints({ typing, present }, about) {
    const { part, words } = this;
    const name = about ? nameOf(about, words) : "";
    this.quiet("room-typing", typing ? fill(words.typing, { name }) : "");
    const over = !about || about.status === "ended" || about.status === "paused";
    const time = present ? clock(present.since, this.language) : "";
    const there = present && !over ? fill(present.here ? words.here : words.away, { time }) : "";
    this.quiet("room-present", there);
    part("room-present").hidden = !there;
  }

  quiet(id, text) {
    const line = this.part(id);
    if (line.textContent !== text) line.textContent = text;
  }

  links(id, links, mayAsk) {
    const { part, words } = this;
    const list = part("links");
    const print = JSON.stringify([id, links]);
    part("links-ask").hidden = !mayAsk || links.length === 0;
    if (list.dataset.print === print) return;
    list.dataset.print = print;
    const unticked = new Set([...list.querySelectorAll("input:not(:checked)")].map((i) => i.value));
    part("links-note").textContent = links.length ? "" : words.no_links;
    redraw(
      list,
      links.map(({ url }, number) => {
        const box = Object.assign(make("input", "govuk-checkboxes__input"), {
          type: "checkbox",
          id: `link-${number}`,
          name: "link",
          value: url,
          checked: !unticked.has(url),
        });
        box.dataset.key = url;
        const label = make("label", "govuk-label govuk-checkboxes__label desk__link", url);
        label.htmlFor = box.id;
        return make("li", "govuk-checkboxes__item", box, label);
      }),
    );
  }

  /** The links that are ticked. */
  ticked() {
    return [...this.part("links").querySelectorAll("input:checked")].map((box) => box.value);
  }
}
