package androidx.test.runner.lifecycle;

/** Robolectric registers a monitor of applications; nobody asks for it. */
public final class ApplicationLifecycleMonitorRegistry {
  private ApplicationLifecycleMonitorRegistry() {}

  /** Does nothing. */
  public static void registerInstance(ApplicationLifecycleMonitor monitor) {}
}
