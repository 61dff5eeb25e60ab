/** What the supervisor's page knows of the floor: chats and people by number. Pure. */

export const EMPTY = { chats: new Map(), people: new Map(), asking: [], tag: "" };

/** Of a list of one kind; how many there are in all stands above it. */
export const MOST_SHOWN = 60;

/** The floor after a frame. */
export function apply(floor, frame) {
  const { fresh = false, chats = [], people = [], gone = [], left = [], asking, tag } = frame;
  const held = fresh ? EMPTY : floor;
  return {
    asking: asking ?? held.asking,
    chats: renewed(held.chats, chats, gone),
    people: renewed(held.people, people, left.map(Number)),
    tag: tag ?? "", // until the last frame of a change is here the page holds nothing nameable
  };
}

function renewed(rows, changed, gone) {
  const next = new Map(rows);
  for (const id of gone) next.delete(id);
  for (const row of changed) next.set(row.id, row);
  return next;
}

const by = (name) => (a, b) => (a[name] < b[name] ? -1 : a[name] > b[name] ? 1 : 0);

/** Who is on duty stands first. */
const DUTY = ["on", "paused", "off"];
const onDuty = ({ presence }) => presence === "on";
const byDuty = (a, b) => DUTY.indexOf(a.presence) - DUTY.indexOf(b.presence);

/** Everything the page shows, in order. */
export function shown({ chats, people, asking }) {
  const all = [...chats.values()].sort(by("from"));
  const waiting = all.filter((chat) => chat.status === "waiting");
  const talking = all.filter((chat) => chat.owner);
  // To who left in a hurry nobody writes.
  const unanswered = talking
    .filter((chat) => chat.unanswered && chat.status === "active")
    .sort(by("unanswered"));
  const alarms = all.filter((chat) => chat.danger).sort((a, b) => a.acknowledged - b.acknowledged);
  const held = Map.groupBy ? Map.groupBy(all, ({ owner }) => owner) : grouped(all);
  const everybody = [...people.values()].sort(by("name")).sort(byDuty);
  return {
    asking,
    waiting,
    talking,
    unanswered,
    alarms,
    unseen: alarms.filter(({ acknowledged }) => !acknowledged),
    longest: [...waiting].sort(by("since"))[0] ?? null,
    onDuty: everybody.filter(onDuty).length,
    room: everybody.filter(onDuty).reduce((sum, { capacity, load }) => sum + Math.max(0, capacity - load), 0),
    rooms: everybody.map((person) => ({ person, chats: held.get(person.id) ?? [] })),
  };
}

function grouped(chats) {
  const groups = new Map();
  for (const chat of chats) {
    groups.set(chat.owner, [...(groups.get(chat.owner) ?? []), chat]);
  }
  return groups;
}
