package org.tflm.keyboard.core;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The one thread that runs a model, so that a keystroke never waits for it.
 *
 * <p>Every method returns at once. Of several questions only the latest is answered. An answer that
 * a later question, {@link #forget} or {@link #close} has made void is not delivered; that is
 * exact for calls from the thread that delivers results, a phone's main thread.
 *
 * @param <M> what the thread runs, which no other may touch
 */
public final class Worker<M extends Worker.Model> implements AutoCloseable {
  private static final int MOST_TOLD = 64; // Tasks that wait; more are dropped.

  /** What a worker runs. */
  public interface Model extends AutoCloseable {
    /** Wipes all that tells of the text. */
    void forget();

    @Override
    void close();
  }

  private final Callable<M> open;
  private final Executor results;
  private final Consumer<Throwable> failed;
  private final Object lock = new Object();
  private final Queue<Consumer<M>> told = new ArrayDeque<>();
  private Consumer<M> question;
  private boolean forgets;
  private volatile boolean closed;
  private volatile long generation; // Grows with each question and each reason to drop its answer.

  /**
   * Begins to load a model.
   *
   * @param name of the thread
   * @param open loads it, on the worker's thread
   * @param results runs what is delivered, such as a phone's main thread
   * @param failed gets the reason if loading or a step fails, an error of the runtime or of memory
   *     too; nothing is answered after that
   */
  public Worker(
      String name, Callable<M> open, Executor results, Consumer<Throwable> failed) {
    this.open = open;
    this.results = results;
    this.failed = failed;
    Thread thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Asks the model something; {@code receiver} gets the answer unless something later is asked. */
  public <A> void ask(Function<M, A> question, Consumer<A> receiver) {
    synchronized (lock) {
      long asking = ++generation; // Only ever under the lock.
      this.question = model -> deliver(question.apply(model), receiver, asking);
      lock.notify();
    }
  }

  /** Tells the model something that no question, and no end of a text, may make void. */
  public void tell(Consumer<M> task) {
    synchronized (lock) {
      if (!closed && told.size() < MOST_TOLD) {
        told.add(task);
        lock.notify();
      }
    }
  }

  /** Drops what was asked and wipes the model's state, as when the input of a text ends. */
  public void forget() {
    synchronized (lock) {
      generation++;
      question = null;
      forgets = true;
      lock.notify();
    }
  }

  /** Drops what was asked, wipes the state and closes the model, all without waiting. */
  @Override
  public void close() {
    synchronized (lock) {
      generation++;
      question = null;
      closed = true;
      lock.notify();
    }
  }

  private void run() {
    try (M model = open.call()) {
      for (Consumer<M> task = next(); task != null; task = next()) {
        task.accept(model);
      }
    } catch (Throwable error) { // Whatever a model does, people can still type.
      report(error);
    }
  }

  /** Waits for something to do; returns null if there will be nothing more. */
  private Consumer<M> next() throws InterruptedException {
    synchronized (lock) {
      while (true) {
        if (!told.isEmpty()) {
          return told.remove();
        }
        if (closed) {
          return null;
        }
        if (forgets) {
          forgets = false;
          return Model::forget;
        }
        if (question != null) {
          Consumer<M> task = question;
          question = null;
          return task;
        }
        lock.wait();
      }
    }
  }

  private <A> void deliver(A answer, Consumer<A> receiver, long asking) {
    results.execute(
        () -> {
          if (generation == asking) {
            receiver.accept(answer);
          }
        });
  }

  private void report(Throwable error) {
    results.execute(
        () -> {
          if (!closed) {
            failed.accept(error);
          }
        });
  }
}
