package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * Splits text as those who annotate it do, as {@code tflm/text/kinds/marked.py}: at white space,
 * with the marks at the ends of what is there as words of their own.
 */
final class Marked extends Splitter {
  private final boolean lowerCase;
  private final Locale locale;
  private final List<String> ends;
  private final List<String> beginnings;
  private final Predicate<String> isKept;

  /**
   * @param ends of words that are words too, in lower case with their apostrophe: {@code n't}
   * @param beginnings likewise: {@code l'}
   * @param isKept tells the marks that are words; others are left out
   */
  Marked(
      boolean lowerCase,
      Locale locale,
      List<String> ends,
      List<String> beginnings,
      Predicate<String> isKept) {
    this.lowerCase = lowerCase;
    this.locale = locale;
    this.ends = ends;
    this.beginnings = beginnings;
    this.isKept = isKept;
  }

  @Override
  List<String> split(String text) {
    List<String> words = new ArrayList<>();
    for (String part : WhiteSpace.parts(Tokenizer.normalize(text))) {
      addWords(part, words);
    }
    return words;
  }

  @Override
  String lower(String word) {
    return lowerCase ? Tokenizer.lower(word, locale) : word;
  }

  private void addWords(String part, List<String> words) {
    int first = 0;
    while (first < part.length() && !isOfWord(part.codePointAt(first))) {
      first += Character.charCount(part.codePointAt(first));
    }
    int after = part.length();
    while (after > first && !isOfWord(part.codePointBefore(after))) {
      after -= Character.charCount(part.codePointBefore(after));
    }
    if (first == after) {
      addRuns(part, words);
      return;
    }
    // What has its apostrophe outside keeps it where nothing else is.
    if (ends.contains(lower(part, 0, after))) {
      first = 0;
    }
    if (after < part.length()) {
      int wider = part.offsetByCodePoints(after, 1);
      after = beginnings.contains(lower(part, first, wider)) ? wider : after;
    }
    addRuns(part.substring(0, first), words);
    addParts(part.substring(first, after), words);
    addRuns(part.substring(after), words);
  }

  /** Adds the beginning, what is between, and the end of a word. */
  private void addParts(String word, List<String> words) {
    int start = cut(word, beginnings, String::startsWith);
    int end = word.length() - cut(word.substring(start), ends, String::endsWith);
    for (String part :
        new String[] {word.substring(0, start), word.substring(start, end), word.substring(end)}) {
      if (!part.isEmpty()) {
        words.add(part);
      }
    }
  }

  /** Returns how long the clitic of a word is, the first that fits. */
  private static int cut(String word, List<String> clitics, BiPredicate<String, String> has) {
    String lower = lower(word, 0, word.length());
    for (String clitic : clitics) {
      if (has.test(lower, clitic) && lower.length() > clitic.length()) {
        return clitic.length();
      }
    }
    return 0;
  }

  /** Adds marks, of which those that are the same are one word. */
  private void addRuns(String marks, List<String> words) {
    int start = 0;
    for (int end = 0; end < marks.length(); ) {
      int mark = marks.codePointAt(end);
      end += Character.charCount(mark);
      if (end == marks.length() || marks.codePointAt(end) != mark) {
        String run = marks.substring(start, end);
        if (isKept.test(run)) {
          words.add(run);
        }
        start = end;
      }
    }
  }

  private static String lower(String text, int start, int end) {
    return text.substring(start, end).toLowerCase(Locale.ROOT);
  }

  /** Tells letters, numbers and what combines with them: L, N and M of Unicode. */
  private static boolean isOfWord(int codePoint) {
    switch (Character.getType(codePoint)) {
      case Character.LETTER_NUMBER:
      case Character.OTHER_NUMBER:
      case Character.NON_SPACING_MARK:
      case Character.COMBINING_SPACING_MARK:
      case Character.ENCLOSING_MARK:
        return true;
      default:
        return Character.isLetterOrDigit(codePoint);
    }
  }
}
