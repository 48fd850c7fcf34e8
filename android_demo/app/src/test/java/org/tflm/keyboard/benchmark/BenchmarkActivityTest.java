package org.tflm.keyboard.benchmark;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import android.content.Intent;
import android.os.BatteryManager;
import android.os.PowerManager;
import android.os.Process;
import android.view.View;
import android.widget.TextView;
import java.nio.file.Files;
import java.nio.file.Path;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.Shadows;
import org.robolectric.shadows.ShadowProcess;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.Bundle;
import org.tflm.keyboard.core.BundleException;

/** What the benchmark measures, and tells of it. */
@RunWith(RobolectricTestRunner.class)
public final class BenchmarkActivityTest extends BenchmarkFixture {
  private static final String[] BUNDLE = {
    "manifest.json",
    Bundle.MODEL,
    "vocabulary.txt",
    Bundle.GOLDEN,
    "MODEL_CARD.md",
    "recipe.toml"
  };

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
  public void onDemandItEndsItsOwnProcess() throws Exception {
    run(short60());
    controller.newIntent(new Intent(context, BenchmarkActivity.class).putExtra("end", "true"));
    assertTrue(controller.get().isFinishing());
    controller.destroy();
    assertTrue(ShadowProcess.wasKilled(Process.myPid()));
    controller = Robolectric.buildActivity(BenchmarkActivity.class).setup();
  }

  @Test
  public void aForeignModelThatEndsItsProcessIsOneLine() throws Exception {
    Path file = copy(Bundle.MODEL, files.resolve("benchmark"));
    ForeignFiles opened = ForeignFiles.open(file.toFile());
    ForeignModel model = new ForeignModel(context, opened, short60().getExtras());
    model.onServiceDisconnected(null); // As Android tells of a process that is gone.
    Exception error = assertThrows(BundleException.class, model::measure);
    assertTrue(error.getMessage(), error.getMessage().contains("has ended the process"));
    opened.close();
    run(short60());
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

  private String page() {
    return controller.get().<TextView>findViewById(R.id.content).getText().toString();
  }

  private String manifestSha256() throws Exception {
    Path manifest = copy("manifest.json", files);
    JSONObject listed = read(manifest).getJSONObject("files");
    return listed.getJSONObject(Bundle.MODEL).getString("sha256");
  }
}
