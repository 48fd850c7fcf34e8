package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Test;

public final class WorkerTest {
  private static final long SECONDS = 10; // Until a test gives up.

  /** A phone's main thread: what is posted runs when the test takes it. */
  private final BlockingQueue<Runnable> posted = new LinkedBlockingQueue<>();

  private final List<Throwable> failures = new ArrayList<>();
  private final List<List<String>> shown = new ArrayList<>();
  private final FakeStep step =
      new FakeStep() {
        @Override
        public void close() {
          super.close();
          closing.countDown();
        }
      };
  private final PersonalWords personal = new PersonalWords(new MemoryStorage());
  private final CountDownLatch loading = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private Worker<Predictor> worker;

  private void open() {
    open(() -> Models.predictor(step, Models.nothingBlocked(), personal));
  }

  /** Opens a model as soon as {@link #loading} says so. */
  private void open(Callable<Predictor> open) {
    worker =
        new Worker<>(
            "tflm-predictor",
            () -> {
              loading.await();
              return open.call();
            },
            posted::add,
            failures::add);
  }

  @After
  public void close() {
    loading.countDown();
    if (worker != null) {
      worker.close();
    }
  }

  private void ask(String before) {
    worker.ask(
        predictor -> predictor.suggest(Models.request(before)),
        found -> shown.add(Models.texts(found)));
  }

  private void runPosted() throws InterruptedException {
    Runnable next = posted.poll(SECONDS, TimeUnit.SECONDS);
    assertTrue("nothing was posted", next != null);
    next.run();
  }

  @Test
  public void answersFromItsOwnThread() throws Exception {
    open();
    loading.countDown();
    ask("hello ");
    runPosted();
    assertEquals("there", shown.get(0).get(0));
    assertNotSame(Thread.currentThread(), step.thread);
    Thread first = step.thread;
    ask("hello how ");
    runPosted();
    assertSame(first, step.thread);
  }

  @Test
  public void theLatestRequestWins() throws Exception {
    open();
    for (String text : new String[] {"h", "he", "hel", "xyz"}) {
      ask(text); // None waits, though the model is not even loaded.
    }
    loading.countDown();
    runPosted();
    assertEquals(Collections.singletonList(Collections.singletonList("xyz")), shown);
    worker.close();
    assertTrue(closing.await(SECONDS, TimeUnit.SECONDS));
    assertTrue(posted.isEmpty());
  }

  @Test
  public void aResultThatWasOvertakenIsNotDelivered() throws Exception {
    open();
    loading.countDown();
    ask("h");
    Runnable late = posted.poll(SECONDS, TimeUnit.SECONDS);
    ask("xyz");
    late.run();
    assertTrue(shown.isEmpty());
    runPosted();
    assertEquals(1, shown.size());
  }

  @Test
  public void nothingIsDeliveredAfterForgetOrClose() throws Exception {
    open();
    loading.countDown();
    ask("h");
    Runnable late = posted.poll(SECONDS, TimeUnit.SECONDS);
    worker.forget();
    late.run();
    ask("he");
    late = posted.poll(SECONDS, TimeUnit.SECONDS);
    worker.close();
    late.run();
    ask("hel");
    assertTrue(closing.await(SECONDS, TimeUnit.SECONDS));
    assertTrue(posted.isEmpty());
    assertTrue(shown.isEmpty());
  }

  @Test
  public void closingWhileLoadingClosesTheModel() throws Exception {
    open();
    ask("h");
    worker.close();
    loading.countDown();
    assertTrue(closing.await(SECONDS, TimeUnit.SECONDS));
    assertTrue(step.closed);
    assertEquals(0, step.steps);
    assertTrue(posted.isEmpty());
  }

  @Test
  public void forgettingWipesTheState() throws Exception {
    open();
    loading.countDown();
    ask("hello ");
    runPosted();
    int before = step.steps;
    worker.forget();
    ask("hello ");
    runPosted();
    assertEquals(before + 2, step.steps);
  }

  @Test
  public void learnedWordsAreNotLostByRequestsOrClose() throws Exception {
    personal.setEnabled(true);
    open();
    worker.tell(predictor -> predictor.learn("zac"));
    ask("h");
    worker.tell(predictor -> predictor.learn("zab"));
    worker.forget();
    worker.close();
    loading.countDown();
    assertTrue(closing.await(SECONDS, TimeUnit.SECONDS));
    assertEquals(2, personal.words().size());
  }

  @Test
  public void aBundleThatDoesNotFitIsReportedOnce() throws Exception {
    open(
        () -> {
          throw new BundleException("no");
        });
    loading.countDown();
    ask("h");
    runPosted();
    assertEquals("no", failures.get(0).getMessage());
    ask("he");
    worker.tell(predictor -> predictor.learn("zac"));
    worker.forget();
    assertTrue(posted.isEmpty());
    assertTrue(shown.isEmpty());
  }

  @Test
  public void errorsAreReportedToo() throws Exception {
    for (Error error :
        new Error[] {
          new UnsatisfiedLinkError("none"), new OutOfMemoryError(), new StackOverflowError()
        }) {
      open(
          () -> {
            throw error;
          });
      loading.countDown();
      runPosted();
      assertSame(error, failures.remove(0));
      worker.close();
    }
  }

  @Test
  public void aFailureAfterCloseIsNotReported() throws Exception {
    open(
        () -> {
          throw new BundleException("no");
        });
    worker.close();
    loading.countDown();
    runPosted();
    assertTrue(failures.isEmpty());
    assertFalse(step.closed);
  }
}
