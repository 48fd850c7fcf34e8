package org.tflm.keyboard.core;

/** The text around a cursor, as an app tells it. */
public final class TextAround {
  /** That of an empty field. */
  public static final TextAround EMPTY = new TextAround("", "");

  final String before;
  final String after;

  /**
   * @param before the text before the cursor
   * @param after that after it, null if it is not known
   */
  public TextAround(String before, String after) {
    this.before = before;
    this.after = after;
  }
}
