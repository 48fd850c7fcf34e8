package org.tflm.keyboard.core;

/** What suggestions are asked for. Only {@link Typist} makes one, and none in a private field. */
public final class Request {
  private final String before;
  private final Shift shift;

  /**
   * @param before the text before the cursor
   * @param shift how the next letter would be written
   */
  Request(String before, Shift shift) {
    this.before = before;
    this.shift = shift;
  }

  public String before() {
    return before;
  }

  public Shift shift() {
    return shift;
  }
}
