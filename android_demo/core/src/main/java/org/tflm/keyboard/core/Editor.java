package org.tflm.keyboard.core;

/** The text field that is typed into; on a phone, Android's {@code InputConnection}. */
public interface Editor {
  /** Writes before the cursor, in place of the selection if there is one. */
  void commit(String text);

  /**
   * Deletes text before the cursor.
   *
   * @param chars how many UTF-16 units; a field that does not tell its text gets one delete key
   */
  void deleteBefore(int chars);

  /**
   * Returns the text before the cursor, never null.
   *
   * @param chars how many UTF-16 units at most
   */
  String textBefore(int chars);

  /**
   * Returns the text after the cursor, never null.
   *
   * @param chars how many UTF-16 units at most
   */
  String textAfter(int chars);

  /** Deletes text after the cursor, so many UTF-16 units. */
  void deleteAfter(int chars);

  /** Does what the field's enter key is for: search, send, next field. */
  void action();

  /** Tells whether text is selected. */
  boolean hasSelection();
}
