package org.tflm.keyboard.core;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;

/** Scripts that put no spaces between words, as {@code tflm/text/scripts.py}. */
final class Scripts {
  private Scripts() {}

  /** Returns the parts of a word that have spaces in their script, or not. */
  static List<String> runs(String word) {
    List<String> runs = new ArrayList<>();
    int start = 0;
    boolean spaceless = false;
    for (int i = 0; i < word.length(); i += Character.charCount(word.codePointAt(i))) {
      int letter = word.codePointAt(i);
      boolean isNow = isSpaceless(letter) || (spaceless && isMark(letter));
      if (isNow != spaceless && i > start) {
        runs.add(word.substring(start, i));
        start = i;
      }
      spaceless = isNow;
    }
    if (start < word.length()) {
      runs.add(word.substring(start));
    }
    return runs;
  }

  /** Returns the letters of a run, each with its marks. */
  static List<String> letters(String run) {
    List<String> letters = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < run.length(); i += Character.charCount(run.codePointAt(i))) {
      if (i > start && !isMark(run.codePointAt(i))) {
        letters.add(run.substring(start, i));
        start = i;
      }
    }
    if (start < run.length()) {
      letters.add(run.substring(start));
    }
    return letters;
  }

  /** Tells whether a text begins in a script without spaces. */
  static boolean beginsSpaceless(String text) {
    return !text.isEmpty() && isSpaceless(text.codePointAt(0));
  }

  /** Tells whether a text ends in a script without spaces. */
  static boolean endsSpaceless(String text) {
    return isSpaceless(lastLetter(text));
  }

  /**
   * Tells whether a text ends in a script whose words come as wholes, from an input method: none
   * of them is half typed.
   */
  static boolean isTypedWhole(String text) {
    return isIdeographic(lastLetter(text));
  }

  /** Returns the last code point that is no mark, a space if there is none. */
  private static int lastLetter(String text) {
    for (int i = text.length(); i > 0; ) {
      int letter = text.codePointBefore(i);
      if (!isMark(letter) || isSpaceless(letter)) {
        return letter;
      }
      i -= Character.charCount(letter);
    }
    return ' ';
  }

  private static boolean isSpaceless(int letter) {
    switch (UnicodeScript.of(letter)) {
      case THAI:
      case LAO:
      case MYANMAR:
      case KHMER:
        return true;
      default:
        return isIdeographic(letter);
    }
  }

  private static boolean isIdeographic(int letter) {
    switch (UnicodeScript.of(letter)) {
      case HAN:
      case HIRAGANA:
      case KATAKANA:
        return true;
      default:
        // The long vowel mark belongs to both kanas, and so to no script.
        return letter == 0x30FC || letter == 0xFF70;
    }
  }

  /** Tells a mark that belongs to the letter before it. */
  static boolean isMark(int letter) {
    switch (Character.getType(letter)) {
      case Character.NON_SPACING_MARK:
      case Character.COMBINING_SPACING_MARK:
      case Character.ENCLOSING_MARK:
        return true;
      default:
        return false;
    }
  }
}
