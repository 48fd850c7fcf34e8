package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A way to split text into the words that a model reads, as {@code tflm/text/kinds}. */
abstract class Splitter {
  /** Returns the words of a text in the case in which they were typed. */
  abstract List<String> split(String text);

  /** Returns a word that {@link #split} gave as the model knows it. */
  abstract String lower(String word);

  /** Returns the words of a text as the model knows them. */
  List<String> words(String text) {
    List<String> words = new ArrayList<>(split(text));
    words.replaceAll(this::lower);
    return words;
  }

  /**
   * Returns each piece as it is written after another word, where the model's words are pieces of
   * those of people; none where they are not.
   */
  List<String> texts() {
    return Collections.emptyList();
  }

  /** Tells whether the last word of a text may still be being typed. */
  boolean isOpen(String text) {
    return !text.isEmpty() && !TextRules.isSpace(text.codePointBefore(text.length()));
  }
}
