package org.tflm.keyboard.core;

/** The end of a word that the cursor stands in, which a chosen word takes the place of, too. */
final class WordRest {
  static final int MAX_CHARS = 64; // That are looked at.

  private WordRest() {}

  /**
   * Returns how the text after the cursor goes on with its word.
   *
   * @param after text after the cursor
   * @param withSpace whether a space behind the word is part of it, as what is written has one
   */
  static String of(String after, boolean withSpace) {
    int end = 0;
    while (end < after.length() && isInside(after, end)) {
      end += Character.charCount(after.codePointAt(end));
    }
    boolean hasSpace = withSpace && end < after.length() && after.charAt(end) == ' ';
    return after.substring(0, hasSpace ? end + 1 : end);
  }

  /** Tells letters, digits, and apostrophes before them. */
  private static boolean isInside(String text, int place) {
    int letter = text.codePointAt(place);
    int next = place + Character.charCount(letter);
    boolean isApostrophe = "'\u2019".indexOf(letter) >= 0 && next < text.length();
    int decides = isApostrophe ? text.codePointAt(next) : letter;
    return Character.isLetterOrDigit(decides) || Scripts.isMark(decides);
  }
}
