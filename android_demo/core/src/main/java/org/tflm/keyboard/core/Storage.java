package org.tflm.keyboard.core;

/** Keeps one text from run to run, such as the user's own words. */
public interface Storage {
  /** Returns what was saved last, or an empty text. */
  String load();

  /** Replaces what was saved; an empty text deletes it. */
  void save(String text);
}
