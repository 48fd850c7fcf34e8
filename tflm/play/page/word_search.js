/** Whole words from a model of pieces, as tflm/text/word_search.py. */

import {isSpaceless} from './scripts.js';

export const STEPS = 64; // Of the model for one search, at most.
const WIDTH = 16; // Pieces that a beginning may go on with.
const PART = '\ufffd'; // Stands for some bytes of a letter.
const LETTER = /[\p{L}\p{M}\p{N}]/u;

/** Finds the likeliest next words, reading the likeliest beginnings first. */
export class WordSearch {
  /**
   * @param {{read: Function}} step see step.js.
   * @param {string[]} texts each piece as it is written after another word.
   */
  constructor(step, texts) {
    this.step = step;
    // In a script without spaces that is each.
    this.begins = texts.map(
        (text) => text.startsWith(' ') || isSpaceless(text));
    this.written = texts.map((text) => text.replace(/^ /, ''));
    const isPart = this.written.map((text) => text.includes(PART));
    this.isWord = this.written.map(
        (text, id) => LETTER.test(text) && !isPart[id]);
    this.ends = this.begins.map(
        (begins, id) => begins || !this.isWord[id] && !isPart[id]);
  }

  /**
   * Returns the likeliest next words, best first, and the time of each step.
   *
   * @param {{logits: Float32Array, state: Float32Array}} read after the text.
   * @param {string} prefix letters already typed of the word.
   * @param {number} count how many words at most.
   * @param {boolean} atStart whether there is no text before the word, where
   *     a piece needs no mark that it begins one.
   * @return {Promise<{words: string[], stepsMs: number[]}>}
   */
  async wordsAfter({logits, state}, prefix, count, atStart) {
    const found = new Map(); // Words, and -log P of each.
    const stepsMs = [];
    const queue = []; // In the order in which they were found.
    const first = (id) => this.begins[id] || atStart && this.written[id] !== '';
    const later = (id) => !this.begins[id] && this.written[id] !== '';
    const add = (logits, allowed, start) => {
      const {total} = this.sums(logits);
      for (const id of this.options(logits, allowed, start.text, prefix)) {
        queue.push({
          loss: start.loss + total - logits[id], piece: id,
          text: start.text + this.written[id], state: start.state,
        });
      }
    };
    add(logits, first, {loss: 0, text: '', state});
    while (stepsMs.length < STEPS && queue.length) {
      const start = likeliest(queue);
      if (isSettled(found, count, start.loss)) break;
      queue.splice(queue.indexOf(start), 1);
      const read = await this.step.read(start.piece, start.state);
      stepsMs.push(read.ms);
      const {text} = start;
      if (text && text.startsWith(prefix)) {
        const {total, end} = this.sums(read.logits);
        const loss = start.loss + total - end;
        found.set(text, Math.min(loss, found.get(text) ?? loss));
      }
      add(read.logits, later, {...start, state: read.state});
    }
    const words = [...found].sort(([, a], [, b]) => a - b)
        .slice(0, count).map(([word]) => word);
    return {words, stepsMs};
  }

  /** Returns the likeliest pieces to go on with, best first. */
  options(logits, allowed, text, prefix) {
    const rest = prefix.slice(text.length);
    const best = [];
    for (let id = 0; id < logits.length; id++) {
      const isFull = best.length === WIDTH;
      if (isFull && logits[id] <= logits[best[WIDTH - 1]]) continue;
      if (!allowed(id) || !this.isShown(id, text, rest)) continue;
      let place = best.length;
      while (place > 0 && logits[id] > logits[best[place - 1]]) place--;
      best.splice(place, 0, id);
      best.length = Math.min(best.length, WIDTH);
    }
    return best;
  }

  /** What was typed may have any piece, and what is suggested words alone. */
  isShown(id, text, rest) {
    const written = this.written[id];
    if (!rest) return this.isWord[id] || text === '' && written === '';
    return rest.startsWith(written) ||
        written.startsWith(rest) && this.isWord[id];
  }

  /** Returns log of the sum of exp: of all, and of what ends a word. */
  sums(logits) {
    let top = -Infinity;
    for (const logit of logits) top = Math.max(top, logit);
    let all = 0;
    let ends = 0;
    logits.forEach((logit, id) => {
      const value = Math.exp(logit - top);
      all += value;
      if (this.ends[id]) ends += value;
    });
    return {total: top + Math.log(all), end: top + Math.log(ends)};
  }
}

function likeliest(queue) {
  return queue.reduce((a, b) => (b.loss < a.loss ? b : a));
}

/** Tells whether no word can still be among the likeliest. */
function isSettled(found, count, least) {
  const losses = [...found.values()].sort((a, b) => a - b).slice(0, count);
  return losses.length === count && losses.at(-1) <= least;
}
