package org.tflm.keyboard.benchmark;

import android.content.Intent;
import android.os.Bundle;
import android.os.Process;
import android.view.View;
import android.view.WindowManager;
import android.widget.LinearLayout;
import android.widget.TextView;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.json.JSONException;
import org.json.JSONObject;
import org.tflm.keyboard.R;
import org.tflm.keyboard.model.Failures;
import org.tflm.keyboard.ui.Page;
import org.tflm.keyboard.ui.SuggestionBarView;

/**
 * Measures how long one step of a model takes on this phone, and shows it.
 *
 * <p>Started with extras, those of {@link BenchmarkPlan}, it begins at once. The result, or {@code
 * {"nonce": ..., "error": ...}}, is then in {@code result.json} of the app's external files, whole.
 * Asked for a {@link BenchmarkScenario} it does the same with those extras, and ends. Started with
 * the extra {@code end} it ends its process, so that the next round begins in a new one; that of
 * the keyboard goes on.
 */
public final class BenchmarkActivity extends Page {
  /** A phone that sleeps, or only shows its lock, would give this app its slowest cores. */
  private static final int SEEN =
      WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON
          | WindowManager.LayoutParams.FLAG_TURN_SCREEN_ON
          | WindowManager.LayoutParams.FLAG_SHOW_WHEN_LOCKED;

  private View start;
  private TextView content;
  private SuggestionBarView suggestionBar;
  private Thread running;
  private boolean ends; // And its process with it.

  public BenchmarkActivity() {
    super(R.layout.text_page);
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    getWindow().addFlags(SEEN);
    content = findViewById(R.id.content);
    addSuggestionBar();
    start = findViewById(R.id.start);
    start.setVisibility(View.VISIBLE);
    onClick(R.id.start, () -> begin(getIntent()));
    BenchmarkPlan usual = BenchmarkPlan.of(new Intent());
    content.setText(
        getString(R.string.benchmark_about, usual.runs(), usual.seconds(), usual.threads()));
    getExternalFilesDir(null); // Once it is there, and this app's, adb may push into it.
    onNewIntent(getIntent());
  }

  @Override
  protected void onNewIntent(Intent intent) {
    super.onNewIntent(intent);
    setIntent(intent);
    if (intent.hasExtra("end")) {
      ends = true;
      finishAndRemoveTask();
      return;
    }
    boolean hasExtras = intent.getExtras() != null && !intent.getExtras().isEmpty();
    if (hasExtras || BenchmarkScenario.isAsked(intent)) {
      begin(intent);
    }
  }

  @Override
  protected void onDestroy() {
    stop();
    super.onDestroy();
    if (ends) {
      Process.killProcess(Process.myPid());
    }
  }

  private void begin(Intent intent) {
    stop();
    BenchmarkResult.clear(this);
    start.setEnabled(false);
    content.setText(R.string.running);
    running = new Thread(() -> measure(intent), "tflm-benchmark");
    running.start();
  }

  private void stop() {
    if (running != null) {
      running.interrupt();
    }
  }

  /** Adds what shows the words while a script is typed. */
  private void addSuggestionBar() {
    suggestionBar = new SuggestionBarView(this, new IgnoringListener());
    int height = getResources().getDimensionPixelSize(R.dimen.suggestion_bar_height);
    LinearLayout page = (LinearLayout) content.getParent();
    page.addView(suggestionBar, LinearLayout.LayoutParams.MATCH_PARENT, height);
  }

  private void measure(Intent intent) {
    String nonce = BenchmarkPlan.nonce(intent);
    boolean isScenario = BenchmarkScenario.isAsked(intent);
    try {
      Intent asked = isScenario ? BenchmarkScenario.read(this, intent) : intent;
      nonce = BenchmarkPlan.nonce(asked);
      JSONObject result = run(BenchmarkPlan.of(asked));
      end(intent, text(result), result);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt(); // Nobody waits for a result.
    } catch (Exception | LinkageError | OutOfMemoryError error) {
      boolean isArgument = error instanceof IllegalArgumentException;
      fail(intent, nonce, isArgument ? error.getMessage() : Failures.line(this, error));
    }
    if (isScenario) {
      runOnUiThread(this::finish); // Which is how a farm knows.
    }
  }

  private JSONObject run(BenchmarkPlan plan) throws Exception {
    boolean sustained = plan.sustained() && new Phone(this).offersSustained();
    onScreen(
        () -> {
          getWindow().setSustainedPerformanceMode(sustained);
          return null;
        });
    return plan.run(this, sustained, this::runOnUiThread, suggestionBar::show);
  }

  /** Does something on the main thread, and waits for it. */
  private void onScreen(Callable<Void> action) throws ExecutionException, InterruptedException {
    FutureTask<Void> task = new FutureTask<>(action);
    runOnUiThread(task);
    task.get();
  }

  private void fail(Intent intent, String nonce, String reason) {
    String text = getString(R.string.benchmark_failed, reason);
    try {
      end(intent, text, new JSONObject().put("nonce", nonce).put("error", reason));
    } catch (JSONException | IOException error) {
      show(text);
    }
  }

  private void end(Intent intent, String text, JSONObject result)
      throws IOException, JSONException {
    File file = BenchmarkResult.write(this, intent, result);
    show(text + "\n\n" + getString(R.string.written, file));
  }

  private void show(String text) {
    Thread ended = Thread.currentThread();
    runOnUiThread(
        () -> {
          if (ended == running) {
            start.setEnabled(true);
            content.setText(text);
          }
        });
  }

  private String text(JSONObject result) throws JSONException {
    String steps =
        getString(
            R.string.benchmark_result,
            result.getInt("runs"),
            result.getDouble("p50_ms"),
            result.getDouble("p90_ms"),
            result.getDouble("p95_ms"),
            result.getDouble("p99_ms"),
            result.getDouble("max_ms"),
            result.getDouble("init_ms"),
            result.getDouble("first_ms"),
            result.getDouble("drift_ratio"),
            result.getString("system") + "\n" + result.getString("cpu"));
    return result.has("keys") ? steps + "\n\n" + keystrokes(result) : steps;
  }

  private String keystrokes(JSONObject result) throws JSONException {
    JSONObject keys = result.getJSONObject("keys");
    return getString(
        R.string.benchmark_keystrokes,
        keys.getInt("runs"),
        keys.getDouble("p50_ms"),
        keys.getDouble("p95_ms"),
        keys.getDouble("max_ms"));
  }
}
