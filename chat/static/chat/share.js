/** Showing the visitor a page of the site, after a press that says so. */

import { newId } from "./composer.js";
import { fill } from "./view.js";

/** A page that is about to be shared, until the server has it in the chat. */
export class Share {
  constructor(workplace) {
    Object.assign(this, { workplace, page: null, id: "", conversation: "" });
    const { part } = workplace;
    part("share-yes").addEventListener("click", () => this.send());
    part("share-no").addEventListener("click", () => this.drop());
    part("share").addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.drop();
    });
  }

  offer(page) {
    const { part, words } = this.workplace;
    Object.assign(this, { page, id: newId(), conversation: this.workplace.current() });
    part("share-title").textContent = fill(words.replies.share, { title: page.title });
    part("share-state").textContent = "";
    part("share").hidden = false;
    part("share-yes").focus();
  }

  send() {
    const { page, id, conversation, workplace } = this;
    const sent = workplace.act({ type: "share", conversation, page: page.id, id });
    if (sent) workplace.part("share-state").textContent = workplace.words.replies.sharing;
  }

  drop() {
    const strip = this.workplace.part("share");
    const held = strip.contains(document.activeElement);
    this.page = null;
    strip.hidden = true;
    if (held) this.workplace.focus("room-text");
  }

  hear(frame) {
    if (!this.page || frame.conversation !== this.conversation) return;
    if (frame.type === "messages" && frame.messages.some(({ id }) => id === this.id)) this.drop();
    if (frame.type === "refused" && frame.id === this.id) {
      this.workplace.part("share-state").textContent = "";
    }
  }
}
