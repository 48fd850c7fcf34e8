package org.tflm.keyboard.benchmark;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.content.ComponentName;
import android.content.Context;
import android.content.Intent;
import android.net.Uri;
import android.os.BatteryManager;
import android.os.PowerManager;
import android.view.View;
import android.widget.TextView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.Shadows;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.shadows.ShadowLooper;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.Bundle;
import org.tflm.keyboard.model.ModelShadows;

/** What the benchmark measures, and tells of it. */
@RunWith(RobolectricTestRunner.class)
public final class BenchmarkActivityTest {
  private static final String[] BUNDLE = {
    "manifest.json", Bundle.MODEL, "vocabulary.txt", Bundle.GOLDEN, "MODEL_CARD.md"
  };

  @Rule public final ModelShadows shadows = new ModelShadows();

  private final Context context = RuntimeEnvironment.getApplication();
  private final Path files = context.getExternalFilesDir(null).toPath();
  private ActivityController<BenchmarkActivity> controller;

  @After
  public void endActivity() {
    controller.destroy();
    ShadowPhone.offerSustained(false);
  }

  @Test
  public void theResultHasWhatWasAskedFor() throws Exception {
    JSONObject result = run(short60().putExtra("warmup", 3).putExtra("threads", 2));
    assertEquals("7f", result.getString("nonce"));
    assertEquals(60, result.getInt("runs"));
    assertEquals(60, result.getJSONArray("invoke_ns").length());
    assertEquals(3, result.getInt("warmup_runs"));
    assertEquals(2, result.getInt("threads"));
    assertTrue(result.getBoolean("xnnpack"));
    assertTrue(result.getDouble("p5_ms") <= result.getDouble("p99_ms"));
    assertEquals(manifestSha256(), result.getString("file_sha256"));
    assertFalse(result.has("keys"));
  }

  @Test
  public void itTellsWhatThePhoneIs() throws Exception {
    JSONObject phone = run(short60()).getJSONObject("phone");
    for (String key : new String[] {"manufacturer", "model", "soc", "abi", "android", "kernel"}) {
      assertFalse(key, phone.getString(key).isEmpty());
    }
    assertEquals(35, phone.getInt("sdk"));
    assertTrue(phone.has("page_bytes")); // Robolectric's Android has none.
  }

  @Test
  public void itTellsTheStateOfThePhone() throws Exception {
    PowerManager power = context.getSystemService(PowerManager.class);
    Shadows.shadowOf(power).setCurrentThermalStatus(PowerManager.THERMAL_STATUS_SEVERE);
    Shadows.shadowOf(power).setIsPowerSaveMode(true);
    Shadows.shadowOf(context.getSystemService(BatteryManager.class)).setIsCharging(true);
    context.sendStickyBroadcast(
        new Intent(Intent.ACTION_BATTERY_CHANGED)
            .putExtra(BatteryManager.EXTRA_LEVEL, 100)
            .putExtra(BatteryManager.EXTRA_SCALE, 200)
            .putExtra(BatteryManager.EXTRA_TEMPERATURE, 371));
    JSONObject result = run(short60());
    for (String when : new String[] {"before", "after"}) {
      JSONObject state = result.getJSONObject(when);
      assertEquals(PowerManager.THERMAL_STATUS_SEVERE, state.getInt("thermal_status"));
      assertEquals(50, state.getInt("battery_percent"));
      assertEquals(37.1, state.getDouble("battery_celsius"), 0);
      assertTrue(state.getBoolean("charging"));
      assertTrue(state.getBoolean("power_save"));
      assertFalse(state.getBoolean("sustained"));
      assertTrue(state.getBoolean("screen_on"));
      assertEquals(7, state.length());
    }
  }

  @Test
  public void sustainedPerformanceIsOnlyWhereItIsOffered() throws Exception {
    assertFalse(sustained());
    ShadowPhone.offerSustained(true);
    assertTrue(sustained());
  }

  @Test
  public void keysAreTypedOverTheSuggestionBar() throws Exception {
    JSONObject keys = run(short60().putExtra("script", "I am ")).getJSONObject("keys");
    assertEquals(5, keys.getInt("runs"));
    JSONArray keystrokes = keys.getJSONArray("press_ns");
    assertEquals(5, keystrokes.length());
    long longest = 0;
    for (int i = 0; i < keystrokes.length(); i++) {
      assertTrue(keystrokes.getLong(i) > 0);
      longest = Math.max(longest, keystrokes.getLong(i));
    }
    assertEquals(longest / 1e6, keys.getDouble("max_ms"), 1e-9);
    assertTrue(keys.getDouble("p50_ms") <= keys.getDouble("p99_ms"));
    View first = controller.get().findViewById(R.id.first);
    assertFalse(((TextView) first).getText().toString().isEmpty());
    String page = page();
    assertTrue(page, page.contains("5 keystrokes"));
  }

  @Test
  public void aBareFileIsMeasuredAndCannotBeTypedWith() throws Exception {
    Path file = copy(Bundle.MODEL, files.resolve("benchmark"));
    JSONObject result =
        run(short60().putExtra("model", file.toString()).putExtra("script", "I am"));
    assertEquals(manifestSha256(), result.getString("file_sha256"));
    assertEquals(Files.size(file), result.getLong("file_bytes"));
    assertEquals(60, result.getInt("runs"));
    assertFalse(result.has("keys"));
  }

  @Test
  public void aBundleInADirectoryIsMeasured() throws Exception {
    Path folder = files.resolve("benchmark/small");
    for (String name : BUNDLE) {
      copy(name, folder);
    }
    Intent asked = short60().putExtra("model", folder.toString()).putExtra("script", "a");
    assertEquals(1, run(asked.putExtra("delegate", "none")).getJSONObject("keys").getInt("runs"));
  }

  @Test
  public void withoutADelegateItSaysSo() throws Exception {
    assertFalse(run(short60().putExtra("delegate", "none")).getBoolean("xnnpack"));
  }

  @Test
  public void whatCannotBeMeasuredIsOneLineWithTheNonce() throws Exception {
    refuses(short60().putExtra("delegate", "gpu"), "delegate must be xnnpack or none, got gpu");
    refuses(short60().putExtra("runs", "many"), "runs must be a number, got many");
    refuses(short60().putExtra("warmup", 0), "warmup must be at least");
    refuses(short60().putExtra("script", ""), "script must be a text");
    Path file = copy("vocabulary.txt", files.resolve("benchmark"));
    refuses(short60().putExtra("model", file.toString()), "refuses it");
    refuses(short60().putExtra("model", "/nowhere"), "this is no bundle");
  }

  @Test
  public void aScenarioIsOneOfTheList() throws Exception {
    list("{'3': {'model': 'small/model.tflite', 'runs': '50', 'seconds': '5', 'nonce': '3'}}");
    copy(Bundle.MODEL, files.resolve("benchmark/small"));
    JSONObject result = run(scenario(3));
    assertEquals("3", result.getString("nonce"));
    assertEquals(50, result.getInt("runs"));
    assertTrue(controller.get().isFinishing());
    assertEquals(result.toString(), read(files.resolve("results/scenario_3.json")).toString());
  }

  @Test
  public void theResultOfAScenarioGoesWhereTheFarmSays() throws Exception {
    list("{'1': {'model': 'model.tflite', 'runs': '50', 'seconds': '5'}}");
    copy(Bundle.MODEL, files.resolve("benchmark"));
    Uri target = Uri.parse("content://farm/log");
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    Shadows.shadowOf(context.getContentResolver()).registerOutputStream(target, sent);
    Intent asked = scenario(1).setDataAndType(target, "application/javascript");
    assertEquals(run(asked).toString(), new JSONObject(sent.toString("UTF-8")).toString());
  }

  @Test
  public void aFarmThatTakesNoResultIsNoFailure() throws Exception {
    list("{'1': {'model': 'model.tflite', 'runs': '50', 'seconds': '5'}}");
    copy(Bundle.MODEL, files.resolve("benchmark"));
    Uri target = Uri.parse("content://farm/full");
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int value) {
            throw new SecurityException("it is not for you");
          }
        };
    Shadows.shadowOf(context.getContentResolver()).registerOutputStream(target, full);
    assertEquals(50, run(scenario(1).setData(target)).getInt("runs"));
    assertTrue(controller.get().isFinishing());
  }

  @Test
  public void aPathIsNotWrittenTo() throws Exception {
    list("{}");
    Path own = context.getFilesDir().toPath().resolve("own");
    Files.write(own, new byte[] {1});
    run(scenario(1).setData(Uri.fromFile(own.toFile())));
    assertEquals(1, Files.size(own));
  }

  @Test
  public void throughTheDoorForAllOnlyAScenarioIsMeasured() throws Exception {
    String door = context.getPackageName() + ".benchmark.BenchmarkScenarios";
    Intent asked = short60().putExtra("model", "keyboard");
    asked.setComponent(new ComponentName(context, door));
    String error = run(asked).getString("error");
    assertTrue(error, error.contains("has no scenario 1"));
  }

  @Test
  public void aScenarioReadsOnlyWhatIsBesideTheList() throws Exception {
    list("{'1': {'model': '/etc/hosts'}, '2': {'model': '../../own'}}");
    for (int number : new int[] {1, 2}) {
      String error = run(scenario(number)).getString("error");
      assertTrue(error, error.startsWith("model must be beside scenarios.json"));
    }
  }

  private boolean sustained() throws Exception {
    JSONObject result = run(short60().putExtra("sustained", true));
    return result.getJSONObject("before").getBoolean("sustained");
  }

  private void refuses(Intent asked, String reason) throws Exception {
    JSONObject result = run(asked);
    assertEquals("7f", result.getString("nonce"));
    String error = result.getString("error");
    assertTrue(error, error.contains(reason));
    assertEquals(error, 1, error.lines().count());
    assertEquals(2, result.length());
  }

  private Intent short60() {
    return new Intent(context, BenchmarkActivity.class)
        .putExtra("nonce", "7f")
        .putExtra("runs", 60)
        .putExtra("seconds", "5");
  }

  private Intent scenario(int number) {
    return new Intent(BenchmarkScenario.ACTION)
        .setComponent(new ComponentName(context, BenchmarkActivity.class))
        .putExtra("scenario", number);
  }

  private JSONObject run(Intent asked) throws Exception {
    if (controller != null) {
      controller.destroy();
    }
    controller = Robolectric.buildActivity(BenchmarkActivity.class, asked).setup();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      while (thread.getName().equals("tflm-benchmark") && thread.isAlive()) {
        ShadowLooper.idleMainLooper();
        thread.join(1);
      }
    }
    ShadowLooper.idleMainLooper();
    return read(files.resolve("result.json"));
  }

  private String page() {
    return controller.get().<TextView>findViewById(R.id.content).getText().toString();
  }

  private void list(String scenarios) throws IOException {
    Path folder = Files.createDirectories(files.resolve("benchmark"));
    Files.write(
        folder.resolve("scenarios.json"),
        scenarios.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private Path copy(String name, Path folder) throws IOException {
    Path target = Files.createDirectories(folder).resolve(name);
    try (InputStream stream = context.getAssets().open("keyboard/" + name)) {
      Files.write(target, stream.readAllBytes());
    }
    return target;
  }

  private String manifestSha256() throws Exception {
    Path manifest = copy("manifest.json", files);
    JSONObject listed = read(manifest).getJSONObject("files");
    return listed.getJSONObject(Bundle.MODEL).getString("sha256");
  }

  private static JSONObject read(Path file) throws IOException, JSONException {
    return new JSONObject(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
  }
}
