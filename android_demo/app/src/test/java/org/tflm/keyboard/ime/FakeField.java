package org.tflm.keyboard.ime;

import android.content.Context;
import android.text.Selection;
import android.view.KeyEvent;
import android.view.View;
import android.view.inputmethod.BaseInputConnection;
import android.view.inputmethod.EditorInfo;

/** A text field in memory, with the edits of Android's own base class. */
final class FakeField extends BaseInputConnection {
  private final EditorInfo info = new EditorInfo();
  private int action = EditorInfo.IME_ACTION_UNSPECIFIED;

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

  @Override
  public boolean performEditorAction(int asked) {
    action = asked;
    return true;
  }

  @Override
  public boolean sendKeyEvent(KeyEvent event) {
    if (event.getAction() == KeyEvent.ACTION_DOWN) {
      switch (event.getKeyCode()) {
        case KeyEvent.KEYCODE_ENTER:
          return commitText("\n", 1);
        case KeyEvent.KEYCODE_DEL:
          return deleteSurroundingText(1, 0);
        default:
      }
    }
    return true;
  }
}
