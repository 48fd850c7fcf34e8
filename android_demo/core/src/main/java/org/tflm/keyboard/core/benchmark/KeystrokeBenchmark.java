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
import org.tflm.keyboard.core.Request;
import org.tflm.keyboard.core.Suggestion;
import org.tflm.keyboard.core.TextAround;
import org.tflm.keyboard.core.Typist;
import org.tflm.keyboard.core.Worker;

/**
 * How long a keystroke takes to the words that it brings, on the way that the keyboard goes.
 *
 * <p>On the screen's thread a {@link Typist} edits the text, on its own a {@link Worker} runs the
 * model, and back on the screen's the suggestion bar takes the words: there a time ends. The frame
 * that draws them comes later, when the screen wants it. Each keystroke waits for the words of the
 * one before.
 */
public final class KeystrokeBenchmark {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Executor screen;
  private final Consumer<List<Suggestion>> suggestionBar;
  private final LongSupplier nanos;

  /**
   * @param screen runs what is for the screen's thread, a phone's main thread
   * @param suggestionBar shows suggestions, on that thread
   */
  public KeystrokeBenchmark(Executor screen, Consumer<List<Suggestion>> suggestionBar) {
    this(screen, suggestionBar, System::nanoTime);
  }

  KeystrokeBenchmark(
      Executor screen, Consumer<List<Suggestion>> suggestionBar, LongSupplier nanos) {
    this.screen = screen;
    this.suggestionBar = suggestionBar;
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
    long[] keystrokes = new long[keys.length];
    try (Session session = new Session(open)) {
      session.show();
      for (int i = 0; i < keys.length; i++) {
        keystrokes[i] = session.type(keys[i]);
      }
    }
    return json(new Durations(keystrokes)).put("runs", keys.length);
  }

  private static JSONObject json(Durations keystrokes) throws JSONException {
    JSONObject found = new JSONObject();
    keystrokes.putPercentiles(found, 50, 90, 95, 99);
    return found.put("max_ms", keystrokes.maxMillis()).put("press_ns", keystrokes.json());
  }

  /** A field that is typed into. */
  private final class Session implements AutoCloseable {
    private final BlockingQueue<Object> ends = new LinkedBlockingQueue<>(); // A Long, or why none.
    private final Worker<Predictor> worker;
    private final Typist typist;

    Session(Callable<Predictor> open) {
      worker = new Worker<>("tflm-predictor", open, screen, ends::add);
      LongSupplier millis = () -> nanos.getAsLong() / NANOS_PER_MILLI;
      typist =
          new Typist(
              new TextBuffer(), millis, word -> worker.tell(p -> p.learn(word)), () -> {});
      typist.setDoubleSpaceFullStop(false); // The script says what is typed.
    }

    void show() throws Exception {
      time(() -> typist.start(FieldPolicy.MESSAGE, 0, 0, TextAround.EMPTY));
    }

    long type(int key) throws Exception {
      return time(() -> edit(key));
    }

    private void edit(int key) {
      if (key == ' ') {
        typist.space();
      } else if (key == '\n') {
        typist.enter();
      } else {
        typist.type(new String(Character.toChars(key)));
      }
    }

    /** Edits the text; returns the nanoseconds until the suggestion bar has the words for it. */
    private long time(Runnable edit) throws Exception {
      screen.execute(
          () -> {
            long start = nanos.getAsLong();
            edit.run();
            Request request = typist.request();
            worker.ask(predictor -> predictor.suggest(request), words -> end(words, start));
          });
      Object end = ends.take();
      if (end instanceof Exception) {
        throw (Exception) end;
      }
      if (end instanceof Throwable) {
        throw new IllegalStateException((Throwable) end);
      }
      return (Long) end;
    }

    private void end(List<Suggestion> words, long start) {
      suggestionBar.accept(words);
      ends.add(nanos.getAsLong() - start);
    }

    @Override
    public void close() {
      worker.close();
    }
  }
}
