package org.tflm.keyboard.core;

/** A text field in memory; its selection is {@code [start, end)}, the cursor if they are equal. */
final class FakeEditor implements Editor {
  final StringBuilder text = new StringBuilder();
  int start;
  int end;
  int actions;

  /** Sets the text, with the cursor before {@code after}. */
  void set(String before, String after) {
    set(before);
    text.append(after);
  }

  void set(String before) {
    text.setLength(0);
    text.append(before);
    start = end = before.length();
  }

  @Override
  public void commit(String written) {
    text.replace(start, end, written);
    start = end = start + written.length();
  }

  @Override
  public void deleteBefore(int chars) {
    int from = Math.max(0, start - chars);
    text.delete(from, start);
    end -= start - from;
    start = from;
  }

  @Override
  public String textBefore(int chars) {
    return text.substring(Math.max(0, start - chars), start);
  }

  @Override
  public String textAfter(int chars) {
    return text.substring(end, Math.min(text.length(), end + chars));
  }

  @Override
  public void deleteAfter(int chars) {
    text.delete(end, Math.min(text.length(), end + chars));
  }

  @Override
  public void action() {
    actions++;
  }

  @Override
  public boolean hasSelection() {
    return start != end;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
