/** Places in a text as it was typed, by those in its plain form. */

const CHARACTERS = new Intl.Segmenter();

/**
 * Returns where in a text each place of its plain form comes from.
 *
 * @param {string} text
 * @param {function(string): string} plain see text_rules.js.
 * @return {number[]} one more than the plain form is long, for its end.
 */
export function origins(text, plain) {
  const found = [];
  for (const {segment, index} of CHARACTERS.segment(text)) {
    const last = segment.length - 1;
    for (let place = 0; place < plain(segment).length; place++) {
      found.push(index + Math.min(place, last));
    }
  }
  return [...found, text.length];
}
