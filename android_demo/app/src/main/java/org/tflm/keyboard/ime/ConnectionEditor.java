package org.tflm.keyboard.ime;

import android.inputmethodservice.InputMethodService;
import android.view.KeyEvent;
import android.view.inputmethod.EditorInfo;
import android.view.inputmethod.InputConnection;
import org.tflm.keyboard.core.Editor;
import org.tflm.keyboard.ui.EnterKey;

/** The text field of the app that is typed into. Without one, nothing happens. */
final class ConnectionEditor implements Editor {
  private final InputMethodService service;
  private boolean selection;

  ConnectionEditor(InputMethodService service) {
    this.service = service;
  }

  /** Begins with a field. */
  void start(EditorInfo field) {
    select(field.initialSelStart, field.initialSelEnd);
  }

  /** Notes where the cursor is; returns whether text is selected now and was not, or was. */
  boolean select(int start, int end) {
    boolean before = selection;
    selection = start != end;
    return selection != before;
  }

  /** Does several edits that the app sees as one. */
  void batch(Runnable edits) {
    InputConnection connection = service.getCurrentInputConnection();
    if (connection == null) {
      return;
    }
    connection.beginBatchEdit();
    try {
      edits.run();
    } finally {
      connection.endBatchEdit();
    }
  }

  @Override
  public void commit(String text) {
    InputConnection connection = service.getCurrentInputConnection();
    if (connection != null) {
      connection.commitText(text, 1);
      selection = false;
    }
  }

  @Override
  public void deleteBefore(int chars) {
    InputConnection connection = service.getCurrentInputConnection();
    if (connection == null) {
      return;
    }
    if (textBefore(1).isEmpty()) { // A terminal, or a field that tells nothing.
      service.sendDownUpKeyEvents(KeyEvent.KEYCODE_DEL);
    } else {
      connection.deleteSurroundingText(chars, 0);
    }
  }

  @Override
  public String textBefore(int chars) {
    InputConnection connection = service.getCurrentInputConnection();
    CharSequence text = connection == null ? null : connection.getTextBeforeCursor(chars, 0);
    return text == null ? "" : text.toString();
  }

  @Override
  public String textAfter(int chars) {
    InputConnection connection = service.getCurrentInputConnection();
    CharSequence text = connection == null ? null : connection.getTextAfterCursor(chars, 0);
    return text == null ? "" : text.toString();
  }

  @Override
  public void deleteAfter(int chars) {
    InputConnection connection = service.getCurrentInputConnection();
    if (connection != null) {
      connection.deleteSurroundingText(0, chars);
    }
  }

  @Override
  public void action() {
    InputConnection connection = service.getCurrentInputConnection();
    EnterKey enter = EnterKey.of(service.getCurrentInputEditorInfo());
    if (connection != null && enter.hasAction()) {
      connection.performEditorAction(enter.action());
    } else {
      service.sendDownUpKeyEvents(KeyEvent.KEYCODE_ENTER);
    }
  }

  @Override
  public boolean hasSelection() {
    return selection;
  }
}
