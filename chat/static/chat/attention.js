/**
 * What asks for a counsellor's attention now, and how loudly. Pure: lists and a clock in, a level
 * out. 0 is nothing, 1 something new, 2 somebody waits long, 3 very long, or an alarm that nobody
 * has seen.
 */

/** The level of a wait: `limits` are seconds, [long, very long]. */
export function levelOf(since, limits, now) {
  const seconds = (now - new Date(since).getTime()) / 1000;
  return limits.filter((limit) => seconds >= limit).length;
}

/**
 * @param {object} lists who waits, mine, alarms, capacity
 * @param {object} given
 * @param {(row: object) => number} given.isNew
 * @param {(row: object) => {asked: string}} given.silence
 * @param {number} given.now
 * @returns {{count: number, level: number, why: string}} `why` names the loudest reason
 */
export function attention(lists, { isNew, silence, now }) {
  const { waiting, more = 0, mine, alarms } = lists;
  const fresh = mine.filter(isNew);
  const asked = mine
    .filter(({ status }) => status === "active")
    .map((row) => ({ since: silence(row).asked, long: row.long }));
  const unseen = alarms.filter(({ acknowledged }) => !acknowledged);
  const longest = (waits) =>
    Math.max(0, ...waits.filter(({ since }) => since).map(({ since, long }) => levelOf(since, long, now)));
  const loud = (level) => (level ? level + 1 : 0);
  const reasons = [
    ["alarm", unseen.length ? 3 : 0],
    // Who can take nobody more is not called for who waits: the lists show them all the same.
    ["waiting", mayTake(lists) ? loud(longest(waiting)) : 0],
    ["asked", loud(longest(asked))],
    ["new", fresh.length || (waiting.length && mayTake(lists)) ? 1 : 0],
  ];
  const [why, level] = reasons.reduce((most, each) => (each[1] > most[1] ? each : most));
  return { count: waiting.length + more + fresh.length + unseen.length, level, why: level ? why : "" };
}

/** Whether this counsellor can take somebody now. */
export function mayTake({ capacity, mine, presence = "on" }) {
  return presence === "on" && mine.length < capacity;
}

const AGAIN_MS = [0, 0, 60000, 20000]; // a sound comes again after so long, by level

/** When to make a sound: at what is new, at a level that rises, and again while it stays high. */
export class Bell {
  constructor() {
    this.level = 0;
    this.rang = -Infinity;
  }

  /** Whether it rings now. `fresh`: something came in since the last time. */
  rings({ level }, fresh, now) {
    const rises = level > this.level && level > 1;
    const again = AGAIN_MS[level] > 0 && now - this.rang >= AGAIN_MS[level];
    this.level = level;
    if (!(fresh || rises || again)) return false;
    this.rang = now;
    return true;
  }
}
