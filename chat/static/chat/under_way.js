/** Acts that went out, and of which the server has not said yet whether they were done. */

export class UnderWay {
  constructor() {
    this.acts = [];
  }

  went({ type }) {
    this.acts.push(type);
  }

  /** The server answers acts one by one, in the order in which they came. */
  hear({ type, about }) {
    const answered = type === "done" || type === "refused" ? about : type;
    const place = this.acts.indexOf(answered);
    if (place >= 0) this.acts.splice(0, place + 1);
  }

  /** The connection is gone, and with it their answers; whether there were any under way. */
  lost() {
    return this.acts.splice(0).length > 0;
  }
}
