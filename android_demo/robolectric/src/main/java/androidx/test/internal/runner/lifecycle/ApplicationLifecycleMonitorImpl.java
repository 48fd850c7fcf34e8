package androidx.test.internal.runner.lifecycle;

import android.app.Application;
import androidx.test.runner.lifecycle.ApplicationLifecycleMonitor;
import androidx.test.runner.lifecycle.ApplicationStage;

/** Robolectric's instrumentation makes one and tells it each change. */
public class ApplicationLifecycleMonitorImpl
    implements ApplicationLifecycleMonitor {
  /** Does nothing: no test here waits for a stage. */
  public void signalLifecycleChange(
      Application application, ApplicationStage stage) {}
}
