package org.tflm.keyboard.core;

import java.util.function.Consumer;

/**
 * The text field that is typed into; on a phone, Android's {@code InputConnection}.
 *
 * <p>Its methods return at once, however slow the app is that has the field.
 */
public interface Editor {
  /** Writes before the cursor, in place of the selection if there is one. */
  void commit(String text);

  /** Deletes text before the cursor, so many UTF-16 units. */
  void deleteBefore(int chars);

  /** Deletes text after the cursor, so many UTF-16 units. */
  void deleteAfter(int chars);

  /** Deletes a code point before the cursor, of a text that is unknown. */
  void deleteCodePoint();

  /** Presses the key that deletes, for a field that does not tell its text. */
  void deleteKey();

  /** Puts the cursor before the UTF-16 unit of the text that has this number. */
  void moveTo(int place);

  /** Does what the field's enter key is for: search, send, next field. */
  void action();

  /**
   * Asks for the text around the cursor.
   *
   * @param before how many UTF-16 units before it at most
   * @param after how many after it at most; 0 if it is not asked for
   * @param receiver gets it later, unless more is asked before, or null if the field tells nothing
   */
  void read(int before, int after, Consumer<TextAround> receiver);
}
