package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How a bundle's text is read and written: its tokenizer, its case, its display forms. */
public final class TextRules {
  /** Rules of typed text with no display forms. */
  public static final TextRules TYPED =
      new TextRules(true, true, Collections.<String, String>emptyMap());

  private final boolean typed;
  private final boolean lowerCase;
  private final Map<String, String> display;

  /**
   * @param typed whether words come from {@link Tokenizer}; otherwise white space parts them
   * @param lowerCase whether the model knows lower-case words only
   * @param display lower-case words to the way they are written ({@code i} to {@code I})
   */
  public TextRules(boolean typed, boolean lowerCase, Map<String, String> display) {
    this.typed = typed;
    this.lowerCase = lowerCase;
    this.display = Collections.unmodifiableMap(new HashMap<>(display));
  }

  /** Returns the tokens of a text as they were typed. */
  public List<String> split(String text) {
    return typed ? Tokenizer.split(text) : words(text);
  }

  /** Returns a token as the model knows it. */
  public String lower(String token) {
    return lowerCase ? Tokenizer.lower(token) : token;
  }

  /** Returns a word of the model as people write it. */
  public String display(String word) {
    String written = display.get(word);
    return written == null ? word : written;
  }

  /** Tells what parts words: all that Unicode calls a space, and Python's {@code isspace}. */
  static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint)
        || Character.isSpaceChar(codePoint)
        || codePoint == 0x85; // The old "next line".
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int end = 0; end <= text.length(); end++) {
      if (end == text.length() || isSpace(text.charAt(end))) { // No space is a surrogate pair.
        if (start < end) {
          words.add(text.substring(start, end));
        }
        start = end + 1;
      }
    }
    return words;
  }
}
