/**
 * What the console knows of who waits, whom this counsellor talks to, and alarms. Pure. The lists
 * come from the server a little after what changed them; until then they are put right here.
 */

export const NOBODY = { waiting: [], mine: [], alarms: [], capacity: 0 };

export function allRows({ waiting, mine, alarms }) {
  return [...waiting, ...mine, ...alarms];
}

/** The lists with a conversation where it belongs as it is now. */
export function place(desk, about) {
  const renew = (rows) => rows.map((row) => (row.id === about.id ? about : row));
  const sort = (rows, belongs) => {
    if (!belongs) return rows.filter(({ id }) => id !== about.id);
    return rows.some(({ id }) => id === about.id) ? renew(rows) : [...rows, about];
  };
  const { status, mine } = about;
  return {
    ...desk,
    waiting: sort(desk.waiting, status === "waiting"),
    mine: sort(desk.mine, mine && (status === "active" || status === "paused")),
    alarms: renew(desk.alarms),
  };
}

/** The lists after a conversation of mine has grown; the same object when it has not. */
export function grow(desk, id, seq) {
  if (!desk.mine.some((row) => row.id === id && row.seq < seq)) return desk;
  return { ...desk, mine: desk.mine.map((row) => (row.id === id ? { ...row, seq } : row)) };
}

/** How much is new in a conversation of mine; `talk` is there when it is open here. */
export function unread(row, talk) {
  if (!talk) return Math.max(0, row.seq - row.read);
  const read = Math.max(row.read, talk.readTo);
  const theirs = talk.conversation.messages.filter((m) => m.seq > read && m.from !== "counsellor");
  return theirs.length + Math.max(0, row.seq - Math.max(read, talk.seq));
}
