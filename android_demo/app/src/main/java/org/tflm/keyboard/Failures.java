package org.tflm.keyboard;

import android.content.Context;
import org.tflm.keyboard.core.BundleException;

/** What people are told of a model that does not run. */
final class Failures {
  private Failures() {}

  /** Returns one line; of an error that nobody foresaw only its kind, as it may quote text. */
  static String line(Context context, Throwable error) {
    return error instanceof BundleException
        ? error.getMessage()
        : context.getString(R.string.model_failed, error.getClass().getSimpleName());
  }
}
