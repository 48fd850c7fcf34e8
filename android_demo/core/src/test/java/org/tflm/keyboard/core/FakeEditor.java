package org.tflm.keyboard.core;

import java.util.function.Consumer;

/**
 * A text field in memory; its selection is {@code [start, end)}, the cursor if they are equal. It
 * answers at once, unless it is slow.
 */
final class FakeEditor implements Editor {
  final StringBuilder text = new StringBuilder();
  int start;
  int end;
  int actions;
  int reads;
  int deleteKeys;
  boolean isSlow;
  String lie; // What it says is before the cursor; null for what is.
  private Typist typist;
  private Runnable answer;

  /** Reports moves of the cursor to a typist, as apps do. */
  void reportTo(Typist typist) {
    this.typist = typist;
  }

  /** Sets the text, with the cursor before {@code after}. */
  void set(String before, String after) {
    text.setLength(0);
    text.append(before).append(after);
    start = end = before.length();
    typist.select(-1, -1); // So that what follows is a move, wherever it was.
    select(start, end);
  }

  void set(String before) {
    set(before, "");
  }

  void select(int from, int to) {
    start = from;
    end = to;
    typist.select(from, to);
  }

  /** Answers what was asked last, if it is slow. */
  void answer() {
    Runnable late = answer;
    answer = null;
    if (late != null) {
      late.run();
    }
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
  public void deleteAfter(int chars) {
    text.delete(end, Math.min(text.length(), end + chars));
  }

  @Override
  public void deleteCodePoint() {
    deleteBefore(start == 0 ? 0 : Character.charCount(text.codePointBefore(start)));
  }

  @Override
  public void deleteKey() {
    deleteKeys++;
    deleteBefore(1);
  }

  @Override
  public void moveTo(int place) {
    start = end = place;
  }

  @Override
  public void action() {
    actions++;
  }

  @Override
  public void read(int before, int after, Consumer<TextAround> receiver) {
    reads++;
    answer = () -> receiver.accept(read(before, after));
    if (!isSlow) {
      answer();
    }
  }

  private TextAround read(int before, int after) {
    if (lie != null) {
      return new TextAround(lie, after == 0 ? null : lie);
    }
    return new TextAround(
        text.substring(Math.max(0, start - before), start),
        after == 0 ? null : text.substring(end, Math.min(text.length(), end + after)));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
