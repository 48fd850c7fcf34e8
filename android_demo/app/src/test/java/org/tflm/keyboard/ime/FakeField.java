package org.tflm.keyboard.ime;

import android.content.Context;
import android.os.Handler;
import android.os.Looper;
import android.text.Selection;
import android.view.KeyEvent;
import android.view.View;
import android.view.inputmethod.BaseInputConnection;
import android.view.inputmethod.EditorInfo;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A text field in memory, with the edits of Android's own base class.
 *
 * <p>It is read by another thread than the one that edits, and may be slow.
 */
final class FakeField extends BaseInputConnection {
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicBoolean readOnMain = new AtomicBoolean();
  private volatile CountDownLatch open = new CountDownLatch(0);
  private final EditorInfo info = new EditorInfo();
  private int action = EditorInfo.IME_ACTION_UNSPECIFIED;
  private boolean isOld;

  /**
   * @param inputType what it is for, as in {@code EditorInfo}
   * @param imeOptions its action and flags
   */
  FakeField(Context context, int inputType, int imeOptions) {
    super(new View(context), true);
    info.inputType = inputType;
    info.imeOptions = imeOptions;
    Selection.setSelection(getEditable(), 0);
  }

  /** Returns what the field tells a keyboard, with the cursor where it is now. */
  EditorInfo info() {
    info.initialSelStart = start();
    info.initialSelEnd = end();
    return info;
  }

  String text() {
    return getEditable().toString();
  }

  int start() {
    return Selection.getSelectionStart(getEditable());
  }

  int end() {
    return Selection.getSelectionEnd(getEditable());
  }

  /** Returns the action that the enter key asked for, 0 if none. */
  int action() {
    return action;
  }

  /** Has it know no edits that came with Android 7. */
  void beOld() {
    isOld = true;
  }

  /** Lets whoever reads wait until {@link #release}. */
  void block() {
    open = new CountDownLatch(1);
  }

  void release() {
    open.countDown();
  }

  /** Returns how often the text was read. */
  int reads() {
    return reads.get();
  }

  /** Tells whether the thread of the keys ever waited for the text. */
  boolean wasReadOnMain() {
    return readOnMain.get();
  }

  @Override
  public CharSequence getTextBeforeCursor(int length, int flags) {
    reads.incrementAndGet();
    readOnMain.compareAndSet(false, Looper.myLooper() == Looper.getMainLooper());
    try {
      open.await();
    } catch (InterruptedException error) {
      return null;
    }
    synchronized (this) {
      return super.getTextBeforeCursor(length, flags);
    }
  }

  @Override
  public synchronized CharSequence getTextAfterCursor(int length, int flags) {
    readOnMain.compareAndSet(false, Looper.myLooper() == Looper.getMainLooper());
    return super.getTextAfterCursor(length, flags);
  }

  @Override
  public synchronized boolean commitText(CharSequence text, int cursor) {
    return super.commitText(text, cursor);
  }

  @Override
  public synchronized boolean deleteSurroundingText(int before, int after) {
    return super.deleteSurroundingText(before, after);
  }

  @Override
  public synchronized boolean deleteSurroundingTextInCodePoints(int before, int after) {
    return !isOld && super.deleteSurroundingTextInCodePoints(before, after);
  }

  @Override
  public boolean performEditorAction(int asked) {
    action = asked;
    return true;
  }

  /** Does what a key does behind all that waits, as apps do; edits are not so late. */
  @Override
  public boolean sendKeyEvent(KeyEvent event) {
    if (event.getAction() == KeyEvent.ACTION_DOWN) {
      new Handler(Looper.getMainLooper()).post(() -> press(event.getKeyCode()));
    }
    return true;
  }

  private void press(int key) {
    if (key == KeyEvent.KEYCODE_ENTER) {
      commitText("\n", 1);
    } else if (key == KeyEvent.KEYCODE_DEL) {
      deleteSurroundingText(1, 0);
    }
  }
}
