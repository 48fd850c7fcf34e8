package org.tflm.keyboard.benchmark;

import android.content.Context;
import android.content.Intent;
import android.os.Debug;
import java.io.File;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.json.JSONObject;
import org.tflm.keyboard.core.Suggestion;
import org.tflm.keyboard.core.benchmark.Benchmark;
import org.tflm.keyboard.core.benchmark.KeystrokeBenchmark;
import org.tflm.keyboard.model.StepModel;

/** What is to be measured, and how long: from the extras of an intent. */
final class BenchmarkPlan {
  private static final int RUNS = 1000;
  private static final double SECONDS = 20;

  private final android.os.Bundle extras;
  private final String nonce;
  private final String model;
  private final int threads;
  private final int warmUps;
  private final int runs;
  private final double seconds;
  private final boolean xnnpack;
  private final String script;
  private final boolean sustained;

  private BenchmarkPlan(Intent intent) {
    extras = intent.getExtras();
    nonce = nonce(intent);
    model = intent.getStringExtra("model");
    threads = (int) number(intent, "threads", 1, 1);
    warmUps = (int) number(intent, "warmup", Benchmark.WARM_UP_RUNS, 1);
    runs = (int) number(intent, "runs", RUNS, Benchmark.MIN_RUNS);
    seconds = number(intent, "seconds", SECONDS, 0.1);
    xnnpack = isXnnpack(extra(intent, "delegate"));
    script = intent.getStringExtra("script");
    sustained = "true".equals(String.valueOf(extra(intent, "sustained")));
  }

  /**
   * Returns the plan that an intent asks for.
   *
   * @param intent its extras are {@code nonce}, which the result repeats; {@code model}, see {@link
   *     BenchmarkModel}; {@code threads}, {@code warmup}, {@code runs} and {@code seconds};
   *     {@code delegate}, xnnpack or none; {@code script}, a text to type; and {@code sustained},
   *     whether to ask for sustained performance. None is needed
   * @throws IllegalArgumentException one is not what it may be
   */
  static BenchmarkPlan of(Intent intent) {
    return new BenchmarkPlan(intent);
  }

  /** Returns what the result of an intent is to repeat, perhaps null. */
  static String nonce(Intent intent) {
    return intent.getStringExtra("nonce");
  }

  int threads() {
    return threads;
  }

  int runs() {
    return runs;
  }

  double seconds() {
    return seconds;
  }

  /** Tells whether the phone is to run in its sustained mode. */
  boolean sustained() {
    return sustained;
  }

  /**
   * Runs it, on a thread that is not the screen's.
   *
   * @param phone where
   * @param isSustained whether that mode is on
   * @param screen runs what is for the main thread
   * @param suggestionBar shows suggestions, on that thread
   * @return the fields of {@code Latency} in Python, {@code invoke_ns}, {@code nonce}, {@code
   *     phone}, {@code before}, {@code after}, and {@code keys} if there is something to type
   * @throws InterruptedException the thread was interrupted
   * @throws Exception the model cannot be read or run
   */
  JSONObject run(
      Context context,
      boolean isSustained,
      Executor screen,
      Consumer<List<Suggestion>> suggestionBar)
      throws Exception {
    Phone phone = new Phone(context);
    JSONObject before = phone.state(isSustained);
    JSONObject result;
    if (BenchmarkModel.isForeign(model)) {
      try (ForeignFiles files = ForeignFiles.open(new File(model))) {
        result = new ForeignModel(context, files, extras).measure();
      }
    } else {
      result = measure(BenchmarkModel.ofAssets(context, model), screen, suggestionBar);
    }
    result.put("nonce", nonce).put("phone", Phone.description());
    return result.put("before", before).put("after", phone.state(isSustained));
  }

  /** Measures a model in this process. */
  JSONObject measure(
      BenchmarkModel read, Executor screen, Consumer<List<Suggestion>> suggestionBar)
      throws Exception {
    JSONObject result = steps(read);
    if (script != null && read.hasWords()) {
      result.put("keys", keys(read, new KeystrokeBenchmark(screen, suggestionBar)));
    }
    return result;
  }

  private JSONObject steps(BenchmarkModel read) throws Exception {
    return new Benchmark(read.file(), device(), threads, xnnpack)
        .run(() -> read.open(threads, xnnpack), warmUps, runs, seconds);
  }

  private JSONObject keys(BenchmarkModel read, KeystrokeBenchmark benchmark) throws Exception {
    return benchmark.run(() -> read.predictor(threads, xnnpack), script);
  }

  private static Benchmark.Device device() {
    return new Benchmark.Device(
        Phone.chip(),
        Phone.system(),
        "TensorFlow Lite " + StepModel.runtimeVersion(),
        () -> Debug.getPss() * 1024);
  }

  private static boolean isXnnpack(Object delegate) {
    if (delegate == null || delegate.equals("xnnpack")) {
      return true; // It is TensorFlow Lite's default.
    }
    if (delegate.equals("none")) {
      return false;
    }
    throw new IllegalArgumentException("delegate must be xnnpack or none, got " + delegate);
  }

  private static double number(Intent intent, String name, double otherwise, double least) {
    Object value = extra(intent, name);
    double number = value == null ? otherwise : number(name, value.toString());
    if (!(number >= least)) {
      throw new IllegalArgumentException(
          name + " must be at least " + least + ", got " + number);
    }
    return number;
  }

  private static double number(String name, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException error) {
      throw new IllegalArgumentException(name + " must be a number, got " + text);
    }
  }

  /** Returns an extra, which adb may give as any type, or null. */
  private static Object extra(Intent intent, String name) {
    android.os.Bundle extras = intent.getExtras();
    return extras == null ? null : extras.get(name);
  }
}
