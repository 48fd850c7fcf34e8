package androidx.test.platform.app;

import android.app.Instrumentation;
import android.os.Bundle;

/** Robolectric hands its instrumentation in before each test. */
public final class InstrumentationRegistry {
  private static Instrumentation instrumentation;

  private InstrumentationRegistry() {}

  /** Keeps {@code instance}; a test needs no {@code arguments}. */
  public static void registerInstance(
      Instrumentation instance, Bundle arguments) {
    instrumentation = instance;
  }

  /** Returns the instrumentation of the running test. */
  public static Instrumentation getInstrumentation() {
    return instrumentation;
  }
}
