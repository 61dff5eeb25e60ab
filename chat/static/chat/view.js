/** Puts a conversation on the page. Whatever is said stays text: nothing is ever parsed as markup. */

import { stateOf } from "./conversation.js";

/** A short time of day, as the reader's language writes it. */
export function clock(moment, language) {
  return new Date(moment).toLocaleTimeString(language, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}

/** Fill a sentence: `%(name)s` becomes the value of `name`. */
export function fill(sentence, values) {
  return sentence.replace(/%\((\w+)\)s/g, (whole, name) =>
    name in values ? String(values[name]) : whole,
  );
}

/** An element with a class, text and children. */
export function make(tag, className = "", ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

/** A short word that stands out, in one of govuk-frontend's colours. */
export function tag(text, colour) {
  return make("strong", `govuk-tag govuk-tag--${colour}`, text);
}

/** A button that sends no form. */
export function button(text, className, work) {
  const made = make("button", className, text);
  made.type = "button";
  made.addEventListener("click", work);
  return made;
}

/** Draw anew what stands somewhere, with the keyboard where it was: its key says what that is. */
export function redraw(place, children) {
  const held = place.contains(document.activeElement) ? document.activeElement.dataset.key : "";
  place.replaceChildren(...children);
  if (held) place.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
}

export class Transcript {
  /**
   * @param {object} given
   * @param {HTMLElement} given.scroller what scrolls
   * @param {HTMLOListElement} given.list
   * @param {object} given.words
   * @param {string} given.language
   * @param {(id: string) => void} given.onRetry
   * @param {(id: string) => void} given.onDiscard
   * @param {HTMLButtonElement} [given.below] shows while something new stands below what is in view
   */
  constructor({ scroller, list, words, language, onRetry, onDiscard, below = null }) {
    Object.assign(this, { scroller, list, words, language, onRetry, onDiscard, below });
    this.drawn = new Map();
    this.atEnd = true;
    this.newest = 0;
    scroller.addEventListener("scroll", () => {
      this.atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
      if (this.atEnd && below) below.hidden = true;
    });
    below?.addEventListener("click", () => {
      this.toEnd();
      scroller.focus({ preventScroll: true });
    });
    // A keyboard or a notice that takes room must not hide the newest message.
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(scroller);
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.atEnd = true;
    if (this.below) this.below.hidden = true;
  }

  /** Forget what is drawn, for another conversation. */
  clear() {
    this.drawn.clear();
    this.newest = 0;
    this.list.replaceChildren();
  }

  /** Draw what is new or changed, and stay at the newest when the reader was there. */
  draw(conversation) {
    const wasAtEnd = this.atEnd;
    const wanted = this.entries(conversation);
    const keys = new Set(wanted.map((entry) => entry.key));
    for (const [key, { node }] of this.drawn) {
      if (!keys.has(key)) {
        node.remove();
        this.drawn.delete(key);
      }
    }
    let before = null;
    let changed = false;
    for (const { key, state, build, dress } of wanted) {
      let held = this.drawn.get(key);
      if (!held) {
        held = { node: build(), state: "" };
        this.drawn.set(key, held);
      }
      if (held.state !== state) {
        // In place: who listens to the messages is not told the same one again.
        dress(held.node);
        held.state = state;
        changed = true;
      }
      const place = before ? before.nextSibling : this.list.firstChild;
      if (place !== held.node) this.list.insertBefore(held.node, place);
      before = held.node;
    }
    const newest = conversation.messages.at(-1)?.seq ?? 0;
    if (changed && wasAtEnd) this.toEnd();
    else if (this.below && this.newest && newest > this.newest) this.below.hidden = false;
    this.newest = newest;
  }

  /** What stands in the list. A message of ours keeps its line from the moment it is typed. */
  entries(conversation) {
    const { me } = conversation;
    const said = conversation.messages.map((message) => {
      if (message.from === "system") return this.entry(`m${message.seq}`, "said", this.line(message));
      const mine = message.from === me;
      const key = mine ? `i${message.id}` : `m${message.seq}`;
      const state = mine ? stateOf(conversation, message) : "said";
      const about = () => this.about(message.at, mine ? this.words[state] : "");
      return this.entry(key, state, () => this.bubble(mine, message.text), about);
    });
    const unsent = conversation.outbox.map((item) => {
      const about = item.state === "failed" ? () => this.failed(item) : () => this.queued();
      const state = `${item.state} ${item.code ?? ""}`;
      return this.entry(`i${item.id}`, state, () => this.bubble(true, item.text), about);
    });
    return [...said, ...unsent];
  }

  entry(key, state, build, about) {
    const dress = (node) => {
      for (const name of ["queued", "failed"]) {
        node.classList.toggle(`chat-message--${name}`, state.startsWith(name));
      }
      if (about) node.lastChild.replaceChildren(...about());
    };
    return { key, state, build, dress };
  }

  line(message) {
    if (message.card) return () => this.card(message);
    const urgent = message.text === "danger" ? " chat-message--urgent" : "";
    return () =>
      make(
        "li",
        `chat-message chat-message--system${urgent}`,
        make("p", "chat-message__text", this.words.lines[message.text] ?? ""),
        make("span", "chat-message__about", ...this.about(message.at)),
      );
  }

  /** A page of ours, in a tab of its own so that the chat stays. Never another site's. */
  card({ card: { title, path }, at }) {
    const { words } = this;
    const text = make("p", "chat-message__text", make("span", "chat-card__why", words.card_why));
    if (/^\/(?![/\\])/.test(path)) {
      const hint = make("span", "govuk-visually-hidden", ` ${words.card_tab}`);
      const link = make("a", "govuk-link chat-card__link", title, hint);
      Object.assign(link, { href: path, target: "_blank", rel: "noopener" });
      text.append(" ", link);
    }
    return make(
      "li",
      "chat-message chat-message--system chat-card",
      text,
      make("span", "chat-message__about", ...this.about(at)),
    );
  }

  bubble(mine, text) {
    const words = make("p", "chat-message__text");
    words.dir = "auto";
    words.textContent = text;
    return make(
      "li",
      `chat-message chat-message--${mine ? "mine" : "theirs"}`,
      make("span", "govuk-visually-hidden", `${mine ? this.words.you : this.words.them}:`),
      words,
      make("span", "chat-message__about"),
    );
  }

  about(at, state = "") {
    const time = make("time", "", clock(at, this.language));
    time.dateTime = at;
    return state ? [time, ` · ${state}`] : [time];
  }

  queued() {
    return [`${this.words.queued}…`];
  }

  failed({ id, code }) {
    const { words } = this;
    const why = `${words.failed}: ${words.problems[code] ?? words.problems.malformed}`;
    if (code === "ended") return [why];
    const acts = make(
      "span",
      "chat-message__acts",
      this.act(words.retry, () => this.onRetry(id)),
      this.act(words.discard, () => this.onDiscard(id)),
    );
    return [why, acts];
  }

  act(text, work) {
    return button(text, "chat-message__act", () => {
      // The button goes; the keyboard's place stays among the messages.
      this.scroller.focus({ preventScroll: true });
      work();
    });
  }
}
