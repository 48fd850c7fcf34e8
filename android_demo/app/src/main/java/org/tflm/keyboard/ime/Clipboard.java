package org.tflm.keyboard.ime;

import android.content.ClipData;
import android.content.ClipDescription;
import android.content.ClipboardManager;
import android.content.ClipboardManager.OnPrimaryClipChangedListener;
import android.content.Context;
import android.os.SystemClock;
import java.util.function.BooleanSupplier;
import org.tflm.keyboard.core.SlotAction;
import org.tflm.keyboard.settings.Setting;

/**
 * The text that was copied last, as long as it is likely to be wanted.
 *
 * <p>What was copied in a private field, or by an app that calls it sensitive, is not offered. The
 * text is looked at only where it is offered, and nothing of it is kept.
 */
final class Clipboard implements OnPrimaryClipChangedListener, AutoCloseable {
  private static final long FRESH_MILLIS = 120_000;
  private static final long NEVER = Long.MIN_VALUE / 2;
  private static final String SENSITIVE = "android.content.extra.IS_SENSITIVE"; // Of Android 13.

  private final Context context;
  private final BooleanSupplier isPrivate;
  private final ClipboardManager manager;
  private long copied = NEVER;

  /**
   * @param isPrivate whether the field that is typed into is private
   */
  Clipboard(Context context, BooleanSupplier isPrivate) {
    this.context = context;
    this.isPrivate = isPrivate;
    manager = context.getSystemService(ClipboardManager.class);
    manager.addPrimaryClipChangedListener(this);
  }

  @Override
  public void onPrimaryClipChanged() {
    copied = isPrivate.getAsBoolean() ? NEVER : SystemClock.uptimeMillis();
  }

  /** Returns the offer to write it, null for none. */
  SlotAction offer() {
    boolean isFresh = SystemClock.uptimeMillis() - copied <= FRESH_MILLIS;
    if (!isFresh || isPrivate.getAsBoolean() || !Setting.CLIPBOARD.isOn(context)) {
      return null;
    }
    ClipData clip = manager.getPrimaryClip();
    if (clip == null || clip.getItemCount() == 0 || isSensitive(clip.getDescription())) {
      return null;
    }
    CharSequence text = clip.getItemAt(0).getText();
    boolean isEmpty = text == null || text.toString().trim().isEmpty();
    return isEmpty ? null : SlotAction.paste(text.toString());
  }

  /** Offers it no more: it was written, or something else was. */
  void dismiss() {
    copied = NEVER;
  }

  @Override
  public void close() {
    manager.removePrimaryClipChangedListener(this);
  }

  private static boolean isSensitive(ClipDescription description) {
    return description.getExtras() != null && description.getExtras().getBoolean(SENSITIVE);
  }
}
