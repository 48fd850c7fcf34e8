package org.tflm.keyboard.ui;

import android.content.Context;
import android.media.AudioManager;
import android.view.HapticFeedbackConstants;

/** What a touched key lets feel and hear, as far as the user wants it: nothing until told. */
public final class Feedback {
  private final Context context;
  private boolean haptic;
  private boolean sound;

  public Feedback(Context context) {
    this.context = context;
  }

  /** Sets what the user wants. */
  public void set(boolean haptic, boolean sound) {
    this.haptic = haptic;
    this.sound = sound;
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
