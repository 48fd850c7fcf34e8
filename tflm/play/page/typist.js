/**
 * Suggestions for typed text, as `Suggester.suggest` of tflm/bundle/suggester.py
 * gives them of a model without a cache: slips are not forgiven.
 */

import {Candidates} from './candidates.js';
import {origins} from './origins.js';
import {endsSpaceless} from './scripts.js';
import {lastWord, textRules, withoutEnd} from './text_rules.js';
import {capitalize} from './tokenizer.js';
import {WordSearch} from './word_search.js';

/** Suggests words for what was typed so far. */
export class Typist {
  /**
   * @param {{initialState: Function, read: Function}} step see step.js.
   * @param {object} facts `words`, `unk`, `padding`, `never_suggested`,
   *     `start`, `spellings`, `pieces` and `text` of a bundle, `punctuation`
   *     if the bar shows it.
   */
  constructor(step, facts) {
    this.step = step;
    this.facts = facts;
    this.rules = textRules(facts.text, facts);
    this.search = this.rules.texts && new WordSearch(step, this.rules.texts);
    const {words, never_suggested: never, punctuation = false} = facts;
    this.candidates = new Candidates(words, never, punctuation);
    this.ids = new Map([...Object.entries(facts.spellings ?? {}),
      ...facts.words.map((word, id) => [word, id])]);
    this.ids.delete(facts.words[facts.padding]);
    this.display = new Map(Object.entries(facts.text.display));
    this.known = []; // Tokens that were read, and the state after each.
    this.logits = null; // After the last of them.
  }

  /**
   * Suggests next words after a space, else completions of the last word.
   *
   * @param {string} typed all text before the cursor.
   * @param {number} count how many words at most.
   * @return {Promise<{words: string[], before: string, joint: string,
   *     stepsMs: number[]}>} `before` is the text that a chosen word follows,
   *     as it was typed, `joint` what follows the word, `stepsMs` the
   *     time of each step that the model took.
   */
  async suggest(typed, count = 3) {
    if (this.search) return this.byPiece(typed, count);
    const rules = this.rules;
    const text = rules.plain(typed);
    const words = rules.words(text);
    let last = {token: '', start: text.length};
    if (words.length && rules.isOpen(text)) {
      words.pop();
      last = rules.places(text).at(-1);
    }
    const stepsMs = await this.read(this.encode(words));
    const prefix = rules.lower(last.token);
    const found = this.candidates.suggest(this.logits, prefix, count);
    const before = typed.slice(0, origins(typed, rules.plain)[last.start]);
    return {words: this.shown(found, last.token), before, joint: rules.joint,
      stepsMs};
  }

  /** Suggests the same with a model of pieces, which are joined to words. */
  async byPiece(text, count) {
    const {rules, search} = this;
    const last = endsSpaceless(text) ? '' : lastWord(text);
    const before = text.slice(0, text.length - last.length);
    const words = rules.words(withoutEnd(before));
    const stepsMs = await this.read(this.encode(words));
    const state = this.known.at(-1)?.state ?? this.step.initialState();
    const found = await search.wordsAfter(
        {logits: this.logits, state}, rules.lower(last), count, !words.length);
    return {words: this.shown(found.words, last), before, joint: rules.joint,
      stepsMs: [...stepsMs, ...found.stepsMs]};
  }

  /** Returns words as they are written, in the case of what was typed. */
  shown(words, typed) {
    return words.map(
        (word) => this.like(typed, this.display.get(word) ?? word));
  }

  /** Returns the ids of words, but for those that are skipped. */
  encode(words) {
    return words.map((word) => this.ids.get(word) ?? this.facts.unk)
        .filter((id) => id !== null);
  }

  /**
   * Reads the words that differ from those before, after what a text begins
   * with. Where there is nothing to read, no word is likelier than another.
   */
  async read(ids) {
    const tokens = [...this.facts.start, ...ids];
    if (!tokens.length) {
      this.known = [];
      this.logits = new Float32Array(this.facts.words.length);
      return [];
    }
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

  /** Returns what a step reads in a measurement: words that are none in a row. */
  token(run) {
    return (run * 7919) % this.facts.words.length;
  }

  /** Returns a word with the capital of what was typed of it. */
  like(prefix, word) {
    return /^\p{Uppercase}/u.test(prefix) ?
      capitalize(word, this.facts.text.locale) : word;
  }
}
