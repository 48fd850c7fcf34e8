package org.tflm.keyboard.model;

import android.content.Context;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.BundleException;

/** What people are told of a model that does not run. */
public final class Failures {
  private Failures() {}

  /** Returns one line; of an error that nobody foresaw only its kind, as it may quote text. */
  public static String line(Context context, Throwable error) {
    return error instanceof BundleException
        ? error.getMessage()
        : context.getString(R.string.model_failed, error.getClass().getSimpleName());
  }
}
