package org.tflm.keyboard.core;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The one thread that runs the model, so that a keystroke never waits for it.
 *
 * <p>Every method returns at once. Of several requests only the latest is answered. A result that
 * a later request, {@link #forget} or {@link #close} has made void is not delivered; that is
 * exact for calls from the thread that delivers results, a phone's main thread.
 */
public final class Worker implements AutoCloseable {
  private static final int MOST_LEARNED = 64; // Words that wait; more are dropped.

  private final Callable<Predictor> open;
  private final Executor results;
  private final Consumer<Exception> failed;
  private final Object lock = new Object();
  private final Queue<String> learned = new ArrayDeque<>();
  private Request request;
  private Consumer<List<Suggestion>> receiver;
  private boolean forgets;
  private volatile boolean closed;
  private volatile long generation; // Grows with each request and each reason to drop its result.

  /**
   * Begins to load a model.
   *
   * @param open loads it, on the worker's thread
   * @param results runs what is delivered, such as a phone's main thread
   * @param failed gets the reason if loading or a step fails; nothing is suggested after that
   */
  public Worker(Callable<Predictor> open, Executor results, Consumer<Exception> failed) {
    this.open = open;
    this.results = results;
    this.failed = failed;
    Thread thread = new Thread(this::run, "tflm-predictor");
    thread.setDaemon(true);
    thread.start();
  }

  /** Asks for suggestions; {@code receiver} gets them unless something later is asked. */
  public void request(Request request, Consumer<List<Suggestion>> receiver) {
    synchronized (lock) {
      generation++; // Only ever under the lock.
      this.request = request;
      this.receiver = receiver;
      lock.notify();
    }
  }

  /** Counts a word for {@link PersonalWords}. */
  public void learn(String word) {
    synchronized (lock) {
      if (!closed && learned.size() < MOST_LEARNED) {
        learned.add(word);
        lock.notify();
      }
    }
  }

  /** Drops what was asked and wipes the model's state, as when the input of a text ends. */
  public void forget() {
    synchronized (lock) {
      generation++;
      request = null;
      receiver = null;
      forgets = true;
      lock.notify();
    }
  }

  /** Drops what was asked, wipes the state and closes the model, all without waiting. */
  @Override
  public void close() {
    synchronized (lock) {
      generation++;
      request = null;
      receiver = null;
      closed = true;
      lock.notify();
    }
  }

  private void run() {
    try (Predictor predictor = open.call()) {
      for (Consumer<Predictor> task = next(); task != null; task = next()) {
        task.accept(predictor);
      }
    } catch (LinkageError error) {
      report(new IllegalStateException("the model's runtime does not load: " + error, error));
    } catch (Exception error) {
      report(error);
    }
  }

  /** Waits for something to do; returns null if there will be nothing more. */
  private Consumer<Predictor> next() throws InterruptedException {
    synchronized (lock) {
      while (true) {
        if (!learned.isEmpty()) {
          String word = learned.remove();
          return predictor -> predictor.learn(word);
        }
        if (closed) {
          return null;
        }
        if (forgets) {
          forgets = false;
          return Predictor::forget;
        }
        if (request != null) {
          Consumer<Predictor> task = answer(request, receiver, generation);
          request = null;
          receiver = null;
          return task;
        }
        lock.wait();
      }
    }
  }

  private Consumer<Predictor> answer(
      Request asked, Consumer<List<Suggestion>> asker, long asking) {
    return predictor -> {
      List<Suggestion> found = predictor.suggest(asked);
      results.execute(
          () -> {
            if (generation == asking) {
              asker.accept(found);
            }
          });
    };
  }

  private void report(Exception error) {
    results.execute(
        () -> {
          if (!closed) {
            failed.accept(error);
          }
        });
  }
}
