/** The words of text without spaces, as tflm/text/kinds/segmented.py. */

import {letters} from './scripts.js';

/** A list of words, by which runs of letters are split. */
export class Lexicon {
  /** @param {string[]} words none for letters alone. */
  constructor(words) {
    this.known = new Set(words);
    this.longest = words.reduce(
        (most, word) => Math.max(most, letters(word).length), 1);
  }

  /**
   * Returns the words of a run: at each place the longest that the run goes
   * on with, else a letter.
   */
  words(run) {
    const all = letters(run);
    const found = [];
    for (let start = 0; start < all.length;) {
      let end = Math.min(start + this.longest, all.length);
      while (end > start + 1 && !this.has(all.slice(start, end))) end--;
      found.push(all.slice(start, end).join(''));
      start = end;
    }
    return found;
  }

  has(some) {
    return this.known.has(some.join(''));
  }
}
