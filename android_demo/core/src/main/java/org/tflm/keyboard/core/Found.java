package org.tflm.keyboard.core;

/** A part of a text and what it is: a span of words, or a word where labels say no spans. */
public final class Found {
  private final String kind;
  private final String text;
  private final int start;

  Found(String kind, String text, int start) {
    this.kind = kind;
    this.text = text;
    this.start = start;
  }

  /** Returns what it is, such as {@code timeRange}. */
  public String kind() {
    return kind;
  }

  /** Returns it as it stands in the text. */
  public String text() {
    return text;
  }

  /** Returns the place of its first UTF-16 unit in the text. */
  public int start() {
    return start;
  }

  /** Tells the kind only: no typed text ever gets into a log. */
  @Override
  public String toString() {
    return "Found " + kind;
  }
}
