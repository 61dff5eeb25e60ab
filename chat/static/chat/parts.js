/**
 * The parts of the console beside its lists and its open conversation. Each is a module with a
 * function that begins it and gets the workplace: a new part is a line here.
 */

import { beginActs } from "./acts.js";
import { beginAddressed } from "./addressed.js";
import { beginAfterChat } from "./after_chat.js";
import { beginEnding } from "./ending.js";
import { beginGoing } from "./going.js";
import { beginHandover } from "./handover.js";
import { beginKeyList } from "./key_list.js";
import { beginNotes } from "./notes.js";
import { beginNotices } from "./notices.js";
import { beginReplies } from "./picker.js";
import { beginPresence } from "./presence.js";
import { beginScripts } from "./scripts.js";
import { beginStaying } from "./staying.js";
import { beginUrgency } from "./urgency.js";

const PARTS = [
  beginKeyList, // first: others add keys
  beginActs,
  beginGoing,
  beginScripts,
  beginNotices,
  beginStaying,
  beginPresence,
  beginUrgency,
  beginAfterChat,
  beginEnding,
  beginNotes,
  beginReplies,
  beginHandover,
  beginAddressed,
];

export function beginParts(workplace) {
  for (const begin of PARTS) begin(workplace);
}
