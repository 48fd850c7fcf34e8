package org.tflm.keyboard.core;

import java.util.function.LongSupplier;

/** Two quick spaces, which are a full stop and a space. */
final class DoubleSpace {
  private static final long MILLIS = 1100;
  private static final long NEVER = Long.MIN_VALUE / 2;

  private final LongSupplier clock;
  private boolean enabled = true;
  private long last = NEVER;

  /**
   * @param clock milliseconds that only grow
   */
  DoubleSpace(LongSupplier clock) {
    this.clock = clock;
  }

  void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  /** Notes that a space was typed. */
  void typed() {
    last = clock.getAsLong();
  }

  /** Notes that something else was done. */
  void leave() {
    last = NEVER;
  }

  /** Tells whether a space that is typed behind a text now is the second of two. */
  boolean isSecond(String now) {
    return enabled
        && clock.getAsLong() - last <= MILLIS
        && now.length() >= 2
        && now.endsWith(" ")
        && Spacing.mayEndSentence(now.codePointBefore(now.length() - 1));
  }
}
