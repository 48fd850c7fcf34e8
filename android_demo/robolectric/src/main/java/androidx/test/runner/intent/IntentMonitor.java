package androidx.test.runner.intent;

/** The type under which Robolectric registers its monitor of intents. */
public interface IntentMonitor {}
