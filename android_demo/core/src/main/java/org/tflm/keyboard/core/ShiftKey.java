package org.tflm.keyboard.core;

import java.util.function.LongSupplier;

/** The shift key: one tap is for one letter, a double tap or a hold for all that follow. */
final class ShiftKey {
  private static final long DOUBLE_TAP_MILLIS = 400;
  private static final long NEVER = Long.MIN_VALUE / 2;

  private final LongSupplier clock;
  private Shift state = Shift.OFF;
  private long lastTap = NEVER;

  /**
   * @param clock milliseconds that only grow
   */
  ShiftKey(LongSupplier clock) {
    this.clock = clock;
  }

  Shift state() {
    return state;
  }

  void reset() {
    state = Shift.OFF;
    lastTap = NEVER;
  }

  void tap() {
    long now = clock.getAsLong();
    boolean isDouble = now - lastTap <= DOUBLE_TAP_MILLIS;
    lastTap = now;
    if (state == Shift.LOCKED) {
      reset();
    } else if (isDouble) {
      lock();
    } else {
      state = state == Shift.OFF ? Shift.ON : Shift.OFF;
    }
  }

  void lock() {
    state = Shift.LOCKED;
    lastTap = NEVER;
  }

  /** Notes that a letter was typed: between two taps, it makes them no double tap. */
  void letterTyped() {
    lastTap = NEVER;
  }

  /** Sets it as a field wants it after a text, unless the user locked it. */
  void follow(Capitals capitals, String before) {
    if (state != Shift.LOCKED || capitals == Capitals.CHARACTERS) {
      state = capitals.after(before);
    }
  }

  /** Sets it after a key where the text is unknown: a capital was for one letter. */
  void followUnknown() {
    if (state == Shift.ON) {
      state = Shift.OFF;
    }
  }
}
