package org.tflm.keyboard.benchmark;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import android.content.ComponentName;
import android.content.Intent;
import android.net.Uri;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.json.JSONObject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.Shadows;
import org.tflm.keyboard.core.Bundle;

/** What a device farm may ask for, and where the result goes. */
@RunWith(RobolectricTestRunner.class)
public final class BenchmarkScenarioTest extends BenchmarkFixture {
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

  private Intent scenario(int number) {
    return new Intent(BenchmarkScenario.ACTION)
        .setComponent(new ComponentName(context, BenchmarkActivity.class))
        .putExtra("scenario", number);
  }

  private void list(String scenarios) throws IOException {
    Path folder = Files.createDirectories(files.resolve("benchmark"));
    Files.write(
        folder.resolve("scenarios.json"),
        scenarios.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
