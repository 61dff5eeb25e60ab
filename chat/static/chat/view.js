/** Puts a conversation on the page. Whatever is said stays text: nothing is ever parsed as markup. */

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

export class Transcript {
  /**
   * @param {object} given
   * @param {HTMLElement} given.scroller what scrolls
   * @param {HTMLOListElement} given.list
   * @param {object} given.words
   * @param {string} given.language
   * @param {(id: string) => void} given.onRetry
   */
  constructor({ scroller, list, words, language, onRetry }) {
    Object.assign(this, { scroller, list, words, language, onRetry });
    this.drawn = new Map();
    this.atEnd = true;
    scroller.addEventListener("scroll", () => {
      this.atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
    });
    // A keyboard or a notice that takes room must not hide the newest message.
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(scroller);
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.atEnd = true;
  }

  /** Forget what is drawn, for another conversation. */
  clear() {
    this.drawn.clear();
    this.list.replaceChildren();
  }

  /** Draw what is new or changed, and stay at the newest when the reader was there. */
  draw(conversation) {
    const wasAtEnd = this.atEnd;
    const wanted = [
      ...conversation.messages.map((message) => ({
        key: `m${message.seq}`,
        print: "",
        build: () => this.message(message, conversation.me),
      })),
      ...conversation.outbox.map((item) => ({
        key: `o${item.id}`,
        print: item.state,
        build: () => this.outgoing(item),
      })),
    ];
    const keys = new Set(wanted.map((entry) => entry.key));
    for (const [key, { node }] of this.drawn) {
      if (!keys.has(key)) {
        node.remove();
        this.drawn.delete(key);
      }
    }
    let before = null;
    let added = false;
    for (const entry of wanted) {
      let held = this.drawn.get(entry.key);
      if (!held || held.print !== entry.print) {
        const node = entry.build();
        if (held) held.node.replaceWith(node);
        held = { node, print: entry.print };
        this.drawn.set(entry.key, held);
        added = true;
      }
      const place = before ? before.nextSibling : this.list.firstChild;
      if (place !== held.node) this.list.insertBefore(held.node, place);
      before = held.node;
    }
    if (added && wasAtEnd) this.toEnd();
  }

  message(message, me) {
    const { words } = this;
    if (message.from === "system") {
      const urgent = message.text === "danger" ? " chat-message--urgent" : "";
      return make(
        "li",
        `chat-message chat-message--system${urgent}`,
        make("p", "chat-message__text", words.lines[message.text] ?? ""),
        this.about(message.at),
      );
    }
    const mine = message.from === me;
    return this.bubble(mine, message.text, this.about(message.at, mine ? words.sent : ""));
  }

  outgoing(item) {
    const { words } = this;
    const about = make("span", "chat-message__about");
    if (item.state === "failed") {
      about.append(`${words.failed}: ${words.problems[item.code] ?? ""} `);
      const retry = make("button", "chat-message__retry", words.retry);
      retry.type = "button";
      retry.addEventListener("click", () => this.onRetry(item.id));
      about.append(retry);
    } else {
      about.append(`${words.queued}…`);
    }
    const node = this.bubble(true, item.text, about);
    node.classList.add(`chat-message--${item.state}`);
    return node;
  }

  bubble(mine, text, about) {
    const words = make("p", "chat-message__text");
    words.dir = "auto";
    words.textContent = text;
    return make(
      "li",
      `chat-message chat-message--${mine ? "mine" : "theirs"}`,
      make("span", "govuk-visually-hidden", `${mine ? this.words.you : this.words.them}:`),
      words,
      about,
    );
  }

  about(at, state = "") {
    const time = make("time", "", clock(at, this.language));
    time.dateTime = at;
    const about = make("span", "chat-message__about", time);
    if (state) about.append(` · ${state}`);
    return about;
  }
}
