package org.tflm.keyboard.core;

/** What suggestions are asked for. Only {@link Typist} makes one, and none in a private field. */
public final class Request {
  private final String before;
  private final Shift shift;
  private final boolean isPrivate;
  private final boolean marks;

  /**
   * @param before the text before the cursor
   * @param shift how the next letter would be written
   * @param isPrivate whether words of the field may not be remembered
   * @param marks whether punctuation and emoji may be among the next words
   */
  Request(String before, Shift shift, boolean isPrivate, boolean marks) {
    this.before = before;
    this.shift = shift;
    this.isPrivate = isPrivate;
    this.marks = marks;
  }

  public String before() {
    return before;
  }

  public Shift shift() {
    return shift;
  }

  /** Tells whether words of the field may not be remembered, not even for its next words. */
  public boolean isPrivate() {
    return isPrivate;
  }

  /** Tells whether punctuation and emoji may be among the next words. */
  public boolean marks() {
    return marks;
  }
}
