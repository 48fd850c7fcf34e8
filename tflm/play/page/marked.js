/** Words as those who annotate text write them, as tflm/text/kinds/marked.py. */

const LETTERS = /[\p{L}\p{N}\p{M}]/gu;
const RUNS = /(.)\1*/gsu;

/**
 * Returns the words of what stands between two spaces: its marks, each run of
 * one apart, and what is between them, whole but for its clitics. Together
 * they are all of it, also the marks that `isKept` leaves out.
 *
 * @param {string} part without spaces.
 * @param {{ends: string[], beginnings: string[]}} clitics in lower case, the
 *     longer first: "n't" of "don't", "l'" of "l'avion".
 * @return {string[]}
 */
export function words(part, {ends = [], beginnings = []}) {
  const letters = [...part.matchAll(LETTERS)];
  if (!letters.length) return runs(part);
  const last = letters.at(-1);
  let first = letters[0].index;
  let after = last.index + last[0].length;
  // What has its apostrophe outside keeps it where nothing else is.
  if (ends.includes(part.slice(0, after).toLowerCase())) first = 0;
  if (beginnings.includes(part.slice(first, after + 1).toLowerCase())) after++;
  return [
    ...runs(part.slice(0, first)),
    ...parted(part.slice(first, after), ends, beginnings),
    ...runs(part.slice(after)),
  ];
}

/** Tells whether a word is none of the marks that are left out. */
export function isKept(word, {marks}) {
  return !marks || marks.includes(word) || word.search(LETTERS) >= 0;
}

/** Returns the beginning, what is between, and the end of a word. */
function parted(word, ends, beginnings) {
  const start = cut(word, beginnings, 'startsWith');
  const rest = word.slice(start);
  const end = word.length - cut(rest, ends, 'endsWith');
  return [word.slice(0, start), word.slice(start, end), word.slice(end)]
      .filter(Boolean);
}

/** Returns how long the clitic of a word is, the first that fits. */
function cut(word, clitics, has) {
  const lower = word.toLowerCase();
  const found = clitics.find(
      (clitic) => lower[has](clitic) && lower.length > clitic.length);
  return found?.length ?? 0;
}

function runs(marks) {
  return marks.match(RUNS) ?? [];
}
