package org.tflm.keyboard.core.benchmark;

import static org.junit.Assert.assertEquals;

import org.json.JSONObject;
import org.junit.Test;

public final class DurationsTest {
  private final Durations durations =
      new Durations(new long[] {4_000_000, 1_000_000, 2_000_000, 3_000_000});

  @Test
  public void percentilesAreInterpolatedAsNumPyDoes() {
    assertEquals(2_500_000, durations.percentileNanos(50), 1e-3); // np.percentile([1, 2, 3, 4], 50)
    assertEquals(3_700_000, durations.percentileNanos(90), 1e-3);
    assertEquals(4_000_000, durations.percentileNanos(100), 0);
    assertEquals(1_000_000, durations.percentileNanos(0), 0);
  }

  @Test
  public void percentilesAreNamedForTheirPercents() throws Exception {
    JSONObject result = new JSONObject();
    durations.putPercentiles(result, 5, 50);
    assertEquals(2, result.length());
    assertEquals(1.15, result.getDouble("p5_ms"), 0);
    assertEquals(2.5, result.getDouble("p50_ms"), 0);
  }

  @Test
  public void meanAndExtremesAreOfAll() {
    assertEquals(1, durations.minMillis(), 0);
    assertEquals(4, durations.maxMillis(), 0);
    assertEquals(2.5, durations.meanMillis(), 0);
  }

  @Test
  public void standardDeviationIsNumPysStd() {
    assertEquals(1.118034, durations.stdMillis(), 0); // np.std([1, 2, 3, 4])
    assertEquals(0, new Durations(new long[] {7}).stdMillis(), 0);
  }

  @Test
  public void millisecondsAreToTheNanosecond() {
    assertEquals(0.000123, Durations.millis(123.4), 0);
  }

  @Test
  public void allAreToldInTheirOrder() throws Exception {
    assertEquals("[4000000,1000000,2000000,3000000]", durations.json().toString());
  }
}
