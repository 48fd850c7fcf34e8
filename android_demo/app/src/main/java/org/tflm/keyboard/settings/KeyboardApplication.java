package org.tflm.keyboard.settings;

import android.app.Application;
import android.content.Context;

/** Holds what the keyboard and its settings share. */
public final class KeyboardApplication extends Application {
  private UserWords words;

  /** Returns the user's words, which are read from their files when first asked for. */
  public static UserWords words(Context context) {
    return ((KeyboardApplication) context.getApplicationContext()).words();
  }

  private synchronized UserWords words() {
    if (words == null) {
      words = new UserWords(this);
    }
    return words;
  }
}
