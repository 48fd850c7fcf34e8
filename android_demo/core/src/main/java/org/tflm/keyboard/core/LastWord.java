package org.tflm.keyboard.core;

/** What a held backspace deletes: the word before the cursor, and the space behind it. */
final class LastWord {
  private LastWord() {}

  /** Returns its length in UTF-16 units, 0 of an empty text. */
  static int length(String text) {
    int end = text.length();
    while (end > 0 && TextRules.isSpace(text.charAt(end - 1))) {
      end--;
    }
    int start = end;
    while (start > 0 && !TextRules.isSpace(text.charAt(start - 1))) {
      start--;
    }
    return text.length() - start;
  }
}
