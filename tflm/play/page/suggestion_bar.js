/** The suggestion bar. It never holds up typing. */

import {Newest} from './newest.js';

/** Three buttons that show the newest suggestions. */
export class SuggestionBar {
  /**
   * @param {Element} element holds the buttons.
   * @param {function(string): Promise<object>} suggest returns the `words` for
   *     the text before the cursor, and the text `before` a chosen one.
   * @param {{onChoose: Function, onShown: Function}} listeners are called with
   *     a chosen word and its place (see field.js), and with an answer of
   *     `suggest` and when it was asked for.
   */
  constructor(element, suggest, {onChoose, onShown}) {
    this.buttons = [...element.querySelectorAll('button')];
    this.newest = new Newest(
        ({text}) => suggest(text), (answer, {text, time}) => {
          this.show({...answer, text});
          onShown(answer, time);
        });
    element.addEventListener('mousedown', (event) => event.preventDefault());
    element.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (!button?.dataset.word) return;
      onChoose(button.dataset.word, this.place, event.timeStamp);
    });
  }

  /**
   * Asks for suggestions. Text that was typed over meanwhile is not answered.
   *
   * @param {string} text all text before the cursor.
   * @param {number} time when its last key was pressed, in milliseconds.
   */
  refresh(text, time) {
    this.asked = text;
    return this.newest.put({text, time});
  }

  show({words, ...place}) {
    this.place = place;
    this.buttons.forEach((button, i) => {
      const word = words[i] ?? '';
      button.textContent = word;
      button.dataset.word = word;
      button.disabled = !word;
    });
  }
}
