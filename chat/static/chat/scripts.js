/** What to do in danger, and with a link or picture of a possible minor: beside the chat, by one key. */

export function beginScripts(workplace) {
  const { part, words, keys } = workplace;
  const opened = new Set(); // for these the script opened by itself, once

  function unfold(id) {
    const script = part(id);
    script.open = true;
    script.scrollIntoView({ block: "nearest" });
    script.querySelector("summary").focus({ preventScroll: true });
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
      workplace.act({ type: "danger", conversation: about.id });
    }
    unfoldBeside("side-script");
    part("side").scrollTop = 0; // above it stands whether the alarm was seen
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

  workplace.on("opened", () => {
    part("side-script").open = false;
    part("side-minor").open = false;
  });
  workplace.on("room", (about) => {
    part("act-danger").hidden = about.danger || about.status === "ended";
    const alarm = part("side-alarm");
    const said = about.danger ? (about.acknowledged ? words.alarm_seen : words.alarm_unseen) : "";
    alarm.hidden = !said;
    alarm.classList.toggle("desk__alarmed--seen", about.acknowledged);
    if (alarm.textContent !== said) alarm.textContent = said;
    if (about.danger && !opened.has(about.id)) {
      opened.add(about.id);
      part("side-script").open = true;
    }
  });
}
