package androidx.test.runner.lifecycle;

/** The type under which Robolectric registers its monitor of applications. */
public interface ApplicationLifecycleMonitor {}
