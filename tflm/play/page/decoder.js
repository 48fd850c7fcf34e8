/** From the steps of a tagger to labels, as tflm/evaluation/decoding.py. */

import {windows} from './windows.js';

/**
 * Returns how likely each label of each word is: in each direction the
 * likeliest is fed back by the state, and what the directions say is added.
 *
 * @param {Array<{initialState: Function, read: Function}>} steps one for each
 *     direction, see step.js.
 * @param {{window: number, directions: string[]}} reading
 * @param {number[][]} ids of the words, as `Forms.encode` gives them.
 * @return {Promise<{scores: number[][], stepsMs: number[]}>} for each word the
 *     logarithm of each label's probability, up to a constant, and the time of
 *     each step.
 */
export async function decode(steps, {window, directions}, ids) {
  const stepsMs = [];
  let total = null;
  for (const [place, direction] of directions.entries()) {
    const turn = (words) =>
      direction === 'backward' ? [...words].reverse() : words;
    const found = [];
    let state = steps[place].initialState();
    for (const token of windows(turn(ids), window)) {
      const result = await steps[place].read(token, state);
      found.push(logSoftmax(result.logits));
      stepsMs.push(result.ms);
      state = result.state;
    }
    total = total ? sum(total, turn(found)) : turn(found);
  }
  return {scores: total, stepsMs};
}

/** Returns the id of the likeliest label. */
export function likeliest(scores) {
  return scores.indexOf(Math.max(...scores));
}

function logSoftmax(logits) {
  const most = Math.max(...logits);
  const all = logits.reduce((sum, each) => sum + Math.exp(each - most), 0);
  return Array.from(logits, (each) => each - most - Math.log(all));
}

function sum(some, others) {
  return some.map((scores, word) =>
    scores.map((score, label) => score + others[word][label]));
}
