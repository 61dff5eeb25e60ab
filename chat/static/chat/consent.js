/** The question whether to make a report of the links, and the return code that answers a yes. */

import { codeCard } from "./code_card.js";
import { newId } from "./composer.js";
import { mark, post, unmark } from "./forms.js";
import { make } from "./view.js";

export class Consent {
  /**
   * @param {object} given
   * @param {HTMLElement} given.place among the messages
   * @param {HTMLTemplateElement} given.template the form
   * @param {string} given.url where the answer goes
   * @param {HTMLElement} given.box where typing goes on
   * @param {import("./view.js").Transcript} given.transcript
   */
  constructor({ place, template, url, words, box, transcript }) {
    Object.assign(this, { place, template, url, words, box, transcript });
    this.shown = ""; // the question's number, or "code", or "said"
  }

  show(offer) {
    if (!offer) {
      // The return code stays until the visitor says they have it; why there is none stays, too.
      if (this.shown === "code" || this.shown === "said") return;
      this.shown = "";
      this.place.replaceChildren();
      return;
    }
    if (this.shown === offer.id) return;
    this.shown = offer.id;
    const form = this.template.content.cloneNode(true).firstElementChild;
    form.elements.offer.value = offer.id;
    form.elements.key.value = newId();
    form
      .querySelector(".chat-consent__links")
      .append(...offer.links.map((link) => Object.assign(make("li", "", link), { dir: "ltr" })));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer(form, event.submitter?.value ?? "yes");
    });
    this.place.replaceChildren(form);
    this.scrollTo(form);
  }

  /** Bring something among the messages into view; the page itself stays where it is. */
  scrollTo(element) {
    const { scroller } = this.transcript;
    scroller.scrollTop +=
      element.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 60;
  }

  async answer(form, answer) {
    unmark(form);
    form.querySelector(":scope > .govuk-error-message")?.remove();
    try {
      const result = await post(form, { url: this.url, more: { answer } });
      if (result?.return_code) this.showCode(result.return_code);
      else if (result?.errors) {
        mark(form, result.errors)?.focus({ preventScroll: true });
        this.scrollTo(form.querySelector(".govuk-error-message") ?? form);
      } else if (result?.declined) this.place.replaceChildren();
      else this.say(this.words.problems[result?.code] ?? this.words.problems.malformed);
    } catch {
      // Nothing is lost: the same key makes no second report.
      form.append(make("p", "govuk-error-message", this.words.problems.malformed));
    }
  }

  /** Nothing came of it: say why, where the question was. */
  say(text) {
    this.shown = "said";
    const line = make("p", "govuk-error-message", text);
    line.tabIndex = -1;
    this.place.replaceChildren(line);
    line.focus();
  }

  /** The return code: in this window only, and gone with it. */
  showCode(code) {
    const { words } = this;
    this.shown = "code";
    const shown = codeCard({
      words,
      code,
      title: words.code_title,
      text: words.code_text,
      onDone: () => {
        this.shown = "";
        this.box.focus();
      },
    });
    this.place.replaceChildren(shown);
    shown.focus();
    this.transcript.toEnd();
  }
}
