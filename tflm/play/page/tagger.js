/** What a tagger finds in text, as tflm/bundle/sentence_tagger.py. */

import {decode, likeliest} from './decoder.js';
import {Forms} from './forms.js';
import {origins} from './origins.js';
import {spans} from './spans.js';
import {textRules, withoutEnd} from './text_rules.js';

/** Labels the words of text; each line is a sentence. */
export class Tagger {
  /**
   * @param {Array<{initialState: Function, read: Function}>} steps one for each
   *     direction, see step.js.
   * @param {object} facts `words`, `text` and `tagging` of a bundle.
   */
  constructor(steps, facts) {
    const {suffixes, suffix_letters: letters} = facts.tagging;
    this.steps = steps;
    this.tagging = facts.tagging;
    this.rules = textRules(facts.text, facts);
    this.forms = new Forms(facts.words, suffixes, letters);
    this.known = new Map(); // Lines that were answered, and what was found.
  }

  /**
   * Returns what is in a text: its spans, or its words where labels have none.
   *
   * @param {string} text
   * @return {Promise<{found: Array<{kind: string, start: number, end: number}>,
   *     sentencesMs: number[][]}>} `start` and `end` are places in the text;
   *     `sentencesMs` has the times of the steps of each line that was not
   *     answered before.
   */
  async tag(text) {
    const known = new Map();
    const found = [];
    const sentencesMs = [];
    let start = 0;
    for (const line of text.split('\n')) {
      if (!known.has(line) && this.known.has(line)) {
        known.set(line, this.known.get(line));
      } else if (!known.has(line)) {
        const {places, stepsMs} = await this.find(line);
        known.set(line, places);
        if (stepsMs.length) sentencesMs.push(stepsMs);
      }
      for (const each of known.get(line)) {
        found.push({...each, start: start + each.start, end: start + each.end});
      }
      start += line.length + 1;
    }
    this.known = known;
    return {found, sentencesMs};
  }

  /** Returns what is in one line, and how long each step took. */
  async find(line) {
    const plain = this.rules.plain(line);
    const words = this.rules.places(plain);
    const ids = this.forms.encode(words.map(({token}) => token));
    const {scores, stepsMs} = await decode(this.steps, this.tagging, ids);
    const labels = scores.map((each) => this.tagging.labels[likeliest(each)]);
    const found = this.tagging.has_spans ? spans(labels) :
        labels.map((kind, place) => ({kind, start: place, end: place + 1}));
    const origin = origins(line, this.rules.plain);
    const places = found.map(({kind, start, end}) => {
      const from = words[start].start;
      const rest = plain.slice(from, words[end]?.start);
      return {
        kind, start: origin[from], end: origin[from + withoutEnd(rest).length],
      };
    });
    return {places, stepsMs};
  }

  /** Returns what a step reads in a measurement: words that are none in a row. */
  token(run) {
    const {window, suffixes} = this.tagging;
    const sizes = [this.forms.words.size, suffixes.length].filter(Boolean);
    return sizes.flatMap((size) => Array.from(
        {length: 2 * window + 1}, (_, place) => ((run + place) * 7919) % size));
  }
}
