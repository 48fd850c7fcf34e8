package org.tflm.keyboard.settings;

import android.app.Application;
import android.content.Context;
import android.os.Process;
import android.os.UserManager;
import java.io.File;
import org.tflm.keyboard.core.Recent;
import org.tflm.keyboard.core.Storage;

/**
 * Holds what the keyboard and its settings share.
 *
 * <p>Until a phone that was started is unlocked, what tells of its user cannot be read: then there
 * are no words and no recent emoji, and none are kept.
 */
public final class KeyboardApplication extends Application {
  private static final int USERS = 100_000; // Numbers that each person's apps have.
  private static final int FIRST_ISOLATED = 90_000;

  private UserWords words;
  private Recent recentEmoji;
  private boolean isUnlocked; // When these were read.

  @Override
  public void onCreate() {
    super.onCreate();
    if (!isIsolated() && isUnlocked(this)) {
      Setting.move(this);
    }
  }

  /** Tells processes that may not ask the system for anything, by the numbers of their users. */
  private static boolean isIsolated() {
    return Process.myUid() % USERS >= FIRST_ISOLATED;
  }

  /** Returns the user's words, which are read from their files when first asked for. */
  public static UserWords words(Context context) {
    KeyboardApplication app = (KeyboardApplication) context.getApplicationContext();
    synchronized (app) {
      app.read();
      return app.words;
    }
  }

  /** Returns the emoji that were typed last. */
  public static Recent recentEmoji(Context context) {
    KeyboardApplication app = (KeyboardApplication) context.getApplicationContext();
    synchronized (app) {
      app.read();
      return app.recentEmoji;
    }
  }

  /** Tells whether the phone was unlocked since it was started. */
  public static boolean isUnlocked(Context context) {
    return context.getSystemService(UserManager.class).isUserUnlocked();
  }

  private void read() {
    boolean now = isUnlocked || isUnlocked(this);
    if (words == null || now != isUnlocked) {
      isUnlocked = now;
      words = new UserWords(this, storage("personal_words.txt"), storage("removed_words.txt"));
      recentEmoji = new Recent(storage("recent_emoji.txt"));
    }
  }

  private Storage storage(String name) {
    return isUnlocked ? new TextFile(new File(getNoBackupFilesDir(), name)) : new NoStorage();
  }
}
