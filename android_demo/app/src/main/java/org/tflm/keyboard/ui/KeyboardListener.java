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

  /** Slides over the held space key, so many characters towards the end of the text. */
  void moveCursor(int characters);

  /** Types an emoji. */
  void typeEmoji(String emoji);

  /** Moves the keys to the other side, for the other hand, or gives them all the width again. */
  void oneHanded(boolean isOn, boolean isLeft);

  /** Touches a suggestion. */
  void choose(Suggestion suggestion);

  /** Asks never to see a suggestion again. */
  void remove(Suggestion suggestion);

  /** Touches what is offered for a part of the text. */
  void run(SlotAction action);

  /** Touches the message that there are no suggestions. */
  void explain();
}
