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
    MORE
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

  /** Returns the digit that it types when it is held, or an empty text. */
  String hint() {
    boolean hasDigit = !alternatives.isEmpty() && Character.isDigit(alternatives.get(0).charAt(0));
    return hasDigit && Character.isLetter(text.charAt(0)) ? alternatives.get(0) : "";
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
