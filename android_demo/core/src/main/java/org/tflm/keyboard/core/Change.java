package org.tflm.keyboard.core;

/** The last thing that the keyboard did by itself, which a backspace takes back. */
final class Change {
  static final Change NONE = new Change("", "");

  final String removed;
  final String written;

  Change(String removed, String written) {
    this.removed = removed;
    this.written = written;
  }

  /** Tells whether it is still what stands at the end of a text. */
  boolean endsText(String text) {
    return !written.isEmpty() && text.endsWith(written);
  }
}
