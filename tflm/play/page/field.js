/** The text field: what is before the cursor, and changes to it. */

import {endsSpaceless} from './scripts.js';
import {isWord} from './tokenizer.js';

const LETTERS = new Intl.Segmenter();

/** A field that keys and suggestions write to. */
export class Field {
  /** @param {HTMLTextAreaElement} element */
  constructor(element) {
    this.element = element;
  }

  /** The text before the cursor. */
  get before() {
    return this.element.value.slice(0, this.element.selectionStart);
  }

  /** Types some text, or deletes where `key` is `backspace`. */
  press(key) {
    const {selectionStart: start, selectionEnd: end} = this.element;
    if (key !== 'backspace') {
      this.replace(key, start, end);
    } else if (start !== end) {
      this.replace('', start, end);
    } else {
      const last = [...LETTERS.segment(this.before)].at(-1);
      this.replace('', last?.index ?? 0, end);
    }
  }

  /**
   * Puts a suggestion in the place of the letters that were typed of it, and of
   * what is selected, unless another text is before the cursor by now.
   *
   * @param {string} word what was chosen.
   * @param {{text: string, before: string, joint: string}} place `text` is what
   *     was before the cursor, `before` what the word follows of it, and `joint`
   *     what is put after the word.
   */
  choose(word, {text, before, joint}) {
    if (text !== this.before) return;
    const kept = isWord(word) ? before : before.replace(/ $/, '');
    const gap = endsSpaceless(word) ? '' : joint;
    this.replace(`${word}${gap}`, kept.length, this.element.selectionEnd);
  }

  replace(text, start, end) {
    this.element.setRangeText(text, start, end, 'end');
    this.element.scrollTop = this.element.scrollHeight;
  }
}
