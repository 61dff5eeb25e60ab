/**
 * Soft notes, made here: no file is fetched. A browser gives sound only after somebody did something.
 * Notes are a list of [hertz, seconds after the first].
 */

/** What the console plays, by how loudly it calls. */
export const LEVELS = [
  [],
  [[660, 0]],
  [
    [660, 0],
    [880, 0.16],
  ],
  [
    [660, 0],
    [880, 0.16],
    [660, 0.32],
    [880, 0.48],
  ],
];

/** What a visitor hears who asked for a sound. */
export const CHIME = [
  [523.25, 0],
  [659.25, 0.18],
];

export class Sound {
  /**
   * @param {object} given
   * @param {number} given.length of a note in seconds
   * @param {number} given.loudness from 0 to 1
   * @param {typeof AudioContext | undefined} given.Context as the browser gives it
   */
  constructor({ length = 0.14, loudness = 0.12, Context = globalThis.AudioContext } = {}) {
    Object.assign(this, { length, loudness, Context });
    this.context = null;
    this.due = false;
  }

  /** Somebody did something: from now on there may be sound. */
  async unlock() {
    if (!this.Context) return;
    this.context ??= new this.Context();
    if (this.context.state === "suspended") await this.context.resume().catch(() => {});
  }

  /** Play notes, if the browser lets us. */
  play(notes) {
    if (this.context?.state !== "running") return;
    for (const [hertz, after] of notes) this.note(hertz, after);
  }

  /** Play notes as soon as the browser lets us: once, however often it was asked until then. */
  async playWhenAllowed(notes) {
    if (this.due) return;
    this.due = true;
    await this.unlock();
    this.due = false;
    this.play(notes);
  }

  note(hertz, after) {
    const { context } = this;
    const at = context.currentTime + after;
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = hertz;
    // In and out softly: a sudden tone clicks.
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(this.loudness, at + 0.02);
    loudness.gain.linearRampToValueAtTime(0, at + this.length);
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + this.length);
  }
}
