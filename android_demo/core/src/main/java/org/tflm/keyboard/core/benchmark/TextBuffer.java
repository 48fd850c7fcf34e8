package org.tflm.keyboard.core.benchmark;

import org.tflm.keyboard.core.Editor;

/** A text field in memory, with the cursor at the end of its text. */
final class TextBuffer implements Editor {
  private final StringBuilder text = new StringBuilder();

  @Override
  public void commit(String written) {
    text.append(written);
  }

  @Override
  public void deleteBefore(int chars) {
    text.setLength(Math.max(0, text.length() - chars));
  }

  @Override
  public String textBefore(int chars) {
    return text.substring(Math.max(0, text.length() - chars));
  }

  @Override
  public String textAfter(int chars) {
    return "";
  }

  @Override
  public void deleteAfter(int chars) {
    // There is none.
  }

  @Override
  public void action() {
    // A field of several lines has none.
  }

  @Override
  public boolean hasSelection() {
    return false;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
