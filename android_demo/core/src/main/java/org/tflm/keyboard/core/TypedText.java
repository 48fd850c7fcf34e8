package org.tflm.keyboard.core;

import java.util.List;

/** Splits typed text by the rules of {@link Tokenizer}. */
final class TypedText extends Splitter {
  private final boolean lowerCase;

  TypedText(boolean lowerCase) {
    this.lowerCase = lowerCase;
  }

  @Override
  List<String> split(String text) {
    return Tokenizer.split(text);
  }

  @Override
  String lower(String word) {
    return lowerCase ? Tokenizer.lower(word) : word;
  }
}
