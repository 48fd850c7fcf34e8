package org.tflm.keyboard.core.benchmark;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.json.JSONException;
import org.json.JSONObject;
import org.tflm.keyboard.core.FieldPolicy;
import org.tflm.keyboard.core.Predictor;
import org.tflm.keyboard.core.Suggestion;
import org.tflm.keyboard.core.Typist;
import org.tflm.keyboard.core.Worker;

/**
 * How long it takes from a key to the words that it brings, on the way that the keyboard goes.
 *
 * <p>On the screen's thread a {@link Typist} edits the text, on its own a {@link Worker} runs the
 * model, and back on the screen's the strip takes the words: there a time ends. The frame that
 * draws them comes later, when the screen wants it. Each key waits for the words of the one before.
 */
public final class KeyBenchmark {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Executor screen;
  private final Consumer<List<Suggestion>> strip;
  private final LongSupplier nanos;

  /**
   * @param screen runs what is for the screen's thread, a phone's main thread
   * @param strip shows suggestions, on that thread
   */
  public KeyBenchmark(Executor screen, Consumer<List<Suggestion>> strip) {
    this(screen, strip, System::nanoTime);
  }

  KeyBenchmark(Executor screen, Consumer<List<Suggestion>> strip, LongSupplier nanos) {
    this.screen = screen;
    this.strip = strip;
    this.nanos = nanos;
  }

  /**
   * Types a text, key by key, from a thread that is not the screen's.
   *
   * @param open loads the model; neither this nor the words for the empty text are measured
   * @param script the text, as it is to be in the field
   * @return {@code runs}, {@code p50_ms} to {@code p99_ms}, {@code max_ms} and {@code press_ns}
   * @throws InterruptedException the thread was interrupted, which is how to stop it
   * @throws Exception the model cannot be loaded or run
   */
  public JSONObject run(Callable<Predictor> open, String script) throws Exception {
    int[] keys = script.codePoints().toArray();
    if (keys.length == 0) {
      throw new IllegalArgumentException("script must be a text to type, got an empty one");
    }
    long[] pressed = new long[keys.length];
    try (Session session = new Session(open)) {
      session.show();
      for (int i = 0; i < keys.length; i++) {
        pressed[i] = session.press(keys[i]);
      }
    }
    return json(new Durations(pressed)).put("runs", keys.length);
  }

  private static JSONObject json(Durations pressed) throws JSONException {
    JSONObject found = new JSONObject();
    pressed.putPercentiles(found, 50, 90, 95, 99);
    return found.put("max_ms", pressed.maxMillis()).put("press_ns", pressed.json());
  }

  /** A field that is typed into. */
  private final class Session implements AutoCloseable {
    private final BlockingQueue<Object> ends = new LinkedBlockingQueue<>(); // A Long, or why none.
    private final Worker worker;
    private final Typist typist;

    Session(Callable<Predictor> open) {
      worker = new Worker(open, screen, ends::add);
      LongSupplier millis = () -> nanos.getAsLong() / NANOS_PER_MILLI;
      typist = new Typist(new TextBuffer(), millis, worker::learn);
      typist.setDoubleSpacePoint(false); // The script says what is typed.
    }

    void show() throws Exception {
      time(() -> typist.start(FieldPolicy.MESSAGE));
    }

    long press(int key) throws Exception {
      return time(() -> type(key));
    }

    private void type(int key) {
      if (key == ' ') {
        typist.space();
      } else if (key == '\n') {
        typist.enter();
      } else {
        typist.type(new String(Character.toChars(key)));
      }
    }

    /** Edits the text, and returns the nanoseconds until the strip has the words for it. */
    private long time(Runnable edit) throws Exception {
      screen.execute(
          () -> {
            long start = nanos.getAsLong();
            edit.run();
            worker.request(typist.request(), words -> end(words, start));
          });
      Object end = ends.take();
      if (end instanceof Exception) {
        throw (Exception) end;
      }
      return (Long) end;
    }

    private void end(List<Suggestion> words, long start) {
      strip.accept(words);
      ends.add(nanos.getAsLong() - start);
    }

    @Override
    public void close() {
      worker.close();
    }
  }
}
