package org.tflm.keyboard.benchmark;

import android.content.ComponentName;
import android.content.Context;
import android.content.Intent;
import android.util.AtomicFile;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.json.JSONException;
import org.json.JSONObject;
import org.tflm.keyboard.R;

/**
 * A scenario of a device farm that starts games, each with a number.
 *
 * <p>What a number stands for is in {@code benchmark/scenarios.json} of the app's external files:
 * an object with the extras of {@link BenchmarkPlan} by number. Any app may ask for a number, so
 * nothing else is taken from its intent, and a model is a file beside that one.
 */
final class BenchmarkScenario {
  /** What a farm asks for. */
  static final String ACTION = "com.google.intent.action.TEST_LOOP";

  private static final String FOLDER = "benchmark";
  private static final String LIST = "scenarios.json";

  private BenchmarkScenario() {}

  /** Tells whether an intent asks for a scenario, by its action or by the door that is for all. */
  static boolean isAsked(Intent intent) {
    ComponentName asked = intent.getComponent();
    boolean isGuarded =
        asked == null || asked.getClassName().equals(BenchmarkActivity.class.getName());
    return !isGuarded || ACTION.equals(intent.getAction());
  }

  /** Returns where the result of a scenario is kept beside others. */
  static File result(Context context, Intent intent) {
    File folder = new File(context.getExternalFilesDir(null), "results");
    return new File(folder, "scenario_" + number(intent) + ".json");
  }

  /**
   * Returns the intent that stands for a scenario.
   *
   * @throws IllegalArgumentException the list has not this scenario, or it cannot be read
   */
  static Intent read(Context context, Intent intent) {
    File folder = new File(context.getExternalFilesDir(null), FOLDER);
    File list = new File(folder, LIST);
    try {
      String text = new String(new AtomicFile(list).readFully(), StandardCharsets.UTF_8);
      JSONObject all = new JSONObject(text);
      return extras(all.getJSONObject("" + number(intent)), folder);
    } catch (IOException | JSONException error) {
      throw new IllegalArgumentException(
          context.getString(R.string.benchmark_no_scenario, number(intent), list), error);
    }
  }

  private static int number(Intent intent) {
    return intent.getIntExtra("scenario", 1);
  }

  private static Intent extras(JSONObject scenario, File folder) throws JSONException {
    Intent extras = new Intent();
    for (Iterator<String> names = scenario.keys(); names.hasNext(); ) {
      String name = names.next();
      extras.putExtra(name, scenario.getString(name));
    }
    String model = scenario.getString("model");
    if (model.contains("..") || model.startsWith("/")) {
      throw new IllegalArgumentException("model must be beside " + LIST + ", got " + model);
    }
    return extras.putExtra("model", new File(folder, model).getPath());
  }
}
