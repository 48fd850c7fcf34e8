/** The on-screen keyboard: buttons that say which key was pressed. */

import {layout} from './layouts.js';
import {capitalize} from './tokenizer.js';

const SYMBOLS = [
  [...'1234567890'],
  [...'@#$%&-+()/'],
  [...'*"\':;!?_=', 'backspace'],
];
const SPECIAL = {
  shift: {shown: '⇧', name: 'Shift'},
  backspace: {shown: '⌫', name: 'Delete'},
  layer: {shown: '?123', name: 'Digits and symbols'},
  space: {shown: 'space', name: 'Space'},
  enter: {shown: '⏎', name: 'New line'},
};
const NAMES = {'.': 'Full stop', ',': 'Comma', '،': 'Comma', '।': 'Full stop'};
const REPEAT_AFTER_MS = 400;
const REPEAT_EVERY_MS = 60;

/** A keyboard inside an element. */
export class Keyboard {
  /**
   * @param {Element} element what to fill.
   * @param {function(string, number): void} onKey gets the text that was
   *     typed, or `backspace`, and when: milliseconds of `performance.now`.
   */
  constructor(element, onKey) {
    this.element = element;
    this.onKey = onKey;
    this.layer = 'letters';
    this.shifted = false;
    this.setLanguage('');
    // The text keeps the focus, so that one's own keys go on working.
    element.addEventListener('pointerdown', (event) => this.hold(event));
    element.addEventListener('mousedown', (event) => event.preventDefault());
    element.addEventListener('click', (event) => {
      const key = event.target.closest('button')?.dataset.key;
      if (key) this.press(key, event.timeStamp);
    });
    for (const end of ['pointerup', 'pointercancel', 'pointerleave']) {
      element.addEventListener(end, () => clearTimeout(this.repeating));
    }
  }

  /** Shows the letters of a language, by its BCP 47 tag. */
  setLanguage(language) {
    this.language = language;
    this.layout = layout(language);
    this.draw();
  }

  /** Returns the keys of the layer that is shown, row by row. */
  rows() {
    const {rows, comma, stop, hasShift} = this.layout;
    const [first, second, last] = rows;
    const shift = hasShift ? ['shift'] : [];
    const letters = [first, second, [...shift, ...last, 'backspace']];
    const shown = this.layer === 'letters' ? letters : SYMBOLS;
    return [...shown, ['layer', comma, 'space', stop, 'enter']];
  }

  draw() {
    this.element.replaceChildren(...this.rows().map((keys) => {
      const row = document.createElement('div');
      row.className = 'row';
      row.append(...keys.map((key) => this.button(key)));
      return row;
    }));
  }

  button(key) {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.key = key;
    const special = SPECIAL[key];
    if (special) {
      button.className = key === 'space' ? 'space' : 'special';
      button.textContent = special.shown;
      button.setAttribute('aria-label', special.name);
    } else {
      button.textContent = this.typed(key);
      if (NAMES[key]) button.setAttribute('aria-label', NAMES[key]);
    }
    if (key === 'shift') button.setAttribute('aria-pressed', this.shifted);
    if (key === 'layer' && this.layer === 'symbols') {
      button.textContent = 'abc';
      button.setAttribute('aria-label', 'Letters');
    }
    return button;
  }

  /** Changes what the keys show, keeping the focus on the same key. */
  change(fields) {
    const key = document.activeElement?.dataset.key;
    Object.assign(this, fields);
    this.draw();
    if (key) this.element.querySelector(`[data-key="${CSS.escape(key)}"]`)
        ?.focus();
  }

  press(key, time) {
    if (key === 'shift') {
      this.change({shifted: !this.shifted});
    } else if (key === 'layer') {
      const layer = this.layer === 'letters' ? 'symbols' : 'letters';
      this.change({layer, shifted: false});
    } else {
      this.onKey(this.typed(key), time);
      if (this.shifted && key.length === 1) this.change({shifted: false});
    }
  }

  typed(key) {
    if (key === 'space') return ' ';
    if (key === 'enter') return '\n';
    if (!this.shifted || key.length > 1) return key;
    return this.layout.shifted.get(key) ?? capitalize(key, this.language);
  }

  /** Deletes on and on while its key is held. */
  hold(event) {
    if (event.target.closest('button')?.dataset.key !== 'backspace') return;
    const again = () => {
      this.onKey('backspace', performance.now());
      this.repeating = setTimeout(again, REPEAT_EVERY_MS);
    };
    clearTimeout(this.repeating);
    this.repeating = setTimeout(again, REPEAT_AFTER_MS);
  }
}
