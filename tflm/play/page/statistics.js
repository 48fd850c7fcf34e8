/** Percentiles of times, as tflm/latency/statistics.py has them. */

/** Returns a percentile, linear between the two nearest of sorted values. */
export function percentile(sorted, p) {
  const place = (p / 100) * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.ceil(place);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}

/** Returns `values` in ascending order. */
export function sorted(values) {
  return Float64Array.from(values).sort();
}

/** Returns the mean of some values. */
export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Returns milliseconds to the nanosecond. */
export function round(ms) {
  return Math.round(ms * 1e6) / 1e6;
}

/**
 * Counts values in equal intervals.
 *
 * @param {ArrayLike<number>} ordered values in ascending order, at least one.
 * @param {number} bars how many intervals.
 * @return {{from: number, to: number, counts: number[]}} they end a quarter
 *     above the 95th percentile, and the last also counts all beyond.
 */
export function histogram(ordered, bars) {
  const from = ordered[0];
  const usual = from + (percentile(ordered, 95) - from) * 1.25;
  const to = Math.max(usual, from + 0.01);
  const counts = new Array(bars).fill(0);
  for (const value of ordered) {
    const place = Math.floor(((value - from) / (to - from)) * bars);
    counts[Math.min(place, bars - 1)]++;
  }
  return {from, to, counts};
}
