package androidx.test.runner.lifecycle;

/** Robolectric's instrumentation names each step of an activity by these. */
public enum Stage {
  PRE_ON_CREATE,
  CREATED,
  STARTED,
  RESUMED,
  PAUSED,
  STOPPED,
  RESTARTED,
  DESTROYED
}
