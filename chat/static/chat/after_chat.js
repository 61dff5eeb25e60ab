/** After a chat: a breath, what is still to be written down, and somebody to talk to. */

import { button, clock, fill, make, redraw } from "./view.js";
import { beginWrapUp } from "./wrap_up.js";

export const NOTHING = { unwritten: [], breath: null, debriefs: [], own: null };

/** Minutes and seconds until a moment, "1:05"; empty when it has passed. */
export function left(until, now) {
  const seconds = Math.ceil((new Date(until).getTime() - now) / 1000);
  if (seconds <= 0) return "";
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export function beginAfterChat(workplace) {
  const { part, words, keys, language, outside } = workplace;
  const wrapUp = beginWrapUp(workplace);
  let after = NOTHING;
  let print = "";

  function ask() {
    if (workplace.act({ type: "debrief" })) workplace.note(words.after.debrief_asked);
  }

  function write() {
    // The one in view, or else the one that waits longest to be written down.
    const inView = after.unwritten.find(({ id }) => id === workplace.current());
    const row = inView ?? after.unwritten[0];
    if (row) wrapUp(row);
    else workplace.note(words.after.nothing_to_write);
  }

  function draw() {
    const next = JSON.stringify(after);
    if (next !== print) {
      print = next;
      drawLists();
    }
    drawBreath();
  }

  function press(text, key, work) {
    const made = button(text, "desk-tool", work);
    made.dataset.key = key;
    return made;
  }

  function drawLists() {
    redraw(
      part("after-unwritten"),
      after.unwritten.map((row) => {
        const name = row.name || words.nameless;
        return make("li", "", press(fill(words.after.write, { name }), row.id, () => wrapUp(row)));
      }),
    );
    redraw(
      part("after-debriefs"),
      after.debriefs.map(({ id, who }) =>
        make(
          "li",
          "desk-after__asks",
          make("span", "", fill(words.after.asks, { name: who })),
          press(words.after.take, id, () => workplace.act({ type: "take_debrief", id })),
        ),
      ),
    );
    const own = part("after-own");
    own.hidden = !after.own;
    own.textContent = after.own
      ? after.own.taken_by
        ? fill(words.after.comes, { name: after.own.taken_by })
        : words.after.debrief_asked
      : "";
  }

  function drawBreath() {
    const { breath } = after;
    const time = breath ? left(breath.until, outside.now()) : "";
    const line = part("after-breath");
    line.hidden = !time;
    if (time) {
      const until = clock(breath.until, language);
      const text = breath.heavy
        ? fill(words.after.heavy, { time: until })
        : fill(words.after.breath, { time });
      const place = part("after-breath-text");
      if (place.textContent !== text) place.textContent = text;
      part("act-ready").hidden = breath.heavy;
    }
    part("desk-after").hidden =
      !time && !after.own && !after.unwritten.length && !after.debriefs.length;
  }

  workplace.on("frame", (frame) => {
    if (frame.type !== "desk") return;
    after = frame.after ?? NOTHING;
    draw();
  });
  part("act-ready").addEventListener("click", () => workplace.act({ type: "ready" }));
  part("act-debrief").addEventListener("click", ask);
  keys.add({ key: "Alt+C", says: words.after.key_write, work: write });
  keys.add({ key: "Alt+B", says: words.after.key_debrief, work: ask });
  setInterval(drawBreath, 1000);
}
