package org.tflm.keyboard.ime;

import android.inputmethodservice.InputMethodService;
import android.os.Build;
import android.os.Handler;
import android.os.Looper;
import android.view.KeyEvent;
import android.view.inputmethod.EditorInfo;
import android.view.inputmethod.InputConnection;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.tflm.keyboard.core.Context;
import org.tflm.keyboard.core.Editor;
import org.tflm.keyboard.core.TextAround;
import org.tflm.keyboard.core.Worker;
import org.tflm.keyboard.ui.EnterKey;

/**
 * The text field of the app that is typed into. Without one, nothing happens.
 *
 * <p>Edits are sent and not waited for. Only reading waits for the app, so a thread of its own does
 * that.
 */
final class ConnectionEditor implements Editor, AutoCloseable {
  private final InputMethodService service;
  private final Executor main = new Handler(Looper.getMainLooper())::post;
  private final Worker<Reader> reader = new Worker<>("tflm-reader", Reader::new, main, lost -> {});

  ConnectionEditor(InputMethodService service) {
    this.service = service;
  }

  /** Returns what an app tells of its field's text when the input begins, null if it does not. */
  static TextAround initial(EditorInfo field) {
    if (Build.VERSION.SDK_INT < Build.VERSION_CODES.R) {
      return null;
    }
    CharSequence before = field.getInitialTextBeforeCursor(Context.MAX_CHARS, 0);
    CharSequence after = field.getInitialTextAfterCursor(Context.MAX_CHARS, 0);
    return before == null ? null : new TextAround(before.toString(), text(after));
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

  /** Drops what was asked. */
  void forget() {
    reader.forget();
  }

  @Override
  public void close() {
    reader.close();
  }

  @Override
  public void commit(String text) {
    InputConnection connection = service.getCurrentInputConnection();
    if (connection != null) {
      connection.commitText(text, 1);
    }
  }

  @Override
  public void deleteBefore(int chars) {
    InputConnection connection = service.getCurrentInputConnection();
    if (connection != null) {
      connection.deleteSurroundingText(chars, 0);
    }
  }

  @Override
  public void deleteAfter(int chars) {
    InputConnection connection = service.getCurrentInputConnection();
    if (connection != null) {
      connection.deleteSurroundingText(0, chars);
    }
  }

  @Override
  public void deleteCodePoint() {
    InputConnection connection = service.getCurrentInputConnection();
    if (connection != null && !connection.deleteSurroundingTextInCodePoints(1, 0)) {
      deleteKey(); // The app is of a time before Android 7 and does not know that.
    }
  }

  @Override
  public void deleteKey() {
    service.sendDownUpKeyEvents(KeyEvent.KEYCODE_DEL);
  }

  @Override
  public void moveTo(int place) {
    InputConnection connection = service.getCurrentInputConnection();
    if (connection != null) {
      connection.setSelection(place, place);
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
  public void read(int before, int after, Consumer<TextAround> receiver) {
    InputConnection connection = service.getCurrentInputConnection();
    if (connection != null) {
      reader.ask(reader -> reader.read(connection, before, after), receiver);
    }
  }

  private static String text(CharSequence text) {
    return text == null ? null : text.toString();
  }

  /** Reads where waiting holds up no key. */
  private static final class Reader implements Worker.Model {
    TextAround read(InputConnection connection, int before, int after) {
      try {
        String found = text(connection.getTextBeforeCursor(before, 0));
        boolean asksMore = found != null && after > 0;
        String rest = asksMore ? text(connection.getTextAfterCursor(after, 0)) : null;
        return found == null ? null : new TextAround(found, rest);
      } catch (RuntimeException error) {
        return null; // What another app does wrong ends no thread here.
      }
    }

    @Override
    public void forget() {
      // It keeps nothing.
    }

    @Override
    public void close() {
      // It holds nothing.
    }
  }
}
