/** What a tagger knows words by, as tflm/text/tagged/lexicon.py has it. */

const UNKNOWN = 1;
const CAPITAL = /^\p{Uppercase}/u;
const CAPITALS = /^\p{Uppercase}{2,}$/u;

/** Returns what a word is known by: of Boeing "boeing", of 747 "000". */
export function form(word) {
  return word.toLowerCase().replace(/[0-9]/g, '0');
}

/**
 * Returns how a word begins and ends: "-ing" of going, "Bing" of Boeing.
 *
 * @param {string} word
 * @param {number} letters how many of its last ones.
 */
export function suffix(word, letters) {
  const first = CAPITALS.test(word) ? 'A' : CAPITAL.test(word) ? 'B' : '-';
  return first + [...form(word)].slice(-letters).join('');
}

/** Words, and their suffixes, to ids. */
export class Forms {
  /**
   * @param {string[]} words of the vocabulary; a word's id is its place.
   * @param {string[]} suffixes likewise; none if they are not read.
   * @param {number} letters how many a suffix has.
   */
  constructor(words, suffixes, letters) {
    this.words = places(words);
    this.suffixes = suffixes.length ? places(suffixes) : null;
    this.letters = letters;
  }

  /** Returns the ids of each word: its own, and that of its suffix. */
  encode(words) {
    return words.map((word) => {
      const id = this.words.get(form(word)) ?? UNKNOWN;
      if (!this.suffixes) return [id];
      return [id, this.suffixes.get(suffix(word, this.letters)) ?? UNKNOWN];
    });
  }
}

function places(names) {
  return new Map(names.map((name, place) => [name, place]));
}
