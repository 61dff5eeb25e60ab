/**
 * Makes a counsellor notice: the number in the title, a line in the bar, a sound, and outside this
 * tab a notification in words that say nothing of anybody. All of it also while the tab is in front.
 */

import { Bell, attention, mayTake } from "./attention.js";
import { Choice } from "./choice.js";
import { nameOf } from "./lists.js";
import { LEVELS, Sound } from "./sound.js";
import { fill } from "./view.js";

const IDLE_MS = 20000; // who did nothing for so long may be looking elsewhere

export function beginNotices(workplace) {
  const { part, words, outside } = workplace;
  const title = document.title;
  const sound = new Sound();
  const bell = new Bell();
  const wantsSound = new Choice("sound", true);
  const wantsNotices = new Choice("notices", true);
  let known = null; // who waited, which alarms there were, up to where each of mine was heard
  let active = outside.now();

  for (const kind of ["keydown", "pointerdown"]) {
    document.addEventListener(kind, () => {
      active = outside.now();
      sound.unlock();
    });
  }
  document.addEventListener("pointermove", () => (active = outside.now()), { passive: true });

  /** Whether somebody looks at this conversation now. */
  const looksAt = (id) =>
    id === workplace.current() &&
    document.visibilityState === "visible" &&
    outside.now() - active < IDLE_MS;

  /** What came in since the last time; tells of it in a passing line. */
  function freshIn(lists) {
    const before = known;
    known = {
      waiting: new Set(lists.waiting.map(({ id }) => id)),
      alarms: new Set(lists.alarms.map(({ id }) => id)),
      heard: new Map(lists.mine.map(({ id, seq }) => [id, seq])),
    };
    if (!before) return false;
    const newcomers = lists.waiting.filter(({ id }) => !before.waiting.has(id));
    const alarms = lists.alarms.filter(({ id }) => !before.alarms.has(id));
    const unseen = lists.mine.filter(
      (row) =>
        row.seq > (before.heard.get(row.id) ?? row.seq) &&
        workplace.silence(row).asked &&
        !looksAt(row.id),
    );
    if (newcomers.length) workplace.note(words.new_visitor);
    for (const row of unseen) {
      if (row.id !== workplace.current()) {
        workplace.note(fill(words.new_message, { name: nameOf(row, words) }));
      }
    }
    return unseen.length + alarms.length > 0 || (newcomers.length > 0 && mayTake(lists));
  }

  function say(state) {
    const marks = ["", "", "! ", "!! "][state.level];
    const shown = state.count ? `(${state.count}) ${marks}${title}` : `${marks}${title}`;
    if (document.title !== shown) document.title = shown;
    const line = part("desk-urgent");
    const text = state.level > 1 ? words.urgent[state.why] : "";
    line.hidden = !text;
    line.classList.toggle("desk-urgent--strong", state.level === 3);
    if (line.textContent !== text) line.textContent = text;
  }

  function ring(state) {
    if (wantsSound.on) sound.play(LEVELS[Math.max(1, state.level)]);
    if (allowed() && wantsNotices.on && !(document.visibilityState === "visible" && document.hasFocus())) {
      notify();
    }
  }

  /** One notification at a time, without a name or a word of anybody. */
  function notify() {
    const shown = new Notification(words.notify_title, {
      body: words.notify,
      tag: "console",
      renotify: true,
      silent: true,
    });
    shown.onclick = () => {
      focus();
      shown.close();
    };
  }

  workplace.on("lists", (lists) => {
    if (!lists.tag) return; // nothing is known yet
    const { isNew, silence } = workplace;
    const now = outside.now();
    const state = attention(lists, { isNew, silence, now });
    const fresh = freshIn(lists);
    say(state);
    if (bell.rings(state, fresh, now)) ring(state);
  });

  // The choices

  const press = (button, on) => button.setAttribute("aria-pressed", String(on));
  const soundButton = part("desk-sound");
  press(soundButton, wantsSound.on);
  soundButton.addEventListener("click", () => {
    wantsSound.set(!wantsSound.on);
    press(soundButton, wantsSound.on);
    if (wantsSound.on) sound.playWhenAllowed(LEVELS[1]);
  });

  const noticeButton = part("desk-notify");
  const allowed = () => globalThis.Notification?.permission === "granted";
  noticeButton.hidden = !globalThis.Notification;
  press(noticeButton, allowed() && wantsNotices.on);
  noticeButton.addEventListener("click", async () => {
    if (allowed()) {
      wantsNotices.set(!wantsNotices.on);
    } else {
      wantsNotices.set((await Notification.requestPermission()) === "granted");
      if (!wantsNotices.on) workplace.note(words.notify_refused);
    }
    press(noticeButton, allowed() && wantsNotices.on);
  });
}
