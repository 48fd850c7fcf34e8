package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import org.junit.Test;

public final class LatencyStatsTest {
  private final LatencyStats stats = new LatencyStats(100);

  @Test
  public void percentilesAreInterpolatedAsNumPyDoes() {
    for (int i = 1; i <= 4; i++) {
      stats.add(i * 1_000_000L);
    }
    assertEquals(2.5, stats.percentileMillis(50), 1e-9); // np.percentile([1, 2, 3, 4], 50)
    assertEquals(3.7, stats.percentileMillis(90), 1e-9);
    assertEquals(4, stats.percentileMillis(100), 1e-9);
    assertEquals(1, stats.percentileMillis(0), 1e-9);
  }

  @Test
  public void meanAndExtremesAreOfAllAndPercentilesOfTheLatest() {
    for (int i = 0; i < 100; i++) {
      stats.add(9_000_000);
    }
    for (int i = 0; i < 100; i++) {
      stats.add(1_000_000);
    }
    assertEquals(200, stats.count());
    assertEquals(5, stats.meanMillis(), 1e-9);
    assertEquals(9, stats.maxMillis(), 1e-9);
    assertEquals(1, stats.minMillis(), 1e-9);
    assertEquals(1, stats.percentileMillis(99), 1e-9);
  }

  @Test
  public void nothingMeasuredIsZero() {
    assertEquals(0, stats.percentileMillis(50), 0);
    assertEquals(0, stats.meanMillis(), 0);
    assertEquals(0, stats.minMillis(), 0);
  }

  @Test
  public void aCapacityBelowOneIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new LatencyStats(0));
  }
}
