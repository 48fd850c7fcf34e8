package org.tflm.keyboard.ui;

import java.util.Collections;
import java.util.List;

/** One key of a page: what it does, what it types and how wide it is. */
public final class Key {
  /** What a key is for. */
  public enum Role {
    TEXT,
    SPACE,
    ENTER,
    DELETE,
    SHIFT,
    GLOBE,
    LETTERS,
    SYMBOLS,
    MORE,
    EMOJI,
    /** Looks for an emoji by its name. */
    SEARCH,
    /** No key: room between others. */
    GAP
  }

  private final Role role;
  private final String text;
  private final List<String> alternatives;
  private final float width;
  private final float left;
  private final float right;

  private Key(
      Role role, String text, List<String> alternatives, float width, float left, float right) {
    this.role = role;
    this.text = text;
    this.alternatives = alternatives;
    this.width = width;
    this.left = left;
    this.right = right;
  }

  /** Returns a key that types {@code text}, in lower case, or if held one of others. */
  static Key of(String text, List<String> alternatives) {
    return new Key(Role.TEXT, text, alternatives, 1, 0, 0);
  }

  static Key of(Role role) {
    return new Key(role, "", Collections.emptyList(), 1, 0, 0);
  }

  /** Returns the same key {@code width} times as wide as a letter. */
  Key wide(float width) {
    return new Key(role, text, alternatives, width, left, right);
  }

  /** Returns the same key with a margin on each side that belongs to it, in widths of a letter. */
  Key between(float left, float right) {
    return new Key(role, text, alternatives, width, left, right);
  }

  public Role role() {
    return role;
  }

  /** Returns what it types, empty if its role is another. */
  public String text() {
    return text;
  }

  /** Returns what it types when it is held, the likeliest first. */
  List<String> alternatives() {
    return alternatives;
  }

  /** Returns what is shown of what it types when it is held: a digit, or a letter in no case. */
  String hint() {
    if (alternatives.isEmpty()) {
      return "";
    }
    char letter = text.charAt(0);
    char first = alternatives.get(0).charAt(0);
    boolean isShown =
        Character.isDigit(first) ? Character.isLetter(letter) : !hasCase(letter) && !hasCase(first);
    return isShown && isOfWords(letter) && isOfWords(first) ? alternatives.get(0) : "";
  }

  private static boolean hasCase(char letter) {
    return Character.isUpperCase(letter) || Character.isLowerCase(letter);
  }

  private static boolean isOfWords(char letter) {
    int type = Character.getType(letter);
    return Character.isLetterOrDigit(letter)
        || type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK;
  }

  /** Returns its width with both margins, in widths of a letter. */
  float weight() {
    return left + width + right;
  }

  /** Returns where it is drawn, from 0 at the left end of its place to 1 at the right. */
  float start() {
    return left / weight();
  }

  float end() {
    return (left + width) / weight();
  }

  /** Tells whether it acts when it is touched and not when it is let go. */
  boolean actsAtOnce() {
    return role == Role.SHIFT || role == Role.DELETE;
  }
}
