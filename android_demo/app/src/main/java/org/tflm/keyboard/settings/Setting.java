package org.tflm.keyboard.settings;

import android.content.Context;
import android.content.SharedPreferences;

/** What the user can turn on and off. */
public enum Setting {
  HAPTIC(true),
  SOUND(false),
  /** The letter under the finger is seen above it. */
  PREVIEWS(true),
  NUMBER_ROW(false),
  ONE_HANDED(false),
  /** If so, for the left hand. */
  LEFT_HAND(false),
  /** On tablets, keys stand at both sides. */
  SPLIT(false),
  /** A text that was just copied is offered. */
  CLIPBOARD(true),
  DOUBLE_SPACE(true),
  CAPITALS(true),
  /** Marks and emoji are suggested, not words alone. */
  MARKS(false),
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

  /** Returns the file in which they are kept; it can be read before a phone is unlocked. */
  public static SharedPreferences preferences(Context context) {
    return context
        .createDeviceProtectedStorageContext()
        .getSharedPreferences(FILE, Context.MODE_PRIVATE);
  }

  /** Moves them there from where earlier versions kept them. */
  static void move(Context context) {
    context.createDeviceProtectedStorageContext().moveSharedPreferencesFrom(context, FILE);
  }
}
