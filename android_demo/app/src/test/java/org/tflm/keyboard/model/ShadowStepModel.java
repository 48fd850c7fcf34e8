package org.tflm.keyboard.model;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;
import org.robolectric.annotation.RealObject;
import org.robolectric.shadow.api.Shadow;
import org.robolectric.util.ReflectionHelpers.ClassParameter;

/** The real model, which counts its steps and can be kept from making one. */
@Implements(value = StepModel.class, isInAndroidSdk = false)
public final class ShadowStepModel {
  private static final AtomicInteger STEPS = new AtomicInteger();
  private static volatile CountDownLatch open = new CountDownLatch(0);
  private static volatile Error failure;

  @RealObject private StepModel real;

  /** Returns how many words were read since the test began. */
  public static int steps() {
    return STEPS.get();
  }

  /** Lets each step wait until {@link #release}. */
  public static void block() {
    open = new CountDownLatch(1);
  }

  /** Lets each step end with an error. */
  public static void fail(Error error) {
    failure = error;
  }

  public static void release() {
    open.countDown();
  }

  /** Lets steps be made, and counts them anew. */
  public static void reset() {
    release();
    failure = null;
    STEPS.set(0);
  }

  @Implementation
  protected void read(int token, float[] state, float[] logits, float[] next)
      throws InterruptedException {
    open.await();
    if (failure != null) {
      throw failure;
    }
    STEPS.incrementAndGet();
    Shadow.directlyOn(
        real,
        StepModel.class,
        "read",
        ClassParameter.from(int.class, token),
        ClassParameter.from(float[].class, state),
        ClassParameter.from(float[].class, logits),
        ClassParameter.from(float[].class, next));
  }
}
