/** Spans that labels say, as tflm/text/tagged/spans.py reads them. */

const OUTSIDE = 'O';
const SAME = {L: 'E', U: 'S', M: 'I'}; // As BILOU and BMES call them.

/** Returns the letter of a label, one of `BIESO`, and its span's kind. */
export function parts(label) {
  const [letter, ...kind] = label.split('-');
  return [SAME[letter] ?? letter, kind.join('-')];
}

/**
 * Returns the spans of a sentence, from left to right, as conlleval does.
 *
 * @param {string[]} labels of its words.
 * @return {Array<{kind: string, start: number, end: number}>} the words from
 *     `start` to before `end`.
 */
export function spans(labels) {
  const found = [];
  let open = null;
  let before = OUTSIDE;
  [...labels, OUTSIDE].forEach((label, place) => {
    const isNew = begins(before, label);
    if (open && (isNew || parts(label)[0] === OUTSIDE)) {
      found.push({...open, end: place});
      open = null;
    }
    if (isNew) open = {kind: parts(label)[1], start: place};
    before = label;
  });
  return found;
}

/** Tells whether a label begins a span where it comes after another. */
function begins(before, label) {
  const [letter, kind] = parts(label);
  const [last, lastKind] = parts(before);
  return letter !== OUTSIDE && ('BS'.includes(letter) ||
      `${OUTSIDE}ES`.includes(last) || kind !== lastKind);
}
