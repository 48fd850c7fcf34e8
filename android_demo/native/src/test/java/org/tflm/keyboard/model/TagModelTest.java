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
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.Golden;
import org.tflm.keyboard.core.TagSteps;
import org.tflm.keyboard.core.TaggerBundle;
import org.tflm.keyboard.core.TaggerGolden;

/**
 * The app's TagModel over the TensorFlow Lite of the app, as {@link StepModelTest}.
 *
 * <p>The directory of the bundle, a tagger of both directions, is the property {@code tagger}.
 */
public final class TagModelTest {
  private final Path folder = Path.of(System.getProperty("tagger"));
  private TaggerBundle bundle;
  private TagSteps steps;

  @Before
  public void openModel() throws Exception {
    bundle = TaggerBundle.read(this::open);
    steps = StepModels.of(map("model.tflite"), bundle);
  }

  @After
  public void closeModel() {
    steps.close();
  }

  @Test
  public void answersAreThoseOfPython() throws BundleException {
    assertEquals(2, steps.directions());
    assertNotEquals(steps.stateSize(0), steps.stateSize(1)); // Each has a state of its own.
    Golden.Result found = TaggerGolden.read(this::open, bundle).check(steps);
    assertTrue(found.otherWords() + " " + found.wrongLogits(), found.passes());
    assertEquals(0, found.largestDifference(), 1e-3);
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
}
