/** Scripts that put no spaces between words, as tflm/text/scripts.py. */

const KANA = String.raw`\p{Script=Hiragana}\p{Script=Katakana}\u30FC\uFF70`;
const IDEOGRAPHIC = String.raw`\p{Script=Han}${KANA}`;
const SPACELESS = IDEOGRAPHIC + String.raw`\p{Script=Thai}\p{Script=Lao}` +
    String.raw`\p{Script=Myanmar}\p{Script=Khmer}`;
const BEGINS = new RegExp(`^[${SPACELESS}]`, 'u');
const ENDS = new RegExp(String.raw`[${SPACELESS}]\p{M}*$`, 'u');
const ENDS_WHOLE = new RegExp(String.raw`[${IDEOGRAPHIC}]\p{M}*$`, 'u');
const RUNS = new RegExp(
    String.raw`[${SPACELESS}][${SPACELESS}\p{M}]*|[^${SPACELESS}]+`, 'gu');
const LETTERS = /\P{M}\p{M}*/gu;

/** Returns the parts of a word that have spaces in their script, or not. */
export function runs(word) {
  return word.match(RUNS) ?? [];
}

/** Tells whether a run begins in a script without spaces. */
export function isSpaceless(run) {
  return BEGINS.test(run);
}

/** Tells whether a text ends in a script without spaces. */
export function endsSpaceless(text) {
  return ENDS.test(text);
}

/** Returns the letters of a run, each with its marks. */
export function letters(run) {
  return run.match(LETTERS) ?? [];
}

/**
 * Tells whether a text ends in a script whose words come as wholes, from an
 * input method: none of them is half typed.
 */
export function isTypedWhole(text) {
  return ENDS_WHOLE.test(text);
}
