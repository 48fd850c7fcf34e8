package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Splits text at white space. */
final class WhiteSpace extends Splitter {
  private final boolean lowerCase;
  private final Locale locale;

  WhiteSpace(boolean lowerCase, Locale locale) {
    this.lowerCase = lowerCase;
    this.locale = locale;
  }

  @Override
  List<String> split(String text) {
    return parts(text);
  }

  /** Returns what stands between white space. */
  static List<String> parts(String text) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int end = 0; end <= text.length(); end++) {
      if (end == text.length() || TextRules.isSpace(text.charAt(end))) { // No pair is a space.
        if (start < end) {
          words.add(text.substring(start, end));
        }
        start = end + 1;
      }
    }
    return words;
  }

  @Override
  String lower(String word) {
    return lowerCase ? Tokenizer.lower(word, locale) : word;
  }
}
