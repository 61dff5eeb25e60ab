/**
 * What the console knows of who waits, whom this counsellor talks to, and alarms. Pure. The lists
 * come from the server a little after what changed them; until then they are put right here.
 */

export const NOBODY = { waiting: [], more: 0, mine: [], alarms: [], capacity: 0 };

export function allRows({ waiting, mine, alarms }) {
  return [...waiting, ...mine, ...alarms];
}

/** The lists with a conversation where it belongs as it is now. */
export function place(desk, about) {
  // What only the lists tell of a conversation stays.
  const renew = (rows) => rows.map((row) => (row.id === about.id ? { ...row, ...about } : row));
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

/**
 * The lists after a conversation of mine has grown; the same object when it has not. `heard` is the
 * moment at which its visitor said that, where it is not open here.
 */
export function grow(desk, id, seq, heard = "") {
  if (!desk.mine.some((row) => row.id === id && row.seq < seq)) return desk;
  const grown = (row) =>
    heard ? { ...row, seq, asked: row.asked || heard, said: heard } : { ...row, seq };
  return { ...desk, mine: desk.mine.map((row) => (row.id === id ? grown(row) : row)) };
}

/**
 * Since when the visitor waits for a word of ours, and since when nobody has said anything: from
 * what is open here, or else as the lists have it. Empty when they do not wait, or nothing was said.
 */
export function silence(row, talk) {
  const words = (talk?.conversation.messages ?? []).filter(({ from }) => from !== "system");
  if (!words.length || talk.seq < row.seq) return { asked: row.asked ?? "", said: row.said ?? "" };
  const answered = words.findLastIndex(({ from }) => from === "counsellor");
  return { asked: words[answered + 1]?.at ?? "", said: words.at(-1).at };
}

/** How much is new in a conversation of mine; `talk` is there when it is open here. */
export function unread(row, talk) {
  if (!talk) return Math.max(0, row.seq - row.read);
  const read = Math.max(row.read, talk.readTo);
  const theirs = talk.conversation.messages.filter((m) => m.seq > read && m.from !== "counsellor");
  return theirs.length + Math.max(0, row.seq - Math.max(read, talk.seq));
}
