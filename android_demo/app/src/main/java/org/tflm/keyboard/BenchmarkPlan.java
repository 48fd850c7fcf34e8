package org.tflm.keyboard;

import android.content.Context;
import android.content.Intent;
import android.os.Build;
import android.os.Debug;
import java.io.File;
import java.util.List;
import org.json.JSONObject;
import org.tflm.keyboard.core.Benchmark;
import org.tflm.keyboard.core.Bundle;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.Files;

/** What is to be measured, and how long: from the extras of an intent. */
final class BenchmarkPlan {
  private static final int RUNS = 1000;
  private static final double SECONDS = 20;

  private final String model;
  private final int threads;
  private final int runs;
  private final double seconds;

  private BenchmarkPlan(String model, int threads, int runs, double seconds) {
    this.model = model;
    this.threads = threads;
    this.runs = runs;
    this.seconds = seconds;
  }

  /**
   * Returns the plan that an intent asks for.
   *
   * @param intent its extras are {@code model}, an asset folder or the path of a directory with a
   *     bundle, {@code threads}, {@code runs} and {@code seconds}; none is needed
   * @throws IllegalArgumentException a number is none, or too small
   */
  static BenchmarkPlan of(Intent intent) {
    String model = intent.getStringExtra("model");
    int threads = (int) number(intent, "threads", 1, 1);
    int runs = (int) number(intent, "runs", RUNS, Benchmark.MIN_RUNS);
    return new BenchmarkPlan(model, threads, runs, number(intent, "seconds", SECONDS, 0.1));
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

  /**
   * Runs it.
   *
   * @return the fields of {@code tflm.benchmark.Latency}
   * @throws InterruptedException the thread was interrupted
   * @throws Exception the model cannot be read or run
   */
  JSONObject run(Context context) throws Exception {
    boolean isPath = model != null && model.startsWith("/");
    String folder = isPath ? "" : folder(context);
    Files files =
        isPath ? Bundles.files(new File(model)) : Bundles.files(context.getAssets(), folder);
    Bundle bundle = Bundle.read(files);
    boolean xnnpack = true; // TensorFlow Lite's default, and StepModel's.
    return new Benchmark(bundle, device(), threads, xnnpack)
        .run(
            () ->
                isPath
                    ? StepModel.open(new File(model), bundle, threads)
                    : StepModel.open(context, folder, bundle, threads),
            runs,
            seconds);
  }

  private String folder(Context context) throws BundleException {
    List<String> folders = Bundles.folders(context.getAssets());
    if (folders.isEmpty()) {
      throw new BundleException(context.getString(R.string.no_bundle));
    }
    return model == null ? folders.get(0) : model;
  }

  private static Benchmark.Device device() {
    boolean tellsChip = Build.VERSION.SDK_INT >= Build.VERSION_CODES.S;
    String chip =
        tellsChip ? Build.SOC_MANUFACTURER + " " + Build.SOC_MODEL : Build.HARDWARE;
    return new Benchmark.Device(
        chip,
        "Android " + Build.VERSION.RELEASE + " " + Build.SUPPORTED_ABIS[0],
        "TensorFlow Lite " + StepModel.runtimeVersion(),
        () -> Debug.getPss() * 1024);
  }

  /** Returns a number, which adb may give as any type. */
  private static double number(Intent intent, String name, double otherwise, double least) {
    android.os.Bundle extras = intent.getExtras();
    Object value = extras == null ? null : extras.get(name);
    double number = value == null ? otherwise : Double.parseDouble(value.toString());
    if (!(number >= least)) {
      throw new IllegalArgumentException(
          name + " must be at least " + least + ", got " + number);
    }
    return number;
  }
}
