package org.tflm.keyboard.core;

import java.util.Arrays;

/**
 * Durations in nanoseconds, summed up in milliseconds.
 *
 * <p>Memory is constant: percentiles are of the last {@code capacity} durations, while count, mean
 * and extremes are of all. Any thread may use it.
 */
public final class LatencyStats {
  private static final double NANOS_PER_MILLI = 1e6;

  private final long[] latest;
  private long count;
  private double sum;
  private long min = Long.MAX_VALUE;
  private long max;

  /**
   * @param capacity how many durations percentiles are taken of
   */
  public LatencyStats(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, got " + capacity);
    }
    latest = new long[capacity];
  }

  /** Adds a duration. */
  public synchronized void add(long nanos) {
    latest[(int) (count % latest.length)] = nanos;
    count++;
    sum += nanos;
    min = Math.min(min, nanos);
    max = Math.max(max, nanos);
  }

  public synchronized long count() {
    return count;
  }

  /** Returns the shortest duration, 0 if there is none. */
  public synchronized double minMillis() {
    return count == 0 ? 0 : min / NANOS_PER_MILLI;
  }

  public synchronized double maxMillis() {
    return max / NANOS_PER_MILLI;
  }

  public synchronized double meanMillis() {
    return count == 0 ? 0 : sum / count / NANOS_PER_MILLI;
  }

  /**
   * Returns a percentile, interpolated linearly between the two nearest durations as NumPy does.
   *
   * @param percent from 0 to 100
   */
  public synchronized double percentileMillis(double percent) {
    int size = (int) Math.min(count, latest.length);
    return percentileNanos(Arrays.copyOf(latest, size), percent) / NANOS_PER_MILLI;
  }

  /** Returns the same of some durations, 0 if there is none. */
  static double percentileNanos(long[] nanos, double percent) {
    if (nanos.length == 0) {
      return 0;
    }
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    double place = percent / 100 * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
