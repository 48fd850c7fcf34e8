package org.tflm.keyboard.core;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * How long one step takes on this device, in the terms of {@code tflm/benchmark.py}.
 *
 * <p>Times are of the model alone where the step tells them ({@link Step.Timed}), else of the whole
 * step; {@code step_p50_ms} is always of the whole, with copies in and out.
 */
public final class Benchmark {
  /** Steps to measure at least, as TensorFlow Lite's own tool. */
  public static final int MIN_RUNS = 50;

  private static final int WARM_UP_RUNS = 20;
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

  private final Bundle bundle;
  private final Device device;
  private final int threads;
  private final boolean xnnpack;
  private final LongSupplier nanos;

  /**
   * @param bundle what is measured
   * @param device where
   * @param threads how many the runtime uses
   * @param xnnpack whether the XNNPACK delegate was asked for
   */
  public Benchmark(Bundle bundle, Device device, int threads, boolean xnnpack) {
    this(bundle, device, threads, xnnpack, System::nanoTime);
  }

  Benchmark(Bundle bundle, Device device, int threads, boolean xnnpack, LongSupplier nanos) {
    this.bundle = bundle;
    this.device = device;
    this.threads = threads;
    this.xnnpack = xnnpack;
    this.nanos = nanos;
  }

  /**
   * Loads the model, runs it and closes it.
   *
   * @param open loads it; the time that this takes is {@code init_ms}
   * @param runs steps to measure, at least {@link #MIN_RUNS}
   * @param seconds time to measure, which ends it with fewer runs
   * @return the fields of {@code tflm.benchmark.Latency}; {@code memory_bytes} is null where
   *     nothing tells it
   * @throws InterruptedException the thread was interrupted, which is how to stop it
   * @throws Exception the model cannot be loaded
   */
  public JSONObject run(Callable<Step> open, int runs, double seconds) throws Exception {
    if (runs < MIN_RUNS) {
      throw new IllegalArgumentException("runs must be at least " + MIN_RUNS + ", got " + runs);
    }
    long memory = device.memoryBytes.getAsLong();
    long start = nanos.getAsLong();
    try (Step step = open.call()) {
      long init = nanos.getAsLong() - start;
      Session session = new Session(step, runs);
      session.run(WARM_UP_RUNS, seconds * 1e9 / 10);
      long first = session.invoke[0];
      int warmUps = session.size;
      if (memory >= 0) {
        memory = Math.max(0, device.memoryBytes.getAsLong() - memory);
      }
      session.size = 0;
      session.run(runs, seconds * 1e9);
      JSONObject found = session.json();
      found.put("init_ms", millis(init)).put("first_ms", millis(first));
      found.put("warmup_runs", warmUps);
      found.put("memory_bytes", memory < 0 ? JSONObject.NULL : (Object) memory);
      return describe(found);
    }
  }

  private JSONObject describe(JSONObject found) throws JSONException {
    return found
        .put("file_bytes", bundle.modelBytes())
        .put("file_sha256", bundle.modelSha256())
        .put("threads", threads)
        .put("xnnpack", xnnpack)
        .put("cpu", device.cpu)
        .put("cores", Runtime.getRuntime().availableProcessors())
        .put("system", device.system)
        .put("runtime", device.runtime);
  }

  private static double millis(double nanos) {
    return Math.round(nanos) / 1e6; // To the nanosecond.
  }

  /** A loaded model and the times that it took. */
  private final class Session {
    private final Step step;
    private final int[] tokens = new int[FEEDS];
    private final float[] logits;
    private float[] state;
    private float[] next;
    private int place;
    final long[] invoke; // Nanoseconds of the model.
    final long[] whole; // Nanoseconds of the whole step.
    int size;

    Session(Step step, int runs) {
      this.step = step;
      Random random = new Random(0);
      for (int i = 0; i < FEEDS; i++) {
        tokens[i] = random.nextInt(step.vocabularySize());
      }
      logits = new float[step.vocabularySize()];
      state = new float[step.stateSize()];
      next = new float[step.stateSize()];
      invoke = new long[Math.max(runs, WARM_UP_RUNS)];
      whole = new long[invoke.length];
    }

    void run(int runs, double limitNanos) throws InterruptedException {
      double spent = 0;
      while (size < runs && (size == 0 || spent < limitNanos)) {
        if (Thread.interrupted()) {
          throw new InterruptedException("the benchmark was stopped");
        }
        long start = nanos.getAsLong();
        step.read(tokens[place++ % FEEDS], state, logits, next);
        whole[size] = nanos.getAsLong() - start;
        boolean tells = step instanceof Step.Timed;
        invoke[size] = tells ? ((Step.Timed) step).lastInvokeNanos() : whole[size];
        spent += whole[size++];
        float[] read = state;
        state = next;
        next = read;
      }
    }

    JSONObject json() throws JSONException {
      LatencyStats stats = new LatencyStats(size);
      for (int i = 0; i < size; i++) {
        stats.add(invoke[i]);
      }
      JSONObject found = new JSONObject();
      found.put("runs", size);
      found.put("min_ms", stats.minMillis()).put("max_ms", stats.maxMillis());
      found.put("mean_ms", millis(stats.meanMillis() * 1e6));
      for (int percent : new int[] {50, 90, 95, 99}) {
        found.put("p" + percent + "_ms", millis(stats.percentileMillis(percent) * 1e6));
      }
      found.put("step_p50_ms", millis(median(whole, 0, size)));
      int third = Math.max(1, size / 3);
      double begin = Math.max(1, median(invoke, 0, third));
      double drift = median(invoke, size - third, size) / begin;
      return found.put("drift_ratio", Math.round(drift * 1000) / 1000.0);
    }

    private double median(long[] times, int start, int end) {
      return LatencyStats.percentileNanos(Arrays.copyOfRange(times, start, end), 50);
    }
  }
}
