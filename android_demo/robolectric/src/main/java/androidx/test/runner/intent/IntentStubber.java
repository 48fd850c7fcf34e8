package androidx.test.runner.intent;

import android.app.Instrumentation.ActivityResult;
import android.content.Intent;

/** Robolectric would ask one for the result of an activity, were it loaded. */
public interface IntentStubber {
  /** Returns what the activity started by {@code intent} answers. */
  ActivityResult getActivityResultForIntent(Intent intent);
}
