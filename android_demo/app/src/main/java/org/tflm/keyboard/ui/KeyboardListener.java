package org.tflm.keyboard.ui;

import org.tflm.keyboard.core.SlotAction;
import org.tflm.keyboard.core.Suggestion;

/** What a user does on the keyboard. */
public interface KeyboardListener {
  /** Types a text, as it is on its key without shift. */
  void type(String text);

  /** Presses space, enter, delete, shift or globe. */
  void press(Key.Role role);

  /** Holds delete, which then takes whole words, shift or globe. */
  void hold(Key.Role role);

  /** Touches a suggestion. */
  void choose(Suggestion suggestion);

  /** Asks never to see a suggestion again. */
  void remove(Suggestion suggestion);

  /** Touches what is offered for a part of the text. */
  void run(SlotAction action);

  /** Touches the message that there are no suggestions. */
  void explain();
}
