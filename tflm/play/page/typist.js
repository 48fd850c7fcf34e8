/** Suggestions for typed text, as tflm/bundle/suggester.py gives them. */

import {Candidates} from './candidates.js';
import {textRules} from './text_rules.js';
import {capitalize} from './tokenizer.js';

/** Suggests words for what was typed so far. */
export class Typist {
  /**
   * @param {{initialState: Function, read: Function}} step see step.js.
   * @param {object} facts `words`, `unk`, `padding`, `never_suggested`,
   *     `start` and `text` of a bundle.
   */
  constructor(step, facts) {
    this.step = step;
    this.facts = facts;
    this.rules = textRules(facts.text);
    this.candidates = new Candidates(facts.words, facts.never_suggested);
    this.ids = new Map(facts.words.map((word, id) => [word, id]));
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
   *     `joint` what follows the word, `stepsMs` the time of each step that
   *     the model took.
   */
  async suggest(typed, count = 3) {
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
    const shown = found.map(
        (word) => this.like(last.token, this.display.get(word) ?? word));
    return {words: shown, before: text.slice(0, last.start), joint: rules.joint,
      stepsMs};
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

  /** Returns a word with the capital of what was typed of it. */
  like(prefix, word) {
    return /^\p{Uppercase}/u.test(prefix) ?
      capitalize(word, this.facts.text.locale) : word;
  }
}
