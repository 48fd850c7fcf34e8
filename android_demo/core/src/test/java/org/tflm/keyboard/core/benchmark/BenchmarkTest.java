package org.tflm.keyboard.core.benchmark;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.json.JSONObject;
import org.junit.Before;
import org.junit.Test;
import org.tflm.keyboard.core.Bundle;
import org.tflm.keyboard.core.FakeStep;
import org.tflm.keyboard.core.Repository;
import org.tflm.keyboard.core.Step;

public final class BenchmarkTest {
  private static final long MILLI = 1_000_000;

  private final Benchmark.Device device =
      new Benchmark.Device("a chip", "Android 15 arm64-v8a", "TensorFlow Lite 2.16.1", () -> -1);
  private ModelFile file;
  private long now;

  /** Takes 3 ms, of which the model takes 2, and the double from some step on. */
  private final class Clocked implements Step.Timed {
    private final int slowFrom;
    int steps;
    boolean closed;

    Clocked(int slowFrom) {
      this.slowFrom = slowFrom;
      now += 5 * MILLI;
    }

    private long factor() {
      return steps > slowFrom ? 2 : 1;
    }

    @Override
    public int vocabularySize() {
      return 7;
    }

    @Override
    public int stateSize() {
      return 3;
    }

    @Override
    public void read(int token, float[] state, float[] logits, float[] next) {
      assertTrue(token >= 0 && token < 7 && state != next);
      assertEquals(steps, (int) state[0]); // The state is fed back.
      next[0] = ++steps;
      now += 3 * MILLI * factor();
    }

    @Override
    public int hiddenSize() {
      return 0;
    }

    @Override
    public void hidden(float[] vector) {
      throw new AssertionError("nobody asks a model that does not give it");
    }

    @Override
    public long lastInvokeNanos() {
      return 2 * MILLI * factor();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Before
  public void readBundle() throws Exception {
    file = ModelFile.of(Bundle.read(Repository.keyboard()));
  }

  private Benchmark benchmark(Benchmark.Device where) {
    return new Benchmark(file, where, 1, true, () -> now);
  }

  @Test
  public void hasTheFieldsOfPythonsLatency() throws Exception {
    String python = Repository.text("tflm/latency/statistics.py");
    String latency = python.substring(python.indexOf("class Latency:"));
    Matcher field = Pattern.compile("(?m)^    ([a-z0-9_]+): [a-z]+").matcher(latency);
    Set<String> expected = new HashSet<>();
    while (field.find()) {
      expected.add(field.group(1));
    }
    assertTrue(expected.size() > 20);
    expected.add("invoke_ns"); // Python keeps the times of all runs to itself.
    JSONObject found = benchmark(device).run(() -> new Clocked(1000), 20, 50, 1);
    for (Iterator<String> keys = found.keys(); keys.hasNext(); ) {
      String key = keys.next();
      assertTrue(key, expected.remove(key));
    }
    assertTrue("" + expected, expected.isEmpty());
  }

  @Test
  public void timesAreOfTheModelAlone() throws Exception {
    JSONObject found = benchmark(device).run(() -> new Clocked(1000), 20, 60, 10);
    assertEquals(5, found.getDouble("init_ms"), 0);
    assertEquals(2, found.getDouble("first_ms"), 0);
    assertEquals(20, found.getInt("warmup_runs"));
    assertEquals(2, found.getDouble("warmup_mean_ms"), 0);
    assertEquals(60, found.getInt("runs"));
    for (String key : new String[] {"min_ms", "mean_ms", "p5_ms", "p50_ms", "p99_ms", "max_ms"}) {
      assertEquals(key, 2, found.getDouble(key), 0);
    }
    assertEquals(3, found.getDouble("step_p50_ms"), 0);
    assertEquals(0, found.getDouble("std_ms"), 0);
    assertEquals(1, found.getDouble("drift_ratio"), 0);
    assertEquals(60, found.getJSONArray("invoke_ns").length());
    assertEquals(2 * MILLI, found.getJSONArray("invoke_ns").getLong(59));
    assertEquals(file.sha256(), found.getString("file_sha256"));
    assertTrue(found.isNull("memory_bytes"));
  }

  @Test
  public void stepsThatGetSlowerShowAsDrift() throws Exception {
    JSONObject found = benchmark(device).run(() -> new Clocked(20 + 30), 20, 60, 10);
    assertEquals(2, found.getDouble("drift_ratio"), 0);
    assertEquals(3, found.getDouble("mean_ms"), 0);
    assertEquals(1, found.getDouble("std_ms"), 0);
    assertEquals(2, found.getDouble("p5_ms"), 0);
  }

  @Test
  public void theTimeLimitEndsIt() throws Exception {
    JSONObject found = benchmark(device).run(() -> new Clocked(1000), 20, 1000, 0.3);
    assertEquals(10, found.getInt("warmup_runs"));
    assertEquals(100, found.getInt("runs"));
  }

  @Test
  public void memoryIsWhatThisProcessGrewBy() throws Exception {
    long[] memory = {1000, 5000};
    int[] asked = {0};
    Benchmark.Device telling =
        new Benchmark.Device("", "", "", () -> memory[Math.min(asked[0]++, 1)]);
    JSONObject found = benchmark(telling).run(() -> new Clocked(1000), 20, 50, 10);
    assertEquals(4000, found.getLong("memory_bytes"));
  }

  @Test
  public void interruptingStopsIt() {
    Clocked step = new Clocked(1000);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> benchmark(device).run(() -> step, 20, 50, 10));
    assertTrue(step.closed);
  }

  @Test
  public void fewRunsAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> benchmark(device).run(() -> new Clocked(1000), 20, 49, 10));
  }

  @Test
  public void itWarmsUpAsLongAsAsked() throws Exception {
    JSONObject found = benchmark(device).run(() -> new Clocked(1), 3, 50, 10);
    assertEquals(3, found.getInt("warmup_runs"));
    assertEquals(2, found.getDouble("first_ms"), 0);
    assertEquals(3.333333, found.getDouble("warmup_mean_ms"), 0);
    assertThrows(
        IllegalArgumentException.class,
        () -> benchmark(device).run(() -> new Clocked(1), 0, 50, 10));
  }

  @Test
  public void aStepThatTellsNothingIsTimedAsAWhole() throws Exception {
    Benchmark real = new Benchmark(file, device, 2, false);
    JSONObject found = real.run(() -> new FakeStep(50), 20, 50, 10);
    assertTrue(found.getDouble("p50_ms") > 0);
    assertEquals(found.getDouble("p50_ms"), found.getDouble("step_p50_ms"), 0);
    assertEquals(Arrays.asList(2, false),
        Arrays.asList(found.getInt("threads"), found.getBoolean("xnnpack")));
  }
}
