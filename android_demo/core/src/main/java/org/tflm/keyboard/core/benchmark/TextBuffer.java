package org.tflm.keyboard.core.benchmark;

import java.util.function.Consumer;
import org.tflm.keyboard.core.Editor;
import org.tflm.keyboard.core.TextAround;

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
  public void deleteAfter(int chars) {
    // There is none.
  }

  @Override
  public void moveTo(int place) {
    // The script moves no cursor.
  }

  @Override
  public void action() {
    // A field of several lines has none.
  }

  @Override
  public void deleteCodePoint() {
    // The typist always knows the text.
  }

  @Override
  public void deleteKey() {
    deleteBefore(1);
  }

  @Override
  public void read(int before, int after, Consumer<TextAround> receiver) {
    // Keys are all that changes it, so the typist knows it.
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
