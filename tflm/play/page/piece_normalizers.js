/** What a table of pieces does to a text first: see docs/tokenizer.md. */

const SPACES = '\\t-\\r\\x20\\x85\\xa0\\u1680\\u2000-\\u200a' +
    '\\u2028\\u2029\\u202f\\u205f\\u3000';
const ANY_SPACE = new RegExp(`[${SPACES}]`, 'gu');
const CONTROLS = /[\0\ufffd]|(?![\t\n\r])\p{C}/gu;
const CHINESE = new RegExp(
    '[\\u4e00-\\u9fff\\u3400-\\u4dbf\\uf900-\\ufaff\\u{20000}-\\u{2a6df}' +
    '\\u{2a700}-\\u{2b81f}\\u{2b920}-\\u{2ceaf}\\u{2f800}-\\u{2fa1f}]', 'gu');

const STEPS = {
  /** Each character by itself, and the form of what that gives. */
  characters(text, {replace, form}) {
    let made = '';
    let run = '';
    for (const character of text) {
      const other = replace[character];
      if (other === undefined || other.normalize(form) === other) {
        run += other ?? character;
      } else { // The form would change it again.
        made += run.normalize(form) + other;
        run = '';
      }
    }
    return made + run.normalize(form);
  },

  /** One space for many, and none at the ends. */
  squeeze: (text) => text.replace(/ +/g, ' ').replace(/^ |[ \u2581]+$/g, ''),

  form: (text, {form}) => text.normalize(form),

  /** Letter by letter, so that no letter depends on those around it. */
  lower_case: (text) =>
    [...text].map((letter) => letter.toLowerCase()).join(''),

  strip_accents: (text) => text.replace(/\p{M}/gu, ''),

  strip_marks: (text) => text.normalize('NFD').replace(/\p{Mn}/gu, ''),

  part_chinese: (text) => text.replace(CHINESE, ' $& '),

  clean: (text) => text.replace(CONTROLS, '').replace(ANY_SPACE, ' '),
};

/** Returns a text after the steps of a table, in their order. */
export function normalize(text, steps) {
  return steps.reduce((made, step) => STEPS[step.does](made, step), text);
}
