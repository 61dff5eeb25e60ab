/** Soft notes, made here: no file is fetched. A browser gives sound only after somebody did something. */

/** The notes of each level: [hertz, seconds after the first]. */
const NOTES = [
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
const LENGTH = 0.14;
const LOUDNESS = 0.12;

export class Sound {
  /** @param {typeof AudioContext | undefined} Context as the browser gives it */
  constructor(Context = globalThis.AudioContext) {
    this.Context = Context;
    this.context = null;
  }

  /** Somebody did something: from now on there may be sound. */
  unlock() {
    if (!this.Context) return;
    this.context ??= new this.Context();
    if (this.context.state === "suspended") this.context.resume().catch(() => {});
  }

  /** Play the notes of a level, if the browser lets us. */
  play(level) {
    if (this.context?.state !== "running") return;
    for (const [hertz, after] of NOTES[level] ?? []) this.note(hertz, after);
  }

  note(hertz, after) {
    const { context } = this;
    const at = context.currentTime + after;
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = hertz;
    // In and out softly: a sudden tone clicks.
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
    loudness.gain.linearRampToValueAtTime(0, at + LENGTH);
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + LENGTH);
  }
}
