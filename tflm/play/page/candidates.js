/** The likeliest words, as a suggestion bar shows them. */

import {isWord} from './tokenizer.js';

/** The words that may be suggested, as tflm/text/candidates.py chooses among them. */
export class Candidates {
  /**
   * @param {string[]} words the vocabulary; a word's id is its place.
   * @param {Iterable<number>} special ids of words that are never suggested.
   * @param {boolean} marks whether punctuation and emoji are among the next
   *     words; they always complete what begins like them.
   */
  constructor(words, special, marks = true) {
    this.marks = marks;
    const never = new Set(special);
    const ids = [...words.keys()].filter((id) => !never.has(id));
    // In order, so that all words with one prefix are neighbours.
    ids.sort((a, b) => (words[a] < words[b] ? -1 : 1));
    this.ids = ids;
    this.words = words;
  }

  /**
   * Returns the likeliest words with a prefix, best first. Words with equal
   * logits come in the order of their ids.
   *
   * @param {Float32Array} logits one of each word of the vocabulary.
   * @param {string} prefix letters already typed of the word.
   * @param {number} count how many at most.
   * @return {string[]}
   */
  suggest(logits, prefix, count) {
    const best = [];
    const isBetter = (a, b) =>
      logits[a] > logits[b] || (logits[a] === logits[b] && a < b);
    for (let i = this.first(prefix); i < this.ids.length; i++) {
      const id = this.ids[i];
      if (!this.words[id].startsWith(prefix)) break;
      if (!this.marks && !prefix && !isWord(this.words[id])) continue;
      if (best.length === count && !isBetter(id, best[count - 1])) continue;
      let place = best.length;
      while (place > 0 && isBetter(id, best[place - 1])) place--;
      best.splice(place, 0, id);
      best.length = Math.min(best.length, count);
    }
    return best.map((id) => this.words[id]);
  }

  /** Returns the place of the first word that is not before `prefix`. */
  first(prefix) {
    let low = 0;
    let high = this.ids.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.words[this.ids[middle]] < prefix) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
