package org.tflm.keyboard.benchmark;

import android.app.Application;
import android.content.ComponentName;
import android.content.Context;
import android.content.Intent;
import android.os.IBinder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.robolectric.Robolectric;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.Shadows;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.shadows.ShadowLooper;
import org.tflm.keyboard.model.ModelShadows;

/** Runs the benchmark as adb or a farm does, and ends it after the test. */
public abstract class BenchmarkFixture {
  @Rule public final ModelShadows shadows = new ModelShadows();

  final Context context = RuntimeEnvironment.getApplication();
  final Path files = context.getExternalFilesDir(null).toPath();
  ActivityController<BenchmarkActivity> controller;

  @After
  public void endActivity() {
    controller.destroy();
    ShadowPhone.offerSustained(false);
  }

  Intent short60() {
    return new Intent(context, BenchmarkActivity.class)
        .putExtra("nonce", "7f")
        .putExtra("runs", 60)
        .putExtra("seconds", "5");
  }

  /** Lets the service be there, in this process. */
  @Before
  public void startService() {
    ComponentName name = new ComponentName(context, ForeignModelService.class);
    IBinder binder = Robolectric.setupService(ForeignModelService.class).onBind(new Intent());
    Shadows.shadowOf((Application) context).setComponentNameAndServiceForBindService(name, binder);
  }

  JSONObject run(Intent asked) throws Exception {
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

  Path copy(String name, Path folder) throws IOException {
    Path target = Files.createDirectories(folder).resolve(name);
    try (InputStream stream = context.getAssets().open("keyboard/" + name)) {
      Files.write(target, stream.readAllBytes());
    }
    return target;
  }

  static JSONObject read(Path file) throws IOException, JSONException {
    return new JSONObject(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
  }
}
