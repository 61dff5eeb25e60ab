/** What the console knows of handovers, as the server lists them. Pure. */

/** Those that wait for an answer of mine. */
export function asksOfMe(listed) {
  return listed.filter((each) => each.may_answer);
}

/** What was asked of colleagues about one of my chats, by what for; the latest counts. */
export function ofChat(listed, id) {
  const here = listed.filter((each) => each.conversation === id && each.mine);
  return {
    handover: here.find((each) => each.way !== "advice"),
    advice: here.find((each) => each.way === "advice"),
  };
}

/**
 * What became of handovers since the lists before, each with the side this page is on: of who
 * "asked", who "had" the chat, or to whom it was "given". Of the first lists nothing is new.
 */
export function changes(before, now) {
  if (!before) return [];
  const known = new Map(before.map((each) => [each.id, each.status]));
  return now
    .filter((each) => known.get(each.id) !== each.status)
    .map((each) => ({ ...each, side: sideOf(each) }));
}

function sideOf({ mine, to_me: toMe, was_mine: wasMine }) {
  if (mine) return "asked";
  if (wasMine) return "had";
  return toMe ? "given" : "";
}

/** Whether a change means that a chat of mine is with somebody else now. */
export function leaves({ way, status, side }) {
  return way !== "advice" && status === "accepted" && side !== "given";
}
