/** What to do in danger, and with a link or picture of a possible minor: beside the chat, by one key. */

import { Alarms } from "./alarms.js";

export function beginScripts(workplace) {
  const { part, words, keys, storage } = workplace;
  const opened = new Set(); // for these the script opened by itself, once
  const over = new Set(); // these were seen to be over
  let unheard = []; // alarms that no supervisor is there to see
  const alarms = new Alarms((id) => workplace.send({ type: "danger", conversation: id }), storage);
  workplace.alarms = alarms;

  function unfold(id) {
    const script = part(id);
    script.open = true;
    script.scrollIntoView({ block: "nearest" });
    script.querySelector("summary").focus({ preventScroll: true });
  }

  function fold() {
    for (const id of ["side-script", "side-minor"]) part(id).open = false;
  }

  /** Whoever is in danger waits for the sentence that is being typed: the keyboard stays in it. */
  function unfoldBeside(id) {
    if (document.activeElement === part("room-text")) part(id).open = true;
    else unfold(id);
  }

  function raise() {
    const about = workplace.about();
    if (!about) {
      workplace.note(words.open_first);
      return;
    }
    if (!about.danger && about.status !== "ended") {
      alarms.press(about.id);
      draw(about);
    }
    unfoldBeside("side-script");
    part("side").scrollTop = 0; // above it stands whether the alarm was seen
  }

  function draw(about) {
    const waits = alarms.waits(about.id);
    const alarm = part("side-alarm");
    const unseen = unheard.includes(about.id) ? words.alarm_unheard : words.alarm_unseen;
    const raised = about.acknowledged ? words.alarm_seen : unseen;
    const said = about.danger ? raised : waits ? words.alarm_waits : "";
    alarm.hidden = !said;
    alarm.classList.toggle("desk__alarmed--seen", about.danger && about.acknowledged);
    if (alarm.textContent !== said) alarm.textContent = said;
    part("act-danger").hidden = about.danger || waits || about.status === "ended";
  }

  keys.add({ key: "F8", says: words.keys.danger, work: raise });
  keys.add({
    key: "F9",
    says: words.keys.minor,
    work: () => {
      if (workplace.current()) unfold("side-minor");
      else workplace.note(words.open_first);
    },
  });
  part("act-danger").addEventListener("click", raise);

  workplace.on("frame", (frame) => {
    alarms.hear(frame);
    if (frame.type === "desk") unheard = frame.unheard;
    const about = workplace.about();
    if (about && (frame.type === "refused" || frame.type === "desk")) draw(about);
  });
  workplace.on("opened", fold);
  workplace.on("room", (about) => {
    alarms.see(about);
    draw(about);
    if (about.status === "ended") {
      // Once, when it ends: what is left to do stands in the wrap-up.
      if (!over.has(about.id)) fold();
      over.add(about.id);
    } else if (about.danger && !opened.has(about.id)) {
      opened.add(about.id);
      part("side-script").open = true;
    }
  });
}
