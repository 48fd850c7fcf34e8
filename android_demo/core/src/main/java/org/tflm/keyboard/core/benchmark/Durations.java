package org.tflm.keyboard.core.benchmark;

import java.util.Arrays;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/** Durations in nanoseconds, as results tell them: in milliseconds, to the nanosecond. */
final class Durations {
  private final long[] nanos;

  /**
   * @param nanos at least one
   */
  Durations(long[] nanos) {
    this.nanos = nanos;
  }

  static double millis(double nanos) {
    return Math.round(nanos) / 1e6;
  }

  /** Adds {@code p50_ms} and such to a result. */
  void putPercentiles(JSONObject result, int... percents) throws JSONException {
    for (int percent : percents) {
      double nanosAt = percentileNanos(percent);
      result.put("p" + percent + "_ms", millis(nanosAt));
    }
  }

  /**
   * Returns a percentile, interpolated linearly between the two nearest durations as NumPy does.
   *
   * @param percent from 0 to 100
   */
  double percentileNanos(double percent) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    double place = percent / 100 * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  double minMillis() {
    return millis(percentileNanos(0));
  }

  double maxMillis() {
    return millis(percentileNanos(100));
  }

  double meanMillis() {
    return millis(mean());
  }

  /** Returns the standard deviation of these durations, not an estimate of others'. */
  double stdMillis() {
    double mean = mean();
    double squares = 0;
    for (long duration : nanos) {
      squares += (duration - mean) * (duration - mean);
    }
    return millis(Math.sqrt(squares / nanos.length));
  }

  /** Returns them as they are, in their order. */
  JSONArray json() {
    JSONArray all = new JSONArray();
    for (long duration : nanos) {
      all.put(duration);
    }
    return all;
  }

  private double mean() {
    double sum = 0;
    for (long duration : nanos) {
      sum += duration;
    }
    return sum / nanos.length;
  }
}
