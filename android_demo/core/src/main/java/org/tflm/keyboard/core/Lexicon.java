package org.tflm.keyboard.core;

import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** What a tagger knows by name: words, their suffixes, labels; as {@code tagged/lexicon.py}. */
final class Lexicon {
  private final Vocabulary words;
  private final Vocabulary suffixes; // Null if none are read.
  private final int letters;
  private final List<String> labels;

  /**
   * @param words by the forms of {@link #form}
   * @param suffixes as {@link #suffix} gives them, null if none are read
   * @param letters how many a suffix has
   * @param labels by id
   */
  Lexicon(Vocabulary words, Vocabulary suffixes, int letters, List<String> labels) {
    this.words = words;
    this.suffixes = suffixes;
    this.letters = letters;
    this.labels = Collections.unmodifiableList(labels);
  }

  Vocabulary words() {
    return words;
  }

  List<String> labels() {
    return labels;
  }

  /** Returns how many ids a word has. */
  int columns() {
    return suffixes == null ? 1 : 2;
  }

  /** Returns the ids of words, and of their suffixes [columns][words]. */
  int[][] encode(List<String> sentence) {
    int[][] ids = new int[columns()][sentence.size()];
    for (int i = 0; i < sentence.size(); i++) {
      ids[0][i] = words.id(form(sentence.get(i)));
      if (suffixes != null) {
        ids[1][i] = suffixes.id(suffix(sentence.get(i), letters));
      }
    }
    return ids;
  }

  /** Returns what a word is known by: of Boeing "boeing", of 747 "000". */
  static String form(String word) {
    StringBuilder form = new StringBuilder(word.toLowerCase(Locale.ROOT));
    for (int i = 0; i < form.length(); i++) {
      if (form.charAt(i) >= '0' && form.charAt(i) <= '9') {
        form.setCharAt(i, '0');
      }
    }
    return form.toString();
  }

  /**
   * Returns how a word begins and ends: "-ing" of going, "Bing" of Boeing.
   *
   * <p>The first character is {@code A} of a word in capitals alone, {@code B} of one that begins
   * with one, {@code -} of others.
   */
  static String suffix(String word, int letters) {
    String form = form(word);
    int count = form.codePointCount(0, form.length());
    return first(word) + form.substring(form.offsetByCodePoints(0, Math.max(0, count - letters)));
  }

  private static String first(String word) {
    if (word.isEmpty() || !Character.isUpperCase(word.codePointAt(0))) {
      return "-";
    }
    boolean isAll = word.codePointCount(0, word.length()) > 1;
    return isAll && word.codePoints().allMatch(Character::isUpperCase) ? "A" : "B";
  }
}
