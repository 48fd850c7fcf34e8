package org.tflm.keyboard;

import android.content.Context;
import android.media.AudioManager;
import android.view.HapticFeedbackConstants;

/** What a touched key lets feel and hear, as far as the user wants it. */
final class Feedback {
  private final Context context;
  private boolean haptic;
  private boolean sound;

  Feedback(Context context) {
    this.context = context;
    readSettings();
  }

  /** Reads the user's wishes again. */
  void readSettings() {
    haptic = Setting.HAPTIC.isOn(context);
    sound = Setting.SOUND.isOn(context);
  }

  /** Makes it for a key. */
  void press(KeyView key) {
    if (haptic) {
      key.performHapticFeedback(HapticFeedbackConstants.KEYBOARD_TAP);
    }
    if (sound) {
      context.getSystemService(AudioManager.class).playSoundEffect(effect(key.key().role()));
    }
  }

  private static int effect(Key.Role role) {
    switch (role) {
      case DELETE:
        return AudioManager.FX_KEYPRESS_DELETE;
      case ENTER:
        return AudioManager.FX_KEYPRESS_RETURN;
      case SPACE:
        return AudioManager.FX_KEYPRESS_SPACEBAR;
      default:
        return AudioManager.FX_KEYPRESS_STANDARD;
    }
  }
}
