package androidx.test.runner.lifecycle;

/** Robolectric's instrumentation names each step of the application by these. */
public enum ApplicationStage {
  PRE_ON_CREATE,
  CREATED
}
