package org.tflm.keyboard.core;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Splits text where Unicode has the boundary of a word.
 *
 * <p>Android's boundaries are those of ICU, and so Unicode's. OpenJDK has older rules of its own,
 * by which some marks part words: tests run those texts on which both agree.
 */
final class UnicodeWords extends Splitter {
  private static final Pattern NUMBER = Pattern.compile("\\p{Nd}[\\p{Nd}\\p{P}]*");
  private static final Pattern NOTHING = Pattern.compile("[\\p{Z}\\p{C}]*");

  private final TypedText typed;
  private final Segmented letters;

  /**
   * @param typed knows the case of words
   */
  UnicodeWords(TypedText typed) {
    this.typed = typed;
    letters = new Segmented(typed, Collections.<String>emptyList());
  }

  @Override
  List<String> split(String text) {
    String plain = Tokenizer.normalize(text);
    BreakIterator boundaries = BreakIterator.getWordInstance(Locale.ROOT);
    boundaries.setText(plain);
    List<String> parts = new ArrayList<>();
    int start = boundaries.first();
    for (int end = boundaries.next(); end != BreakIterator.DONE; end = boundaries.next()) {
      letters.addParts(plain.substring(start, end), parts);
      start = end;
    }
    parts.removeIf(part -> NOTHING.matcher(part).matches());
    parts.replaceAll(part -> NUMBER.matcher(part).matches() ? Tokenizer.NUMBER : part);
    return parts;
  }

  @Override
  String lower(String word) {
    return typed.lower(word);
  }
}
