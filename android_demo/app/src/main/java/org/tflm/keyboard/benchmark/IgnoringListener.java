package org.tflm.keyboard.benchmark;

import org.tflm.keyboard.core.SlotAction;
import org.tflm.keyboard.core.Suggestion;
import org.tflm.keyboard.ui.Key;
import org.tflm.keyboard.ui.KeyboardListener;

/** Listens to a keyboard that is only looked at. */
final class IgnoringListener implements KeyboardListener {
  @Override
  public void type(String text) {}

  @Override
  public void press(Key.Role role) {}

  @Override
  public void hold(Key.Role role) {}

  @Override
  public void moveCursor(int characters) {}

  @Override
  public void typeEmoji(String emoji) {}

  @Override
  public void oneHanded(boolean isOn, boolean isLeft) {}

  @Override
  public void choose(Suggestion suggestion) {}

  @Override
  public void remove(Suggestion suggestion) {}

  @Override
  public void run(SlotAction action) {}

  @Override
  public void explain() {}
}
