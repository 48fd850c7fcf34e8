/** Suggestions for typed text, as tflm/bundle/suggester.py gives them. */

import {Candidates} from './candidates.js';
import * as tokenizer from './tokenizer.js';

// What Python's str.isspace and str.split take for white space.
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a' +
    '\\u2028\\u2029\\u202f\\u205f\\u3000';
const ENDS_WITH_SPACE = new RegExp(`[${SPACE}]$`, 'u');
const BETWEEN_SPACES = new RegExp(`[^${SPACE}]+`, 'gu');

/** Suggests words for what was typed so far. */
export class Typist {
  /**
   * @param {{initialState: Function, read: Function}} step see step.js.
   * @param {object} facts `words`, `eos`, `unk`, `never_suggested` and `text`
   *     of a bundle.
   */
  constructor(step, facts) {
    this.step = step;
    this.facts = facts;
    this.text = facts.text;
    this.candidates = new Candidates(facts.words, facts.never_suggested);
    this.ids = new Map(facts.words.map((word, id) => [word, id]));
    this.display = new Map(Object.entries(this.text.display));
    this.known = []; // Tokens that were read, and the state after each.
    this.logits = null; // After the last of them.
  }

  /**
   * Suggests next words after a space, else completions of the last word.
   *
   * @param {string} typed all text before the cursor.
   * @param {number} count how many words at most.
   * @return {Promise<{words: string[], before: string, stepsMs: number[]}>}
   *     `before` is the text that a chosen word follows, `stepsMs` the time of
   *     each step that the model took.
   */
  async suggest(typed, count = 3) {
    const {text, tokens} = this.split(typed);
    const asksForNext = tokens.length === 0 || ENDS_WITH_SPACE.test(typed);
    const last = asksForNext ? {token: '', start: text.length} : tokens.pop();
    const stepsMs = await this.read(tokens.map(({token}) => this.id(token)));
    const prefix = this.lower(last.token);
    const found = this.candidates.suggest(this.logits, prefix, count);
    const words =
        found.map((word) => like(last.token, this.display.get(word) ?? word));
    return {words, before: text.slice(0, last.start), stepsMs};
  }

  split(typed) {
    if (this.text.tokenizer === 'typed') {
      const text = tokenizer.plain(typed);
      return {text, tokens: tokenizer.places(text)};
    }
    const tokens = [...typed.matchAll(BETWEEN_SPACES)].map(
        (match) => ({token: match[0], start: match.index}));
    return {text: typed, tokens};
  }

  lower(word) {
    return this.text.lower_case ? tokenizer.lower(word) : word;
  }

  id(word) {
    return this.ids.get(this.lower(word)) ?? this.facts.unk;
  }

  /** Reads the words that differ from those before, from a sentence's end. */
  async read(ids) {
    const tokens = [this.facts.eos, ...ids];
    const differs = tokens.findIndex((t, i) => this.known[i]?.token !== t);
    const isRead = differs < 0 && this.known.length === tokens.length;
    if (isRead && this.logits) return [];
    // Of words that were deleted only the states are kept, so that the last
    // one that is left is read again.
    this.known.length = differs < 0 ? tokens.length - 1 : differs;
    this.logits = null;
    const stepsMs = [];
    for (const token of tokens.slice(this.known.length)) {
      const state = this.known.at(-1)?.state ?? this.step.initialState();
      const result = await this.step.read(token, state);
      this.known.push({token, state: result.state});
      this.logits = result.logits;
      stepsMs.push(result.ms);
    }
    return stepsMs;
  }
}

/** Returns a word with the capital of what was typed of it. */
function like(prefix, word) {
  if (!/^\p{Uppercase}/u.test(prefix)) return word;
  const [first, ...rest] = word;
  return first.toUpperCase() + rest.join('');
}
