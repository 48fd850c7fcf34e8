package org.tflm.keyboard.core;

import java.util.List;
import java.util.Locale;

/** Splits typed text by the rules of {@link Tokenizer}. */
final class TypedText extends Splitter {
  private final boolean lowerCase;
  private final Locale locale;

  TypedText(boolean lowerCase, Locale locale) {
    this.lowerCase = lowerCase;
    this.locale = locale;
  }

  @Override
  List<String> split(String text) {
    return Tokenizer.split(text);
  }

  @Override
  String lower(String word) {
    return lowerCase ? Tokenizer.lower(word, locale) : word;
  }
}
