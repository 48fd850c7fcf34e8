package org.tflm.keyboard.core.benchmark;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.After;
import org.junit.Test;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.FakeStep;
import org.tflm.keyboard.core.Models;
import org.tflm.keyboard.core.Predictor;
import org.tflm.keyboard.core.Request;
import org.tflm.keyboard.core.Suggestion;

public final class KeystrokeBenchmarkTest {
  private static final long MILLI = 1_000_000;

  private final ExecutorService screen =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "screen"));
  private final AtomicLong now = new AtomicLong();
  private final List<List<String>> shown = new ArrayList<>();

  @After
  public void endScreen() {
    screen.shutdownNow();
  }

  /** The suggestion bar takes 2 ms to show words, and a step of the model 5. */
  private JSONObject type(String script) throws Exception {
    KeystrokeBenchmark benchmark = new KeystrokeBenchmark(screen, this::show, now::get);
    return benchmark.run(() -> Models.predictor(new Clocked()), script);
  }

  private void show(List<Suggestion> suggestions) {
    assertEquals("screen", Thread.currentThread().getName());
    shown.add(Models.texts(suggestions));
    now.addAndGet(2 * MILLI);
  }

  private final class Clocked extends FakeStep {
    @Override
    public void read(int token, float[] state, float[] logits, float[] next) {
      assertEquals("tflm-predictor", Thread.currentThread().getName());
      super.read(token, state, logits, next);
      now.addAndGet(5 * MILLI);
    }
  }

  @Test
  public void aTimeEndsWhenTheSuggestionBarHasTheWords() throws Exception {
    JSONObject found = type("so so");
    assertEquals(5, found.getInt("runs"));
    JSONArray keystrokes = found.getJSONArray("press_ns");
    // The space ends a word, which costs a step; a letter costs none.
    long[] expected = {2, 2, 7, 2, 2};
    for (int i = 0; i < expected.length; i++) {
      assertEquals("key " + i, expected[i] * MILLI, keystrokes.getLong(i));
    }
    assertEquals(2, found.getDouble("p50_ms"), 0);
    assertEquals(5, found.getDouble("p90_ms"), 1e-9);
    assertEquals(7, found.getDouble("max_ms"), 0);
  }

  @Test
  public void percentilesAreThoseOfTheContract() throws Exception {
    JSONObject found = type("a");
    for (String key : new String[] {"p50_ms", "p90_ms", "p95_ms", "p99_ms", "max_ms"}) {
      assertEquals(key, 2, found.getDouble(key), 0);
    }
    assertEquals(7, found.length());
  }

  @Test
  public void theSuggestionBarShowsWhatTheKeyboardWould() throws Exception {
    String script = "So, who\nis  it";
    type(script);
    assertEquals(script.length() + 1, shown.size());
    try (Predictor predictor = Models.predictor(Models.step())) {
      for (int i = 0; i <= script.length(); i++) {
        Request request = Models.request(script.substring(0, i));
        assertEquals(Models.texts(predictor.suggest(request)), shown.get(i));
      }
    }
    assertFalse(shown.get(0).isEmpty());
  }

  @Test
  public void aCharacterOfTwoUnitsIsOneKey() throws Exception {
    assertEquals(3, type("a\uD83D\uDE00b").getInt("runs"));
  }

  @Test
  public void nothingToTypeIsRefused() {
    String message = assertThrows(IllegalArgumentException.class, () -> type("")).getMessage();
    assertTrue(message, message.startsWith("script must be"));
  }

  @Test
  public void aModelThatCannotBeLoadedIsReported() {
    BundleException damaged = new BundleException("it is damaged");
    KeystrokeBenchmark benchmark = new KeystrokeBenchmark(screen, this::show);
    Exception reported =
        assertThrows(
            BundleException.class,
            () ->
                benchmark.run(
                    () -> {
                      throw damaged;
                    },
                    "a"));
    assertSame(damaged, reported);
  }

  @Test
  public void interruptingStopsIt() {
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> type("so"));
  }
}
