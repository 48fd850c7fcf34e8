package org.tflm.keyboard.settings;

import android.content.Context;
import android.content.SharedPreferences;

/** What the user can turn on and off. */
public enum Setting {
  HAPTIC(true),
  SOUND(false),
  DOUBLE_SPACE(true),
  CAPITALS(true),
  /** A space writes what was meant for what was typed. */
  AUTO_CORRECT(false),
  /** What can be done with a time or a number that is typed is offered. */
  ACTIONS(true),
  /** Consent to keep words. */
  PERSONAL(false);

  private static final String FILE = "settings";

  private final boolean isOnAtFirst;

  Setting(boolean isOnAtFirst) {
    this.isOnAtFirst = isOnAtFirst;
  }

  public boolean isOn(Context context) {
    return preferences(context).getBoolean(name(), isOnAtFirst);
  }

  public void set(Context context, boolean isOn) {
    preferences(context).edit().putBoolean(name(), isOn).apply();
  }

  /** Returns the file in which they are kept. */
  public static SharedPreferences preferences(Context context) {
    return context.getSharedPreferences(FILE, Context.MODE_PRIVATE);
  }
}
