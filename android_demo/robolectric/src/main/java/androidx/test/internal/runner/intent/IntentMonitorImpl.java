package androidx.test.internal.runner.intent;

import android.content.Intent;
import androidx.test.runner.intent.IntentMonitor;

/** Robolectric's instrumentation makes one and tells it each intent. */
public class IntentMonitorImpl implements IntentMonitor {
  /** Does nothing: tests read intents from the shadow of the activity. */
  public void signalIntent(Intent intent) {}
}
