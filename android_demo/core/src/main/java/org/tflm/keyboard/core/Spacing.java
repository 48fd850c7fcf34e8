package org.tflm.keyboard.core;

/** Where people put spaces around punctuation. */
final class Spacing {
  private static final String ENDING = ".,!?\u060C\u061B\u061F\u0964\u2026)]}\u201D\u00BB";
  private static final String JOINED = ":;'\u2019";
  private static final String OPENING = "([{\u201C\u00AB";

  private Spacing() {}

  /** Tells what stands right behind a word, so that an automatic space before it goes. */
  static boolean joinsWord(String text) {
    return isOneOf(text, ENDING + JOINED) || text.equals("...");
  }

  /** Tells what goes on with the word before it: letters, digits, marks of these, apostrophes. */
  static boolean continuesWord(String text) {
    int first = text.codePointAt(0);
    return Character.isLetterOrDigit(first)
        || Scripts.isMark(first)
        || "'\u2019".indexOf(first) >= 0;
  }

  /** Tells what, right behind a word, has a space after it. */
  static boolean endsWord(String text) {
    return isOneOf(text, ENDING) || text.equals("...");
  }

  /** Tells what has a space after it when it is written by one touch. */
  static boolean takesSpace(String text) {
    return !isOneOf(text, JOINED + OPENING) && !Scripts.endsSpaceless(text);
  }

  /** Tells what may stand before a full stop: a letter or digit, or what closes a quotation. */
  static boolean mayEndSentence(int codePoint) {
    return Character.isLetterOrDigit(codePoint)
        || "\"')]}\u201D\u2019\u00BB%".indexOf(codePoint) >= 0;
  }

  private static boolean isOneOf(String text, String marks) {
    return text.length() == 1 && marks.contains(text);
  }
}
