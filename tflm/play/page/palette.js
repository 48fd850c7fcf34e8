/** Kinds of spans and words, each with a colour of its own. */

import {parts} from './spans.js';

const GOLDEN_ANGLE = 137.508; // Keeps neighbours in the list far apart.

/**
 * Returns the hue of each kind, in degrees.
 *
 * @param {{labels: string[], has_spans: boolean}} tagging
 * @return {Map<string, number>} in the order of the labels.
 */
export function hues({labels, has_spans: hasSpans}) {
  const kinds = hasSpans ?
      labels.filter((label) => label !== 'O').map((label) => parts(label)[1]) :
      labels;
  return new Map([...new Set(kinds)].map(
      (kind, place) => [kind, Math.round(250 + place * GOLDEN_ANGLE) % 360]));
}
