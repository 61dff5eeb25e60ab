/** Going from one conversation to another, and about in one, by keyboard. */

/** The conversation so many places further in a list, round and round. */
export function further(rows, current, step) {
  if (!rows.length) return "";
  const here = rows.findIndex(({ id }) => id === current);
  if (here < 0) return rows[step > 0 ? 0 : rows.length - 1].id;
  return rows[(here + step + rows.length) % rows.length].id;
}

/** The next conversation of mine, after the one in view, in which something is new. */
export function nextNew(rows, current, isNew) {
  const here = rows.findIndex(({ id }) => id === current);
  const round = [...rows.slice(here + 1), ...rows.slice(0, here + 1)];
  return round.find((row) => row.id !== current && isNew(row))?.id ?? "";
}

export function beginGoing(workplace) {
  const { part, words, keys } = workplace;
  const go = (id) => id && workplace.show(id);
  const mine = () => workplace.lists().mine;
  const step = (by) => () => go(further(mine(), workplace.current(), by));

  keys.add({ key: "Alt+ArrowDown", says: words.keys.next, work: step(1) });
  keys.add({ key: "Alt+ArrowUp", says: words.keys.previous, work: step(-1) });
  keys.add({
    key: "Alt+N",
    says: words.keys.next_new,
    work: () => {
      const id = nextNew(mine(), workplace.current(), workplace.isNew);
      if (id) go(id);
      else workplace.note(words.nothing_new);
    },
  });
  keys.add({
    key: "Alt+T",
    says: words.keys.take,
    work: () => {
      const about = workplace.about();
      const row = about?.status === "waiting" ? about : workplace.lists().waiting[0];
      if (row) workplace.take(row.id);
      else workplace.note(words.nobody_waits);
    },
  });
  keys.add({
    key: "Alt+W",
    says: words.keys.waiting,
    work: () => (part("desk-waiting").querySelector("button") ?? part("desk-waiting-title")).focus(),
  });
  keys.add({ key: "Alt+M", says: words.keys.message, work: () => workplace.focus("room-text") });
  keys.add({ key: "Alt+L", says: words.keys.log, work: () => workplace.focus("room-log") });
  keys.add({ key: "Alt+S", says: words.keys.side, work: () => workplace.focus("side") });
  keys.add({
    key: "Alt+E",
    says: words.keys.end,
    work: () => {
      if (!part("act-end").closest("[hidden]")) part("act-end").click();
      else if (!workplace.current()) workplace.note(words.open_first);
    },
  });
  // On a narrow screen the open conversation stands in place of the lists.
  part("room-back").addEventListener("click", () => {
    workplace.show("");
    part("desk-mine-title").focus();
  });
}
