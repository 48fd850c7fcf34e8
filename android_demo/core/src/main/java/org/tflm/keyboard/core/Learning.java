package org.tflm.keyboard.core;

import java.util.function.Consumer;

/** Which typed words are learned: those that end, in fields that allow it. */
final class Learning {
  private final Consumer<String> learn;
  private FieldPolicy field = FieldPolicy.CLOSED;

  /**
   * @param learn gets each word
   */
  Learning(Consumer<String> learn) {
    this.learn = learn;
  }

  void start(FieldPolicy field) {
    this.field = field;
  }

  /** Learns the word at the end of a text, if there is one. */
  void end(String now) {
    String word = field.learns() ? Context.of(now, TextRules.TYPED).prefix() : "";
    if (Tokenizer.isWord(word)) {
      boolean isQuoted = word.endsWith("'"); // Or a plural's; it is no part of the word.
      learn.accept(isQuoted ? word.substring(0, word.length() - 1) : word);
    }
  }

  /** Learns a chosen word of the user, or the typed one if it was chosen as it is. */
  void choose(Suggestion chosen, String now) {
    if (chosen.kind() == Suggestion.Kind.LITERAL) {
      end(now);
    } else if (chosen.kind() == Suggestion.Kind.PERSONAL && field.learns()) {
      learn.accept(chosen.text());
    }
  }

  /** Learns a word for good, at once. */
  void insist(String word) {
    for (int i = 0; i < PersonalWords.TIMES; i++) {
      end(word);
    }
  }
}
