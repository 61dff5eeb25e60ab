/**
 * What is known of a conversation, and how each event changes it. Pure: no clock, no socket, no
 * page. The visitor's page and the console use the same one.
 *
 * A message of ours is queued, then sent once the server has committed it, or failed with a code
 * and waiting for one tap. Messages stand in the order of their numbers; `seq` is the last number
 * up to which none is missing, so that a gap shows and is asked for again.
 */

/** A conversation of which nothing is known yet. `me` is "visitor" or "counsellor". */
export function begin(me) {
  return { me, messages: [], outbox: [], seq: 0 };
}

/** The conversation after an event; the same object when nothing changed. */
export function reduce(conversation, event) {
  switch (event.type) {
    case "typed":
      return withOutbox(conversation, [
        ...conversation.outbox,
        { id: event.id, text: event.text, state: "queued" },
      ]);
    case "retry":
      return eachOutgoing(conversation, event.id, (item) => ({
        id: item.id,
        text: item.text,
        state: "queued",
      }));
    case "discard":
      return withOutbox(
        conversation,
        conversation.outbox.filter((item) => item.id !== event.id),
      );
    case "ack":
      return acknowledged(conversation, event);
    case "refused":
      return event.id ? refused(conversation, event) : conversation;
    case "messages":
      return received(conversation, event.messages);
    default:
      return conversation;
  }
}

/** Messages of ours that the server has not answered for: sent again after every reconnect. */
export function unsent(conversation) {
  return conversation.outbox.filter((item) => item.state === "queued");
}

function withOutbox(conversation, outbox) {
  return { ...conversation, outbox };
}

function eachOutgoing(conversation, id, change) {
  if (!conversation.outbox.some((item) => item.id === id)) return conversation;
  return withOutbox(
    conversation,
    conversation.outbox.map((item) => (item.id === id ? change(item) : item)),
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
  // What is only too fast stays queued and goes again by itself.
  if (event.code === "slow") return conversation;
  return eachOutgoing(conversation, event.id, (item) => ({
    ...item,
    state: "failed",
    code: event.code,
  }));
}

function received(conversation, incoming) {
  const known = new Set(conversation.messages.map((message) => message.seq));
  const fresh = incoming.filter((message) => !known.has(message.seq) && known.add(message.seq));
  if (fresh.length === 0) return conversation;
  const mine = new Set(
    fresh.filter((message) => message.from === conversation.me).map((message) => message.id),
  );
  const messages = [...conversation.messages, ...fresh].sort((a, b) => a.seq - b.seq);
  let seq = conversation.seq;
  while (known.has(seq + 1)) seq += 1;
  return {
    ...conversation,
    messages,
    seq,
    outbox: conversation.outbox.filter((item) => !mine.has(item.id)),
  };
}
