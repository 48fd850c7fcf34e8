package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Splits text as the layer {@code TextVectorization} of Keras, which knows ASCII alone. */
final class TextVectorization extends Splitter {
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  private final boolean lowerCase;
  private final boolean stripsPunctuation;
  private final String at;

  /**
   * @param lowerCase whether letters are put into lower case
   * @param stripsPunctuation whether punctuation is left out: {@code don't} is {@code dont}
   * @param at where text is split: {@code whitespace}, {@code character}, or "" for nowhere
   */
  TextVectorization(boolean lowerCase, boolean stripsPunctuation, String at) {
    this.lowerCase = lowerCase;
    this.stripsPunctuation = stripsPunctuation;
    this.at = at;
  }

  @Override
  List<String> split(String text) {
    String stripped = strip(text);
    switch (at) {
      case "whitespace":
        return parts(stripped);
      case "character":
        return KerasTokenizer.characters(stripped);
      default:
        return stripped.isEmpty()
            ? Collections.<String>emptyList()
            : Collections.singletonList(stripped);
    }
  }

  @Override
  String lower(String word) {
    StringBuilder lowered = new StringBuilder(word);
    for (int i = 0; lowerCase && i < word.length(); i++) {
      char letter = word.charAt(i);
      if (letter >= 'A' && letter <= 'Z') {
        lowered.setCharAt(i, (char) (letter - 'A' + 'a'));
      }
    }
    return lowered.toString();
  }

  @Override
  boolean isOpen(String text) {
    int start = text.length();
    while (start > 0 && !isSpace(text.charAt(start - 1))) {
      start--;
    }
    // All of what stands after the last space may be stripped.
    return at.equals("whitespace") && !strip(text.substring(start)).isEmpty();
  }

  private String strip(String text) {
    if (!stripsPunctuation) {
      return text;
    }
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (PUNCTUATION.indexOf(text.charAt(i)) < 0) {
        kept.append(text.charAt(i));
      }
    }
    return kept.toString();
  }

  private static List<String> parts(String text) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int end = 0; end <= text.length(); end++) {
      if (end == text.length() || isSpace(text.charAt(end))) {
        if (start < end) {
          words.add(text.substring(start, end));
        }
        start = end + 1;
      }
    }
    return words;
  }

  private static boolean isSpace(char character) {
    return character == ' ' || (character >= '\t' && character <= '\r');
  }
}
