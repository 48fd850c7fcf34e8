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
   * @param locale whose case it is, as {@link #locale} gives it
   */
  public static String write(String word, String prefix, Shift shift, Locale locale) {
    boolean isCapitals = prefix.isEmpty() ? shift == Shift.LOCKED : isCapitals(prefix, shift);
    if (isCapitals) {
      return word.toUpperCase(locale);
    }
    boolean isCapital =
        prefix.isEmpty() ? shift == Shift.ON : Character.isUpperCase(prefix.codePointAt(0));
    return isCapital ? capitalize(word, locale) : word;
  }

  /** Returns {@code text} as a key types it while shift is as given. */
  public static String type(String text, Shift shift, Locale locale) {
    return shift == Shift.OFF ? text : text.toUpperCase(locale);
  }

  /** Returns {@code word} with a capital. */
  static String capitalize(String word, Locale locale) {
    if (word.isEmpty()) {
      return word;
    }
    int first = word.offsetByCodePoints(0, 1);
    return word.substring(0, first).toUpperCase(locale) + word.substring(first);
  }

  /**
   * Returns the locale of a language's case: its own where i has a dot in both cases or in neither,
   * that of Unicode for all others.
   *
   * @param language BCP 47 tag, empty for none
   */
  public static Locale locale(String language) {
    Locale locale = Locale.forLanguageTag(language);
    String name = locale.getLanguage();
    return name.equals("tr") || name.equals("az") ? locale : Locale.ROOT;
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
