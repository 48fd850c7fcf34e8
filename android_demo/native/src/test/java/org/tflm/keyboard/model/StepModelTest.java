package org.tflm.keyboard.model;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.tflm.keyboard.core.Bundle;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.Golden;

/**
 * The app's StepModel over the TensorFlow Lite of the app, as an ordinary test on Linux.
 *
 * <p>The directory of the bundle is the property {@code bundle}. It prints what it measures.
 */
public final class StepModelTest {
  private final Path folder = Path.of(System.getProperty("bundle"));
  private Bundle bundle;
  private StepModel step;

  @Before
  public void openModel() throws Exception {
    bundle = Bundle.read(this::open);
    step = StepModels.of(map(Bundle.MODEL), bundle, 1, true);
  }

  @After
  public void closeModel() {
    step.close();
  }

  @Test
  public void answersAreThoseOfPython() throws BundleException {
    Golden.Result found = Golden.read(this::open, bundle.vocabulary()).check(step);
    System.out.println("largest difference of a logit: " + found.largestDifference());
    assertEquals(Collections.emptyList(), found.wrongLogits());
    assertEquals(Collections.emptyList(), found.otherWords());
    assertTrue(found.passes());
  }

  @Test
  public void aFileWithoutItsBundleAnswersTheSame() throws Exception {
    try (StepModel bare = StepModels.of(map(Bundle.MODEL), Bundle.MODEL, 1, true)) {
      assertEquals(bundle.vocabulary().size(), bare.vocabularySize());
      assertEquals(bundle.stateSize(), bare.stateSize());
      assertArrayEquals(read(step, 7), read(bare, 7), 0);
    }
  }

  @Test
  public void plainKernelsAnswerAlmostTheSame() throws Exception {
    try (StepModel plain = StepModels.of(map(Bundle.MODEL), bundle, 1, false)) {
      assertArrayEquals(read(step, 7), read(plain, 7), 0.05f);
    }
  }

  @Test
  public void aFileThatIsNoModelIsRefusedInOneLine() {
    String name = "vocabulary.txt";
    String message =
        assertThrows(BundleException.class, () -> StepModels.of(map(name), name, 1, true))
            .getMessage();
    assertEquals(1, message.lines().count());
    assertTrue(message, message.startsWith("vocabulary.txt: TensorFlow Lite "));
  }

  @Test
  public void answerDoesNotDependOnWhatWasReadBefore() {
    float[] first = read(bundle.start().get(0));
    read(bundle.vocabulary().size() - 1);
    assertArrayEquals(first, read(bundle.start().get(0)), 0);
  }

  @Test
  public void givesWhatTheSoftmaxReadWhereTheFileDoes() throws Exception {
    Path place = Path.of(System.getProperty("hidden"));
    List<String> expected = Files.readAllLines(place.resolve("hidden.txt"));
    try (StepModel model = StepModels.of(map(place.resolve(Bundle.MODEL)), Bundle.MODEL, 1, true)) {
      assertEquals(expected.size(), model.hiddenSize());
      read(model, 3);
      read(model, 7);
      float[] found = new float[model.hiddenSize()];
      model.hidden(found);
      for (int i = 0; i < found.length; i++) {
        assertEquals(Float.parseFloat(expected.get(i)), found[i], 1e-5f);
      }
    }
  }

  @Test
  public void unknownIdIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> read(bundle.vocabulary().size()));
    assertThrows(IllegalArgumentException.class, () -> read(-1));
  }

  @Test
  public void damagedModelIsRefusedInOneLine() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(Bundle.MODEL));
    String message = refusal(Arrays.copyOf(bytes, bytes.length / 2));
    assertEquals(1, message.lines().count());
    assertTrue(message, message.contains(StepModel.runtimeVersion()));
    assertTrue(message, message.contains("FULLY_CONNECTED"));
  }

  @Test
  public void medianOfAStepIsPrinted() {
    long[] nanos = new long[3000];
    float[] state = new float[step.stateSize()];
    float[] logits = new float[step.vocabularySize()];
    float[] next = new float[step.stateSize()];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      step.read(i % step.vocabularySize(), state, logits, next);
      nanos[i] = System.nanoTime() - start;
      assertTrue(step.lastInvokeNanos() <= nanos[i]);
    }
    Arrays.sort(nanos);
    System.out.println("median microseconds of a step: " + nanos[nanos.length / 2] / 1000);
  }

  private InputStream open(String name) throws IOException {
    return Files.newInputStream(folder.resolve(name));
  }

  private MappedByteBuffer map(String name) throws IOException {
    return map(folder.resolve(name));
  }

  private static MappedByteBuffer map(Path file) throws IOException {
    try (FileInputStream stream = new FileInputStream(file.toFile())) {
      return StepModels.map(stream);
    }
  }

  private float[] read(int token) {
    return read(step, token);
  }

  private static float[] read(StepModel step, int token) {
    float[] logits = new float[step.vocabularySize()];
    step.read(token, new float[step.stateSize()], logits, new float[step.stateSize()]);
    return logits;
  }

  private String refusal(byte[] model) throws IOException {
    File file = File.createTempFile("model", ".tflite");
    file.deleteOnExit();
    Files.write(file.toPath(), model);
    try (FileChannel channel = FileChannel.open(file.toPath())) {
      return assertThrows(
              BundleException.class,
              () -> StepModels.of(channel.map(MapMode.READ_ONLY, 0, model.length), bundle, 1, true))
          .getMessage();
    }
  }
}
