/** Places in a text that was changed. */

/**
 * Returns where what was found is after a change: what is before it stays,
 * what is after it moves, and the rest is left out.
 *
 * @param {Array<{start: number, end: number}>} found in the text before.
 * @param {string} before
 * @param {string} after
 */
export function moved(found, before, after) {
  const shorter = Math.min(before.length, after.length);
  let same = 0;
  while (same < shorter && before[same] === after[same]) same++;
  let atEnd = 0;
  while (atEnd < shorter - same &&
      before.at(-1 - atEnd) === after.at(-1 - atEnd)) atEnd++;
  const by = after.length - before.length;
  return found.flatMap((each) => {
    if (each.end <= same) return [each];
    if (each.start < before.length - atEnd) return [];
    return [{...each, start: each.start + by, end: each.end + by}];
  });
}
