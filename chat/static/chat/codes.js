/** Why a connection was closed, as the server says it. */

/** After these it is no use to come back. */
export const FINAL = new Map([
  [4000, "over"],
  [4401, "unknown"],
  [4403, "sign_in"],
  [4426, "version"],
]);

export const LATER = 4503; // the database does not answer
export const BEHIND = 4429; // the page left too much unacknowledged: come back at once
export const SILENT = 4408;
export const BROKEN = 1006; // nobody said anything: the network, or a restart
