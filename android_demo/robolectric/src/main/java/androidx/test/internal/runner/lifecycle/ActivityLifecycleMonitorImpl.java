package androidx.test.internal.runner.lifecycle;

import android.app.Activity;
import androidx.test.runner.lifecycle.ActivityLifecycleMonitor;
import androidx.test.runner.lifecycle.Stage;

/** Robolectric's instrumentation makes one and tells it each change. */
public class ActivityLifecycleMonitorImpl implements ActivityLifecycleMonitor {
  /** Does nothing: no test here waits for a stage. */
  public void signalLifecycleChange(Stage stage, Activity activity) {}
}
