package org.tflm.keyboard.core.benchmark;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.json.JSONException;
import org.json.JSONObject;
import org.tflm.keyboard.core.Step;

/**
 * How long one step takes on this device, in the terms of {@code tflm/latency/benchmark.py}.
 *
 * <p>Times are of the model alone where the step tells them ({@link Step.Timed}), else of the whole
 * step; {@code step_p50_ms} is always of the whole, with copies in and out.
 */
public final class Benchmark {
  /** Steps to measure at least, as TensorFlow Lite's own tool. */
  public static final int MIN_RUNS = 50;

  /** Steps before those, usually. */
  public static final int WARM_UP_RUNS = 20;

  private static final int FEEDS = 256; // Different words, before they come again.

  /** What a step cannot tell of itself. */
  public static final class Device {
    private final String cpu;
    private final String system;
    private final String runtime;
    private final LongSupplier memoryBytes;

    /**
     * @param cpu name of the processor, or of the phone's chip
     * @param system operating system and architecture, such as {@code Android 15 arm64-v8a}
     * @param runtime what runs the file, and its version
     * @param memoryBytes memory of this process now, -1 where nothing tells it
     */
    public Device(String cpu, String system, String runtime, LongSupplier memoryBytes) {
      this.cpu = cpu;
      this.system = system;
      this.runtime = runtime;
      this.memoryBytes = memoryBytes;
    }
  }

  private final ModelFile file;
  private final Device device;
  private final int threads;
  private final boolean xnnpack;
  private final LongSupplier nanos;

  /**
   * @param file what is measured
   * @param device where
   * @param threads how many the runtime uses
   * @param xnnpack whether the XNNPACK delegate was asked for
   */
  public Benchmark(ModelFile file, Device device, int threads, boolean xnnpack) {
    this(file, device, threads, xnnpack, System::nanoTime);
  }

  Benchmark(ModelFile file, Device device, int threads, boolean xnnpack, LongSupplier nanos) {
    this.file = file;
    this.device = device;
    this.threads = threads;
    this.xnnpack = xnnpack;
    this.nanos = nanos;
  }

  /**
   * Loads the model, runs it and closes it.
   *
   * @param open loads it; the time that this takes is {@code init_ms}
   * @param warmUps steps before those, at least 1, ended by a tenth of the time
   * @param runs steps to measure, at least {@link #MIN_RUNS}
   * @param seconds time to measure, which ends it with fewer runs
   * @return the fields of {@code Latency} in Python, and {@code invoke_ns}, the time of each run;
   *     {@code memory_bytes} is null where nothing tells it
   * @throws InterruptedException the thread was interrupted, which is how to stop it
   * @throws Exception the model cannot be loaded
   */
  public JSONObject run(Callable<Step> open, int warmUps, int runs, double seconds)
      throws Exception {
    require(warmUps >= 1, "warmup must be at least 1, got " + warmUps);
    require(runs >= MIN_RUNS, "runs must be at least " + MIN_RUNS + ", got " + runs);
    long memory = device.memoryBytes.getAsLong();
    long start = nanos.getAsLong();
    try (Step step = open.call()) {
      long init = nanos.getAsLong() - start;
      Session session = new Session(step);
      Times warm = session.run(warmUps, seconds * 1e9 / 10);
      if (memory >= 0) {
        memory = Math.max(0, device.memoryBytes.getAsLong() - memory);
      }
      JSONObject found = session.run(runs, seconds * 1e9).json();
      found.put("init_ms", Durations.millis(init));
      warm.describe(found);
      found.put("memory_bytes", memory < 0 ? JSONObject.NULL : (Object) memory);
      return describe(found);
    }
  }

  private JSONObject describe(JSONObject found) throws JSONException {
    return found
        .put("file_bytes", file.bytes())
        .put("file_sha256", file.sha256())
        .put("threads", threads)
        .put("xnnpack", xnnpack)
        .put("cpu", device.cpu)
        .put("cores", Runtime.getRuntime().availableProcessors())
        .put("system", device.system)
        .put("runtime", device.runtime);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /** A loaded model. */
  private final class Session {
    private final Step step;
    private final int[] tokens = new int[FEEDS];
    private final float[] logits;
    private float[] state;
    private float[] next;
    private int place;

    Session(Step step) {
      this.step = step;
      Random random = new Random(0);
      for (int i = 0; i < FEEDS; i++) {
        tokens[i] = random.nextInt(step.vocabularySize());
      }
      logits = new float[step.vocabularySize()];
      state = new float[step.stateSize()];
      next = new float[step.stateSize()];
    }

    Times run(int runs, double limitNanos) throws InterruptedException {
      Times times = new Times(runs);
      double spent = 0;
      while (times.size < runs && (times.size == 0 || spent < limitNanos)) {
        if (Thread.interrupted()) {
          throw new InterruptedException("the benchmark was stopped");
        }
        long start = nanos.getAsLong();
        step.read(tokens[place++ % FEEDS], state, logits, next);
        long whole = nanos.getAsLong() - start;
        boolean tells = step instanceof Step.Timed;
        times.add(tells ? ((Step.Timed) step).lastInvokeNanos() : whole, whole);
        spent += whole;
        float[] read = state;
        state = next;
        next = read;
      }
      return times;
    }
  }

  /** The times that some steps took, in nanoseconds. */
  private static final class Times {
    private final long[] invoke; // Of the model.
    private final long[] whole; // Of the whole step.
    int size;

    Times(int most) {
      invoke = new long[most];
      whole = new long[most];
    }

    void add(long ofModel, long ofStep) {
      invoke[size] = ofModel;
      whole[size++] = ofStep;
    }

    /** Adds what these steps were as a warm-up. */
    void describe(JSONObject found) throws JSONException {
      Durations all = new Durations(Arrays.copyOf(invoke, size));
      found.put("first_ms", Durations.millis(invoke[0]));
      found.put("warmup_runs", size).put("warmup_mean_ms", all.meanMillis());
    }

    JSONObject json() throws JSONException {
      Durations all = new Durations(Arrays.copyOf(invoke, size));
      JSONObject found = new JSONObject();
      found.put("runs", size);
      found.put("min_ms", all.minMillis()).put("max_ms", all.maxMillis());
      found.put("mean_ms", all.meanMillis()).put("std_ms", all.stdMillis());
      all.putPercentiles(found, 5, 50, 90, 95, 99);
      found.put("step_p50_ms", Durations.millis(median(whole, 0, size)));
      return found.put("drift_ratio", drift()).put("invoke_ns", all.json());
    }

    private double drift() {
      int third = Math.max(1, size / 3);
      double begin = Math.max(1, median(invoke, 0, third));
      double drift = median(invoke, size - third, size) / begin;
      return Math.round(drift * 1000) / 1000.0;
    }

    private static double median(long[] times, int start, int end) {
      return new Durations(Arrays.copyOfRange(times, start, end)).percentileNanos(50);
    }
  }
}
