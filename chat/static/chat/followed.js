/** The conversations that a console follows, and how far it has each. */

import { Talk } from "./talk.js";

export class Followed {
  /**
   * @param {object} given
   * @param {(frame: object) => boolean} given.send
   * @param {(id: string) => void} given.onChange a conversation reads differently
   * @param {Storage | null} given.storage
   */
  constructor({ send, onChange, storage, ...outside }) {
    Object.assign(this, { send, onChange, storage, outside });
    /** @type {Map<string, {talk: Talk, about: object, links: object[], tag: string}>} */
    this.held = new Map();
  }

  has(id) {
    return this.held.has(id);
  }

  get(id) {
    return this.held.get(id);
  }

  /** What a frame is about, if that is followed here. */
  of(frame) {
    return this.held.get(frame.conversation?.id ?? frame.conversation);
  }

  talks() {
    return [...this.held.values()].map(({ talk }) => talk);
  }

  hold(id) {
    if (this.held.has(id)) return;
    const held = { about: null, links: [], tag: undefined };
    held.talk = new Talk({
      me: "counsellor",
      key: id,
      address: { conversation: id },
      send: (frame) => this.send(frame),
      mayWrite: () => Boolean(held.about?.mine) && held.about.status === "active",
      onChange: () => this.onChange(id),
      storage: this.storage,
      ...this.outside,
    });
    this.held.set(id, held);
  }

  forget(id) {
    this.held.get(id)?.talk.stop();
    this.held.delete(id);
  }

  /** From where on this page follows a conversation. */
  opening(conversation) {
    const { talk, tag } = this.held.get(conversation);
    return { conversation, since: talk.seq, tag };
  }

  /** The same of all of them. */
  openings() {
    return [...this.held.keys()].map((id) => this.opening(id));
  }

  /** Up to where each is shown without a gap. */
  seqs() {
    return Object.fromEntries([...this.held].map(([id, { talk }]) => [id, talk.seq]));
  }

  /** Where this page stands in a conversation of which the server has more. */
  behind({ seqs = {} }) {
    const missing = [...this.held].filter(([id, { talk }]) => seqs[id] > talk.seq);
    return missing.map(([id, { talk }]) => `${id} ${talk.seq}`).join();
  }
}
