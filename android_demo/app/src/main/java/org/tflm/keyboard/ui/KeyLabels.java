package org.tflm.keyboard.ui;

import android.content.Context;
import java.util.Locale;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.Casing;
import org.tflm.keyboard.core.Shift;

/** What is written on keys, and what a screen reader says of them, as things stand. */
final class KeyLabels {
  private final Context context;
  private final Descriptions descriptions;
  private Shift shift = Shift.OFF;
  private String language = "";
  private Locale locale = Locale.ROOT;
  private EnterKey enter;

  KeyLabels(Context context) {
    this.context = context;
    descriptions = new Descriptions(context.getResources());
  }

  Shift shift() {
    return shift;
  }

  /** Sets how letters will be written; returns whether that is new. */
  boolean setShift(Shift shift) {
    boolean isNew = shift != this.shift;
    this.shift = shift;
    return isNew;
  }

  /** Returns the locale of the case of letters. */
  Locale locale() {
    return locale;
  }

  /** Sets whose case letters have, and what is on the space key; returns whether one is new. */
  boolean setLanguage(String tag, String name) {
    Locale asked = Casing.locale(tag);
    boolean isNew = !name.equals(language) || !asked.equals(locale);
    language = name;
    locale = asked;
    return isNew;
  }

  void setEnter(EnterKey enter) {
    this.enter = enter;
  }

  /** Shows on a key what it is now. */
  void showOn(KeyView view) {
    switch (view.key().role()) {
      case TEXT:
        String label = Casing.type(view.key().text(), shift, locale);
        view.show(label, descriptions.of(label));
        break;
      case SPACE:
        showSpace(view);
        break;
      case ENTER:
        enter.showOn(view);
        break;
      case DELETE:
        view.showIcon(R.drawable.delete, string(R.string.key_delete));
        break;
      case SHIFT:
        showShift(view);
        break;
      case GLOBE:
        view.showIcon(R.drawable.globe, string(R.string.key_globe));
        break;
      case EMOJI:
        view.showIcon(R.drawable.emoji, string(R.string.key_emoji));
        break;
      case SEARCH:
        view.showIcon(R.drawable.enter_search, string(R.string.key_emoji_search));
        break;
      case LETTERS:
        view.show(string(R.string.label_letters), string(R.string.key_letters));
        break;
      case SYMBOLS:
        view.show(string(R.string.label_symbols), string(R.string.key_symbols));
        break;
      default:
        view.show(string(R.string.label_more), string(R.string.key_more));
    }
  }

  private void showSpace(KeyView view) {
    if (language.isEmpty()) {
      view.showIcon(R.drawable.space, string(R.string.key_space));
    } else {
      view.show(language, string(R.string.key_space));
    }
  }

  private void showShift(KeyView view) {
    switch (shift) {
      case ON:
        view.showIcon(R.drawable.shift_on, string(R.string.key_shift_on));
        break;
      case LOCKED:
        view.showIcon(R.drawable.shift_locked, string(R.string.key_shift_locked));
        break;
      default:
        view.showIcon(R.drawable.shift_off, string(R.string.key_shift));
    }
  }

  private String string(int id) {
    return context.getString(id);
  }
}
