package org.tflm.keyboard.ime;

import java.util.ArrayList;
import java.util.List;
import org.tflm.keyboard.model.ModelShadows;
import org.tflm.keyboard.model.ShadowStepModel;

/** Ends the services that a test started, and all that it let be otherwise. */
public final class Desks extends ModelShadows {
  private final List<Desk> desks = new ArrayList<>();

  /** Starts a service. */
  Desk add() {
    Desk desk = new Desk();
    desks.add(desk);
    return desk;
  }

  @Override
  protected void after() {
    ShadowStepModel.release();
    for (Desk desk : desks) {
      desk.destroy();
    }
    super.after();
  }
}
