package androidx.test.runner.lifecycle;

/** The type under which Robolectric registers its monitor of activities. */
public interface ActivityLifecycleMonitor {}
