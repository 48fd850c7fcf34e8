package org.tflm.keyboard.core;

import java.util.Locale;

/** How a suggestion is written: as what was typed of it, or else as the shift key says. */
public final class Casing {
  private Casing() {}

  /**
   * Returns a word as it is to be written.
   *
   * @param word as people write it, such as {@code I'm} or {@code hello}
   * @param prefix what was typed of it: a capital stays, two capitals ask for all
   * @param shift how a first letter would be written; it counts where nothing was typed
   */
  public static String write(String word, String prefix, Shift shift) {
    if (prefix.isEmpty()) {
      return shift == Shift.OFF ? word : shift == Shift.ON ? capitalize(word) : upper(word);
    }
    if (isCapitals(prefix, shift)) {
      return upper(word);
    }
    return Character.isUpperCase(prefix.codePointAt(0)) ? capitalize(word) : word;
  }

  /** Returns {@code text} as a key types it while shift is as given. */
  public static String type(String text, Shift shift) {
    return shift == Shift.OFF ? text : upper(text);
  }

  /** Returns {@code word} with a capital. */
  static String capitalize(String word) {
    if (word.isEmpty()) {
      return word;
    }
    int first = word.offsetByCodePoints(0, 1);
    return upper(word.substring(0, first)) + word.substring(first);
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  /** One capital may begin a name; two, or one by a locked shift key, are meant. */
  private static boolean isCapitals(String prefix, Shift shift) {
    int capitals = 0;
    for (int i = 0; i < prefix.length(); i += Character.charCount(prefix.codePointAt(i))) {
      int letter = prefix.codePointAt(i);
      if (Character.isLowerCase(letter)) {
        return false;
      }
      capitals += Character.isUpperCase(letter) ? 1 : 0;
    }
    return capitals >= (shift == Shift.LOCKED ? 1 : 2);
  }
}
