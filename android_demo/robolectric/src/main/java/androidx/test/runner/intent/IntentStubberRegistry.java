package androidx.test.runner.intent;

/** Robolectric asks it, at each started activity, whether there is a stub. */
public final class IntentStubberRegistry {
  private IntentStubberRegistry() {}

  /** Returns false: activities that tests start have no canned results. */
  public static boolean isLoaded() {
    return false;
  }

  /** Is never called, as none is loaded. */
  public static IntentStubber getInstance() {
    throw new IllegalStateException("no intent stubber is loaded");
  }
}
