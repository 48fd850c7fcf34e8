package org.tflm.keyboard.core;

/** The last thing that the keyboard did by itself, which a backspace takes back. */
final class Change {
  static final Change NONE = new Change("", "");

  final String removed;
  final String written;
  final boolean isCorrection;

  Change(String removed, String written) {
    this(removed, written, false);
  }

  private Change(String removed, String written, boolean isCorrection) {
    this.removed = removed;
    this.written = written;
    this.isCorrection = isCorrection;
  }

  /** Returns the change that a correction makes. */
  static Change correction(String removed, String written) {
    return new Change(removed, written, true);
  }

  /** Tells whether it is still what stands at the end of a text. */
  boolean endsText(String text) {
    return !written.isEmpty() && text.endsWith(written);
  }
}
