/**
 * What is known of a conversation, and how each event changes it. Pure: no clock, no socket, no
 * page. The visitor's page and the console use the same one.
 *
 * A message of ours is queued, then sent once the server has committed it, then read once the other
 * side has; or failed with a code, and waiting for one tap. Messages stand in the order of their
 * numbers; `seq` is the last number up to which none is missing, so that a gap shows and is asked
 * for again.
 */

/** After these the page cannot go on as it is, and the message goes when it can. */
const STAYS_QUEUED = new Set(["version", "sign_in"]);

/** A conversation of which nothing is known yet. `me` is "visitor" or "counsellor". */
export function begin(me) {
  return { me, messages: [], outbox: [], seq: 0, read: 0, typing: false, present: null };
}

/** The conversation after an event; the same object when nothing changed. */
export function reduce(conversation, event) {
  switch (event.type) {
    case "restored":
      return event.outbox.length ? withOutbox(conversation, event.outbox) : conversation;
    case "typed":
      return withOutbox(conversation, [...conversation.outbox, queued(event)]);
    case "retry":
      return retried(conversation, event.id);
    case "discard":
      return discarded(conversation, event.id);
    case "over":
      return ended(conversation);
    case "ack":
      return acknowledged(conversation, event);
    case "refused":
      return event.id ? refused(conversation, event) : conversation;
    case "messages":
      return received(conversation, event.messages);
    case "welcome":
      return readUpTo(conversation, event.read);
    case "opened":
      return readUpTo(conversation, event.conversation.visitor_read);
    case "read":
      return event.who === conversation.me ? conversation : readUpTo(conversation, event.seq);
    case "typing":
      return event.who === conversation.me ? conversation : withTyping(conversation, true);
    case "quiet":
      return withTyping(conversation, false);
    case "present":
      return seen(conversation, event);
    case "unknown":
      return conversation.present ? { ...conversation, present: null } : conversation;
    default:
      return conversation;
  }
}

/** The message of ours that goes next: the oldest that the server has not answered for. */
export function next(conversation) {
  return conversation.outbox.find((item) => item.state === "queued");
}

/** How far a message of ours came, once the server has it. */
export function stateOf(conversation, message) {
  return message.seq <= conversation.read ? "read" : "sent";
}

/** The last place up to which none is missing that is not our own. */
export function heardUpTo(conversation) {
  const { messages, me, seq } = conversation;
  const theirs = messages.filter((message) => message.seq <= seq && message.from !== me);
  return theirs.length ? theirs[theirs.length - 1].seq : 0;
}

function queued({ id, text }) {
  return { id, text, state: "queued" };
}

function withOutbox(conversation, outbox) {
  return { ...conversation, outbox };
}

function withTyping(conversation, typing) {
  return conversation.typing === typing ? conversation : { ...conversation, typing };
}

function readUpTo(conversation, seq = 0) {
  return seq > conversation.read ? { ...conversation, read: seq } : conversation;
}

/** `present` holds since when the other side's page is there, or is not. */
function seen(conversation, { here, at }) {
  if (conversation.present?.here === here) return conversation;
  return { ...conversation, present: { here, since: at } };
}

/** What failed goes again, after all that was said since. */
function retried(conversation, id) {
  const item = conversation.outbox.find((candidate) => candidate.id === id);
  if (item?.state !== "failed") return conversation;
  const others = conversation.outbox.filter((other) => other !== item);
  return withOutbox(conversation, [...others, queued(item)]);
}

/** Only what failed can be thrown away: what is queued may be on its way. */
function discarded(conversation, id) {
  const outbox = conversation.outbox.filter((item) => item.id !== id || item.state !== "failed");
  return outbox.length === conversation.outbox.length
    ? conversation
    : withOutbox(conversation, outbox);
}

/** The conversation is over: what is still queued will never go, and says so. */
function ended(conversation) {
  if (!conversation.outbox.length) return conversation;
  return withOutbox(
    conversation,
    conversation.outbox.map((item) => ({ ...item, state: "failed", code: "ended" })),
  );
}

function acknowledged(conversation, event) {
  const item = conversation.outbox.find((candidate) => candidate.id === event.id);
  if (!item) return conversation;
  return received(conversation, [
    { seq: event.seq, from: conversation.me, id: item.id, text: item.text, at: event.at },
  ]);
}

function refused(conversation, event) {
  // What can go later stays queued and goes again by itself.
  if (event.after || STAYS_QUEUED.has(event.code)) return conversation;
  const { outbox } = conversation;
  if (!outbox.some((item) => item.id === event.id)) return conversation;
  return withOutbox(
    conversation,
    outbox.map((item) =>
      item.id === event.id ? { ...item, state: "failed", code: event.code } : item,
    ),
  );
}

function received(conversation, incoming) {
  const known = new Set(conversation.messages.map((message) => message.seq));
  const fresh = incoming.filter((message) => !known.has(message.seq) && known.add(message.seq));
  if (fresh.length === 0) return conversation;
  const { me } = conversation;
  const mine = new Set(
    fresh.filter((message) => message.from === me).map((message) => message.id),
  );
  const messages = [...conversation.messages, ...fresh].sort((a, b) => a.seq - b.seq);
  let { seq } = conversation;
  while (known.has(seq + 1)) seq += 1;
  const theirs = fresh.some((message) => message.from !== me && message.from !== "system");
  return {
    ...conversation,
    messages,
    seq,
    outbox: conversation.outbox.filter((item) => !mine.has(item.id)),
    typing: conversation.typing && !theirs,
  };
}
