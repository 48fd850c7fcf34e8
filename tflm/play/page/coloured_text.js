/** A text field with colours behind what was found in its text. */

import {moved} from './moved.js';

/** Nothing is ever changed in the field itself, so that input methods work. */
export class ColouredText {
  /**
   * @param {HTMLTextAreaElement} field lies over the colours.
   * @param {Element} colours has the same text, which makes both as high.
   * @param {Map<string, number>} hues of the kinds.
   */
  constructor(field, colours, hues) {
    this.field = field;
    this.colours = colours;
    this.hues = hues;
    this.text = '';
    this.found = [];
  }

  /** Follows a change of the field: colours stay with their words. */
  follow() {
    this.show(moved(this.found, this.text, this.field.value));
  }

  /**
   * Colours the text of the field.
   *
   * @param {Array<{kind: string, start: number, end: number}>} found in it,
   *     from the first to the last.
   */
  show(found) {
    this.text = this.field.value;
    this.found = found;
    const parts = [];
    let place = 0;
    for (const {kind, start, end} of found) {
      const mark = document.createElement('mark');
      mark.dataset.kind = kind;
      mark.style.setProperty('--hue', this.hues.get(kind));
      mark.textContent = this.text.slice(start, end);
      parts.push(this.text.slice(place, start), mark);
      place = end;
    }
    // The last line has its height, even if it is empty.
    this.colours.replaceChildren(...parts, `${this.text.slice(place)}\u200b`);
  }
}
