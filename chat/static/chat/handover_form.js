/** The question to whom a chat goes, and the summary that goes along. */

import { nameOf } from "./lists.js";
import { keep, read } from "./storage.js";
import { fill, make } from "./view.js";

const draftOf = (conversation) => `draft summary ${conversation}`;

export class HandoverForm {
  constructor(workplace) {
    this.workplace = workplace;
    this.words = workplace.words.handover;
    this.about = null;
    this.act = "";
    const part = workplace.part;
    this.dialog = part("dialog-handover");
    this.list = part("handover-who");
    this.box = part("handover-text");
    this.problem = part("handover-problem");
    this.box.addEventListener("input", () => this.keep(this.about.id, this.box.value));
    part("handover-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    part("handover-back").addEventListener("click", () => this.dialog.close());
  }

  /** Ask for a conversation: `act` is "hand_over" or "reassign". */
  open(about, act) {
    const { workplace, words, list, box } = this;
    if (!workplace.act({ type: "colleagues", conversation: about.id })) return;
    Object.assign(this, { about, act, offered: false });
    const name = nameOf(about, workplace.words);
    workplace.part("handover-title").textContent = fill(words.title[act], { name });
    workplace.part("handover-send").textContent = words.send[act];
    box.value = read(workplace.storage, draftOf(about.id));
    this.fail("");
    list.replaceChildren(make("p", "govuk-hint", words.loading));
    this.dialog.showModal();
  }

  /** The question went with a connection that is gone. */
  askAgain() {
    if (!this.dialog.open || this.offered) return;
    this.workplace.send({ type: "colleagues", conversation: this.about.id });
  }

  /** Show who could go on, as the server knows them. */
  offer({ conversation, colleagues }) {
    if (!this.dialog.open || this.offered || conversation !== this.about?.id) return;
    this.offered = true;
    const { words } = this;
    const choices = colleagues.map((each) => ({
      value: String(each.id),
      text: each.name,
      hint: this.hint(each),
      able: each.on_duty && each.chats < each.capacity,
    }));
    if (this.act === "hand_over") {
      // A supervisor may be there without taking visitors, so asking them is always possible.
      const there = colleagues.some((each) => each.supervises && each.on_duty);
      const hint = there ? "" : words.no_supervisor;
      choices.push({ value: "supervisors", text: words.supervisors, hint, able: true });
      const able = this.about.status === "active";
      choices.push({ value: "queue", text: words.queue, hint: words.queue_hint, able });
    }
    this.list.replaceChildren(
      ...(choices.length ? choices.map((each, place) => this.choice(each, place)) : [words.nobody]),
    );
    this.list.querySelector("input:not(:disabled)")?.focus();
  }

  hint({ chats, capacity, on_duty: onDuty, supervises }) {
    const { words } = this;
    const sentence = chats < capacity ? words.load : words.full;
    const load = onDuty ? fill(sentence, { chats, capacity }) : words.off_duty;
    return supervises ? `${words.supervisor}. ${load}` : load;
  }

  choice({ value, text, hint, able }, place) {
    const id = `handover-to-${place}`;
    const radio = Object.assign(make("input", "govuk-radios__input"), {
      type: "radio",
      name: "to",
      required: true,
      disabled: !able,
      id,
      value,
    });
    const label = make("label", "govuk-label govuk-radios__label", text);
    label.htmlFor = id;
    const parts = [radio, label];
    if (hint) {
      parts.push(make("span", "govuk-hint govuk-radios__hint", hint));
      parts[2].id = `${id}-hint`;
      radio.setAttribute("aria-describedby", parts[2].id);
    }
    return make("div", "govuk-radios__item", ...parts);
  }

  send() {
    const { words, box, about, act } = this;
    const chosen = this.list.querySelector("input:checked")?.value;
    const summary = box.value.trim();
    if (!chosen) {
      this.fail(words.choose);
      this.list.querySelector("input:not(:disabled)")?.focus();
      return;
    }
    if (!summary && act === "hand_over") {
      this.fail(words.write);
      box.focus();
      return;
    }
    const frame = { type: act, conversation: about.id, summary };
    const named = /^\d+$/.test(chosen);
    if (named) frame.to = Number(chosen);
    if (act === "hand_over") frame.way = named ? "colleague" : chosen;
    if (this.workplace.act(frame)) this.dialog.close();
    else this.fail(this.workplace.words.not_now);
  }

  /** It was taken: what was written stands with the handover now. */
  sent(conversation) {
    this.keep(conversation, "");
  }

  /** What was written is not lost by looking elsewhere, or by a reload. */
  keep(conversation, text) {
    keep(this.workplace.storage, draftOf(conversation), text);
  }

  fail(text) {
    this.problem.textContent = text;
    this.problem.hidden = !text;
  }
}
