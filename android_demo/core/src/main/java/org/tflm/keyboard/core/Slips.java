package org.tflm.keyboard.core;

import java.text.Normalizer;

/**
 * How likely a slip is, {@code -log P(typed | meant)} in 1/64 nat, as {@code Channel} of {@code
 * tflm/text/slips/channel.py}, where the numbers are explained.
 */
final class Slips {
  static final int UNITS = 64; // Of a nat.

  static final int TRANSPOSED = nats(3.25);
  static final int EXTRA = nats(6);
  static final int BRUSHED = nats(4.5);
  static final int FIRST = nats(0.75);
  static final int MISSED_SPACE = nats(3.25);
  static final int MISSED_KEY = nats(5.25);
  static final int UNFINISHED = nats(1);

  private static final int NEIGHBOUR = nats(4.25);
  private static final int VOWEL = nats(5);
  private static final int OTHER = nats(6.75);
  private static final int OMITTED = nats(3.75);
  private static final int SINGLE = nats(3.25);
  private static final int SILENT = nats(1.5);
  private static final int PLAIN = nats(1.75);
  private static final int DOUBLE = nats(3.75);

  private static final double[] BOUNDS = {0, 0, 5.75, 9.5, 9.5, 10.5}; // By typed letters.

  private final Keyboard keyboard;

  /**
   * @param keyboard whose keys are missed
   */
  Slips(Keyboard keyboard) {
    this.keyboard = keyboard;
  }

  /** Returns nats in the units of costs. */
  static int nats(double number) {
    return (int) Math.rint(number * UNITS);
  }

  /** Returns the cost of one letter for another, of which {@link #plain} has no accent. */
  int substitution(int typed, int meant, int plain) {
    if (typed == meant) {
      return 0;
    }
    if (typed == plain) {
      return PLAIN;
    }
    if (keyboard.areNeighbours(typed, meant)) {
      return NEIGHBOUR;
    }
    return isVowel(typed) && isVowel(meant) ? VOWEL : OTHER;
  }

  /** Returns the cost of a letter that is missing after another, which may be the same. */
  static int omission(int meant, int before) {
    if (meant == '\'' || meant == '-') {
      return SILENT;
    }
    return meant == before ? SINGLE : OMITTED;
  }

  /** Returns the cost of a letter too many beside one that was meant. */
  int insertion(int typed, int beside) {
    if (typed == beside) {
      return DOUBLE;
    }
    return keyboard.areNeighbours(typed, beside) ? BRUSHED : EXTRA;
  }

  /** Returns the most that slips in so many typed letters may cost. */
  static int bound(int length) {
    return nats(BOUNDS[Math.min(length, BOUNDS.length - 1)]);
  }

  /** Returns a letter without its accents. */
  static int plain(int letter) {
    String text = new String(Character.toChars(letter));
    return Normalizer.normalize(text, Normalizer.Form.NFD).codePointAt(0);
  }

  /** Tells letters above the space bar. */
  boolean isAboveSpace(int key) {
    return keyboard.isAboveSpace(key);
  }

  private static boolean isVowel(int letter) {
    return "aeiou".indexOf(letter) >= 0;
  }
}
