package androidx.test.runner.intent;

/** Robolectric registers a monitor of intents; nobody here asks for it. */
public final class IntentMonitorRegistry {
  private IntentMonitorRegistry() {}

  /** Does nothing. */
  public static void registerInstance(IntentMonitor monitor) {}
}
