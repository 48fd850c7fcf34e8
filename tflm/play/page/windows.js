/** What a tagger reads at each word, as tflm/text/tagged/windows.py. */

const PADDING = 0; // What stands outside of a sentence.

/**
 * Returns the words around each word, and then their suffixes.
 *
 * @param {number[][]} ids of a sentence: of each word and of what else is read
 *     of it.
 * @param {number} reach words on each side.
 * @return {number[][]} for each word its window: column by column, each from
 *     the first word of the window to the last.
 */
export function windows(ids, reach) {
  const around = Array.from({length: 2 * reach + 1}, (_, i) => i - reach);
  return ids.map((columns, place) => columns.flatMap((_, column) =>
    around.map((offset) => ids[place + offset]?.[column] ?? PADDING)));
}
