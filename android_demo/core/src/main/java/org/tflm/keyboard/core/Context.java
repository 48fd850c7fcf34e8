package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The text before the cursor as a model reads it: the words so far, and the part of a word that is
 * being typed.
 *
 * <p>A field holds one message, whose line breaks are spaces, as in the training text. Of a long
 * one, only the end is read: from the first beginning of a sentence that leaves at most {@link
 * #MAX_WORDS} words. That place stays where it is while sentences go on, so that what was read
 * need not be read again.
 */
public final class Context {
  /** Words that are read at most, which bounds time and memory. */
  public static final int MAX_WORDS = 64;

  /** UTF-16 units of text that are looked at; a word has 31 of them before any is missed. */
  public static final int MAX_CHARS = 2000;

  private final List<String> words;
  private final String prefix;
  private final String typed;

  private Context(List<String> words, String prefix, String typed) {
    this.words = words;
    this.prefix = prefix;
    this.typed = typed;
  }

  /** Returns the context at the end of {@code before}, the text before the cursor. */
  public static Context of(String before, TextRules rules) {
    String message = end(before);
    if (rules.areByPiece()) {
      return ofPieces(message, rules);
    }
    List<String> tokens = new ArrayList<>(rules.split(message));
    List<String> words = rules.words(message);
    int end = words.size();
    String prefix = "";
    if (end > 0 && rules.isOpen(message)) {
      end--;
      prefix = tokens.remove(tokens.size() - 1);
      if (prefix.equals("'") && endsInside(message, tokens)) {
        end--;
        prefix = tokens.remove(tokens.size() - 1) + prefix;
      }
    }
    words = words.subList(0, end);
    List<String> read = words.subList(start(words), end);
    return new Context(Collections.unmodifiableList(read), prefix, typed(message, prefix));
  }

  /** Returns the same where each word is several pieces: what is typed is behind the last space. */
  private static Context ofPieces(String message, TextRules rules) {
    int end = message.length();
    if (!Scripts.endsSpaceless(message)) {
      end = endOf(message, end, false);
    }
    String prefix = message.substring(end);
    List<String> pieces = rules.words(message.substring(0, endOf(message, end, true)));
    List<String> read = pieces.subList(start(pieces), pieces.size());
    return new Context(Collections.unmodifiableList(read), prefix, prefix);
  }

  /** Returns where the spaces, or what is none, begin that a text has before a place. */
  private static int endOf(String text, int place, boolean spaces) {
    int end = place;
    while (end > 0 && TextRules.isSpace(text.codePointBefore(end)) == spaces) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return end;
  }

  /** Returns the words to read, as the model knows them, oldest first. */
  public List<String> words() {
    return words;
  }

  /** Returns the token that is being typed, empty after a space. */
  public String prefix() {
    return prefix;
  }

  /** Returns the prefix as it stands in the field, where quotation marks may not be plain. */
  public String typed() {
    return typed;
  }

  /** Tells whether what is typed is the first word of a sentence, as far as marks say so. */
  boolean beginsSentence() {
    return words.isEmpty() || endsSentence(words.get(words.size() - 1));
  }

  private static String end(String before) {
    int start = Math.max(0, before.length() - MAX_CHARS);
    if (start > 0 && start < before.length() && Character.isLowSurrogate(before.charAt(start))) {
      start++; // Half a character was cut off.
    }
    return before.substring(start);
  }

  /** Tells the apostrophe of {@code don'}, which belongs to the word once a letter follows. */
  private static boolean endsInside(String message, List<String> tokens) {
    return !tokens.isEmpty()
        && Tokenizer.isWord(tokens.get(tokens.size() - 1))
        && message.length() >= 2
        && !TextRules.isSpace(message.codePointBefore(message.length() - 1));
  }

  private static int start(List<String> tokens) {
    int least = tokens.size() - MAX_WORDS;
    if (least <= 0) {
      return 0;
    }
    for (int i = least; i < tokens.size(); i++) {
      if (endsSentence(tokens.get(i - 1))) {
        return i;
      }
    }
    int half = MAX_WORDS / 2; // In steps, as each move means to read all again.
    return (least + half - 1) / half * half;
  }

  private static boolean endsSentence(String token) {
    // As in English, Arabic (U+061F), Hindi (U+0964), Chinese and Japanese.
    return token.length() == 1 && ".?!\u061F\u0964\u3002\uFF01\uFF1F".contains(token);
  }

  /** Returns the end of {@code message} that was read as {@code token}, if it is the same text. */
  private static String typed(String message, String token) {
    int least = Math.max(0, message.length() - 4 * token.length()); // NFC is at least a third.
    for (int i = message.length(); i > least; ) {
      i -= Character.charCount(message.codePointBefore(i));
      String end = message.substring(i);
      if (end.equals(token) || Tokenizer.normalize(end).equals(token)) {
        return end;
      }
    }
    return "";
  }
}
