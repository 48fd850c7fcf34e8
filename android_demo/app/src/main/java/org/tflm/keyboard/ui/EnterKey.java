package org.tflm.keyboard.ui;

import android.view.inputmethod.EditorInfo;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.FieldPolicy;

/** What the enter key of a field is for: its label or picture, its name, its action. */
public final class EnterKey {
  private final String label;
  private final int icon;
  private final int description;
  private final int action;

  private EnterKey(String label, int icon, int description, int action) {
    this.label = label;
    this.icon = icon;
    this.description = description;
    this.action = action;
  }

  /** Returns the enter key for a field. */
  public static EnterKey of(EditorInfo field) {
    if (FieldPolicy.of(field.inputType, field.imeOptions).entersNewLine()) {
      return icon(R.drawable.enter_new_line, R.string.enter_new_line, EditorInfo.IME_ACTION_NONE);
    }
    if (field.actionLabel != null && field.actionLabel.length() > 0) {
      String label = field.actionLabel.toString();
      return new EnterKey(label, R.drawable.enter_go, R.string.enter_go, field.actionId);
    }
    if ((field.imeOptions & EditorInfo.IME_FLAG_NO_ENTER_ACTION) != 0) {
      return plain();
    }
    int action = field.imeOptions & EditorInfo.IME_MASK_ACTION;
    switch (action) {
      case EditorInfo.IME_ACTION_GO:
        return icon(R.drawable.enter_go, R.string.enter_go, action);
      case EditorInfo.IME_ACTION_SEARCH:
        return icon(R.drawable.enter_search, R.string.enter_search, action);
      case EditorInfo.IME_ACTION_SEND:
        return icon(R.drawable.enter_send, R.string.enter_send, action);
      case EditorInfo.IME_ACTION_NEXT:
        return icon(R.drawable.enter_next, R.string.enter_next, action);
      case EditorInfo.IME_ACTION_PREVIOUS:
        return icon(R.drawable.enter_previous, R.string.enter_previous, action);
      case EditorInfo.IME_ACTION_DONE:
        return icon(R.drawable.enter_done, R.string.enter_done, action);
      default:
        return plain();
    }
  }

  /** Tells whether the field has an action; otherwise it gets the key itself. */
  public boolean hasAction() {
    return action != EditorInfo.IME_ACTION_NONE;
  }

  /** Returns the id for {@code InputConnection.performEditorAction}. */
  public int action() {
    return action;
  }

  /** Shows it on the key. */
  void showOn(KeyView key) {
    if (label.isEmpty()) {
      key.showIcon(icon, key.getContext().getString(description));
    } else {
      key.show(label, label);
    }
  }

  private static EnterKey plain() {
    return icon(R.drawable.enter_new_line, R.string.enter_plain, EditorInfo.IME_ACTION_NONE);
  }

  private static EnterKey icon(int icon, int description, int action) {
    return new EnterKey("", icon, description, action);
  }
}
