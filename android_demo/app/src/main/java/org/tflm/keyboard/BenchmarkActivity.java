package org.tflm.keyboard;

import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;
import android.view.View;
import android.view.WindowManager;
import android.widget.TextView;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * Measures how long one step of a model takes on this phone, and shows it.
 *
 * <p>Started with extras, those of {@link BenchmarkPlan}, it begins at once. The result, or {@code
 * {"error": ...}}, is then in {@code result.json} of the app's external files, whole.
 */
public final class BenchmarkActivity extends Activity {
  private static final String RESULT = "result.json";

  private View start;
  private TextView content;
  private Thread running;

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    setContentView(R.layout.text_page);
    getActionBar().setDisplayHomeAsUpEnabled(true);
    getWindow().addFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON);
    content = findViewById(R.id.content);
    start = findViewById(R.id.start);
    start.setVisibility(View.VISIBLE);
    start.setOnClickListener(clicked -> begin(getIntent()));
    BenchmarkPlan usual = BenchmarkPlan.of(new Intent());
    content.setText(
        getString(R.string.benchmark_about, usual.runs(), usual.seconds(), usual.threads()));
    onNewIntent(getIntent());
  }

  @Override
  protected void onNewIntent(Intent intent) {
    super.onNewIntent(intent);
    setIntent(intent);
    if (intent.getExtras() != null && !intent.getExtras().isEmpty()) {
      begin(intent);
    }
  }

  @Override
  protected void onDestroy() {
    stop();
    super.onDestroy();
  }

  private void begin(Intent intent) {
    stop();
    new File(getExternalFilesDir(null), RESULT).delete(); // Who waits for it gets no old one.
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

  private void measure(Intent intent) {
    try {
      JSONObject result = BenchmarkPlan.of(intent).run(this);
      show(text(result) + "\n\n" + written(result));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt(); // Nobody waits for a result.
    } catch (Exception | LinkageError error) {
      boolean isArgument = error instanceof IllegalArgumentException;
      fail(isArgument ? error.getMessage() : Failures.line(this, error));
    }
  }

  private void fail(String reason) {
    try {
      String text = getString(R.string.benchmark_failed, reason);
      show(text + "\n\n" + written(new JSONObject().put("error", reason)));
    } catch (JSONException | IOException error) {
      show(getString(R.string.benchmark_failed, reason));
    }
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
    return getString(
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
  }

  /** Writes the file by renaming a finished one; returns a line that says where it is. */
  private String written(JSONObject result) throws IOException, JSONException {
    File file = new File(getExternalFilesDir(null), RESULT);
    File part = new File(file.getPath() + ".part");
    try (OutputStream stream = new FileOutputStream(part)) {
      stream.write(result.toString(1).getBytes(StandardCharsets.UTF_8));
    }
    if (!part.renameTo(file)) {
      throw new IOException("cannot rename " + part);
    }
    return getString(R.string.written, file);
  }
}
