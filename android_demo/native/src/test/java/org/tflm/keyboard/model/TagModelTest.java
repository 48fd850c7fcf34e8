package org.tflm.keyboard.model;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.TagSteps;
import org.tflm.keyboard.core.Tagger;
import org.tflm.keyboard.core.TaggerBundle;

/**
 * The app's TagModel over the TensorFlow Lite of the app, as {@link StepModelTest}.
 *
 * <p>The directory of the bundle, a tagger of both directions, is the property {@code tagger}.
 */
public final class TagModelTest {
  private final Path folder = Path.of(System.getProperty("tagger"));
  private TaggerBundle bundle;
  private TagSteps steps;
  private JSONArray golden;

  @Before
  public void openModel() throws Exception {
    bundle = TaggerBundle.read(this::open);
    steps = StepModels.of(map("model.tflite"), bundle);
    JSONObject content = new JSONObject(Files.readString(folder.resolve("golden.json")));
    golden = content.getJSONArray("sequences");
  }

  @After
  public void closeModel() {
    steps.close();
  }

  @Test
  public void labelsAreThoseOfPython() throws BundleException {
    Tagger tagger = new Tagger(steps, bundle);
    for (int i = 0; i < golden.length(); i++) {
      JSONObject sequence = golden.getJSONObject(i);
      List<String> words = tagger.words(sequence.getString("text"));
      assertEquals(strings(sequence.getJSONArray("words")), words);
      assertEquals(strings(sequence.getJSONArray("labels")), tagger.label(words));
    }
  }

  @Test
  public void eachDirectionAnswersAsInPython() {
    String[] directions = {"forward", "backward"};
    assertEquals(directions.length, steps.directions());
    assertNotEquals(steps.stateSize(0), steps.stateSize(1)); // Each has a state of its own.
    for (int i = 0; i < directions.length; i++) {
      JSONObject sequence = golden.getJSONObject(0);
      JSONArray ids = sequence.getJSONArray("ids");
      int columns = ids.getJSONArray(0).length();
      int width = steps.tokens() / columns;
      int[] tokens = new int[steps.tokens()]; // Of the first word that is read.
      for (int column = 0; column < columns; column++) {
        for (int k = 0; k <= width / 2; k++) {
          int word = i == 0 ? k : ids.length() - 1 - k;
          tokens[column * width + width / 2 + k] = ids.getJSONArray(word).getInt(column);
        }
      }
      float[] logits = new float[steps.labels()];
      float[] next = new float[steps.stateSize(i)];
      steps.read(i, tokens, new float[next.length], logits, next);
      JSONObject first =
          sequence.getJSONObject("steps").getJSONArray(directions[i]).getJSONObject(0);
      JSONArray top = first.getJSONArray("top");
      for (int k = 0; k < top.length(); k++) {
        double expected = first.getJSONArray("logits").getDouble(k);
        assertEquals(expected, logits[top.getInt(k)], 1e-3);
      }
      assertEquals(first.getInt("label") + 1, next[next.length - 1], 0);
    }
  }

  @Test
  public void aFileThatIsNoModelIsRefusedInOneLine() throws IOException {
    MappedByteBuffer list = map("labels.txt");
    String message =
        assertThrows(BundleException.class, () -> StepModels.of(list, bundle)).getMessage();
    assertEquals(1, message.lines().count());
    assertTrue(message, message.contains(" refuses its model"));
  }

  private InputStream open(String name) throws IOException {
    return Files.newInputStream(folder.resolve(name));
  }

  private MappedByteBuffer map(String name) throws IOException {
    try (FileChannel channel = FileChannel.open(folder.resolve(name))) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size());
    }
  }

  private static List<String> strings(JSONArray array) {
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < array.length(); i++) {
      strings.add(array.getString(i));
    }
    return strings;
  }
}
