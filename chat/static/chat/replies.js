/** Prepared replies: finding one, and filling it in. Pure. */

const MOST = 40;

/** Text as it is compared: small letters without accents. */
function plain(text) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();
}

/** How well a word is met: 0 is not at all. */
function met(word, { title, words = "", text = "" }) {
  const name = plain(title);
  if (name.startsWith(word)) return 4;
  if (name.split(/\s+/).some((each) => each.startsWith(word))) return 3;
  if (plain(words).includes(word) || name.includes(word)) return 2;
  return plain(text).includes(word) ? 1 : 0;
}

/**
 * What a search finds, the best first. Every word has to be met. The language of the chat goes
 * before others; of two that are alike the order they came in stays.
 */
export function search(items, query, language) {
  const words = plain(query).split(/\s+/).filter(Boolean);
  return items
    .map((item) => {
      const marks = words.map((word) => met(word, item));
      const worth = marks.includes(0) ? -1 : marks.reduce((a, b) => a + b, 0);
      return { item, worth, own: item.language === language ? 1 : 0 };
    })
    .filter(({ worth }) => worth >= 0)
    .sort((a, b) => b.own - a.own || b.worth - a.worth)
    .slice(0, MOST)
    .map(({ item }) => item);
}

/** A reply with its places filled in. A place of which nothing is known takes its space along. */
export function fillIn(text, values) {
  return text.replace(/( ?)\{(\w+)\}/g, (whole, space, name) => {
    if (!(name in values)) return whole;
    return values[name] ? space + values[name] : "";
  });
}

/** Where the first [part to fill in] stands, from a place on. */
export function blank(text, from = 0) {
  const found = /\[[^[\]\n]+\]/.exec(text.slice(from));
  return found && { start: from + found.index, end: from + found.index + found[0].length };
}

/** All of them. */
export function blanks(text) {
  const all = [];
  for (let found = blank(text); found; found = blank(text, found.end)) {
    all.push(text.slice(found.start, found.end));
  }
  return all;
}

/** Whether a slash that is typed here begins a search: before a word, and not within one. */
export function beginsSearch(text, start, end) {
  return start === end && (start === 0 || /\s/.test(text[start - 1]));
}
