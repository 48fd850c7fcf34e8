package org.tflm.keyboard.ime;

import java.util.ArrayList;
import java.util.List;
import org.tflm.keyboard.model.ModelShadows;
import org.tflm.keyboard.model.ShadowStepModel;

/** Ends the services that a test started, and all that it let be otherwise. */
public final class KeyboardDrivers extends ModelShadows {
  private final List<KeyboardDriver> keyboards = new ArrayList<>();

  /** Starts a service. */
  KeyboardDriver add() {
    KeyboardDriver keyboard = new KeyboardDriver();
    keyboards.add(keyboard);
    return keyboard;
  }

  @Override
  protected void after() {
    ShadowStepModel.release();
    for (KeyboardDriver keyboard : keyboards) {
      keyboard.destroy();
    }
    super.after();
  }
}
