package androidx.test.runner.lifecycle;

/** Robolectric registers a monitor of activities; nobody here asks for it. */
public final class ActivityLifecycleMonitorRegistry {
  private ActivityLifecycleMonitorRegistry() {}

  /** Does nothing. */
  public static void registerInstance(ActivityLifecycleMonitor monitor) {}
}
