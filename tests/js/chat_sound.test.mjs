import assert from "node:assert/strict";
import { test } from "node:test";

import { CHIME, LEVELS, Sound } from "../../chat/static/chat/sound.js";

/** A browser's sound that begins once `allow` was called. */
function speakers({ allowed = true } = {}) {
  const heard = [];
  let allow;
  const permission = new Promise((resolve) => (allow = resolve));
  class Context {
    constructor() {
      this.state = allowed ? "running" : "suspended";
      this.currentTime = 10;
    }
    resume() {
      return permission.then(() => (this.state = "running"));
    }
    createOscillator() {
      const tone = {
        frequency: {},
        connect: (next) => next,
        start: (at) => heard.push([tone.frequency.value, at]),
        stop: () => {},
      };
      return tone;
    }
    createGain() {
      const gain = { setValueAtTime() {}, linearRampToValueAtTime() {} };
      return { gain, connect: (next) => next };
    }
  }
  return { Context, heard, allow };
}

test("a call is louder by more notes, one after another", async () => {
  const { Context, heard } = speakers();
  const sound = new Sound({ Context });
  await sound.unlock();
  sound.play(LEVELS[2]);
  assert.deepEqual(heard, [
    [660, 10],
    [880, 10.16],
  ]);
  assert.deepEqual(
    LEVELS.map((notes) => notes.length),
    [0, 1, 2, 4],
  );
});

test("nothing sounds before somebody did something, and nothing of it is made good", async () => {
  const { Context, heard } = speakers();
  const sound = new Sound({ Context });
  sound.play(LEVELS[3]);
  await sound.unlock();
  assert.deepEqual(heard, []);
});

test("a chime waits for the browser's leave, and comes once", async () => {
  const { Context, heard, allow } = speakers({ allowed: false });
  const sound = new Sound({ Context });
  const asked = [sound.playWhenAllowed(CHIME), sound.playWhenAllowed(CHIME)];
  assert.deepEqual(heard, []);
  allow();
  await Promise.all(asked);
  assert.deepEqual(
    heard.map(([hertz]) => hertz),
    [523.25, 659.25],
  );
});

test("a browser without sound is silent", async () => {
  const sound = new Sound({ Context: undefined });
  await sound.playWhenAllowed(CHIME);
  sound.play(LEVELS[1]);
});
