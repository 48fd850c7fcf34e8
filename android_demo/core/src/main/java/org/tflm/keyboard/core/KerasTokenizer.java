package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Splits text as {@code Tokenizer} of Keras: into lower case, filtered, split. */
final class KerasTokenizer extends Splitter {
  private final boolean lowerCase;
  private final String filters;
  private final String separator;
  private final boolean byCharacter;
  private final List<String> texts;

  /**
   * @param lowerCase whether all of a text is put into lower case first
   * @param filters characters that part words, as the separator does
   * @param separator parts words
   * @param byCharacter whether each character is a word, and none is filtered
   * @param texts of the characters, if they are pieces of words
   */
  KerasTokenizer(
      boolean lowerCase,
      String filters,
      String separator,
      boolean byCharacter,
      List<String> texts) {
    this.lowerCase = lowerCase;
    this.filters = filters;
    this.separator = separator;
    this.byCharacter = byCharacter;
    this.texts = texts;
  }

  @Override
  List<String> split(String text) {
    return byCharacter ? characters(text) : parts(text);
  }

  @Override
  List<String> texts() {
    return texts;
  }

  @Override
  String lower(String word) {
    return lowerCase ? word.toLowerCase(Locale.ROOT) : word;
  }

  @Override
  List<String> words(String text) {
    return split(lower(text));
  }

  @Override
  boolean isOpen(String text) {
    return !byCharacter
        && !text.isEmpty()
        && !isFiltered(text.codePointBefore(text.length()))
        && !text.endsWith(separator);
  }

  /** Returns each code point of a text. */
  static List<String> characters(String text) {
    List<String> found = new ArrayList<>(text.length());
    for (int i = 0; i < text.length(); ) {
      int end = text.offsetByCodePoints(i, 1);
      found.add(text.substring(i, end));
      i = end;
    }
    return found;
  }

  private List<String> parts(String text) {
    List<String> found = new ArrayList<>();
    int start = 0;
    for (int place = 0; place < text.length(); ) {
      int character = text.codePointAt(place);
      boolean filtered = isFiltered(character);
      boolean separated = !filtered && text.startsWith(separator, place);
      int next = place + (separated ? separator.length() : Character.charCount(character));
      if (filtered || separated) {
        add(found, text.substring(start, place));
        start = next;
      }
      place = next;
    }
    add(found, text.substring(start));
    return found;
  }

  private boolean isFiltered(int character) {
    return filters.indexOf(character) >= 0;
  }

  private static void add(List<String> words, String word) {
    if (!word.isEmpty()) {
      words.add(word);
    }
  }
}
