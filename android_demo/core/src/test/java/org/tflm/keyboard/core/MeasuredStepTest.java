package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public final class MeasuredStepTest {
  @Test
  public void countsEachStepAndChangesNothing() throws Exception {
    LatencyStats stats = new LatencyStats(10);
    FakeStep inner = Models.step();
    try (MeasuredStep step = new MeasuredStep(inner, stats)) {
      Predictor measured = Models.predictor(step);
      assertEquals(
          Models.predictor(Models.step()).suggest("hello how ", 3),
          measured.suggest("hello how ", 3));
      assertEquals(3, stats.count());
      assertTrue(stats.maxMillis() > 0);
    }
    assertTrue(inner.closed);
  }
}
