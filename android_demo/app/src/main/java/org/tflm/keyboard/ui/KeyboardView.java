package org.tflm.keyboard.ui;

import android.content.Context;
import android.view.Gravity;
import android.widget.LinearLayout;
import java.util.ArrayList;
import java.util.List;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.FieldPolicy.Kind;
import org.tflm.keyboard.core.Shift;
import org.tflm.keyboard.ui.Key.Role;
import org.tflm.keyboard.ui.Layouts.Page;

/** The keys: rows of {@link KeyView}, one page at a time. */
public final class KeyboardView extends LinearLayout implements KeyTouch.Target {
  private final KeyboardListener listener;
  private final AlternativesView alternatives;
  private final Feedback feedback;
  private final KeyTouch touch;
  private final KeyLabels labels;
  private final List<KeyView> keys = new ArrayList<>();
  private Letters letters = new Letters("");
  private Page page;
  private Kind kind;
  private boolean globe;
  private boolean symbolTyped; // On this page; a space after it leads back to letters.

  KeyboardView(
      Context context,
      KeyboardListener listener,
      AlternativesView alternatives,
      Feedback feedback) {
    super(context);
    this.listener = listener;
    this.alternatives = alternatives;
    this.feedback = feedback;
    touch = new KeyTouch(this, alternatives);
    labels = new KeyLabels(context);
    setOrientation(VERTICAL);
    int side = getResources().getDimensionPixelSize(R.dimen.keyboard_side);
    setPadding(side, 0, side, getResources().getDimensionPixelSize(R.dimen.keyboard_bottom));
  }

  /**
   * Shows the first page for a field.
   *
   * @param isAgain whether it is the same field as before, of which the page then stays
   */
  public void begin(Kind kind, EnterKey enter, boolean globe, boolean isAgain) {
    Page first = Layouts.first(kind);
    boolean isPage = page == first || (isAgain && page != null);
    boolean isSame = isPage && this.kind == kind && this.globe == globe;
    this.kind = kind;
    labels.setEnter(enter);
    this.globe = globe;
    if (isSame) {
      touch.cancel();
      showLabels();
    } else {
      open(first);
    }
  }

  /** Shows how letters will be written. */
  public void setShift(Shift shift) {
    if (labels.setShift(shift)) {
      showLabels();
    }
  }

  /**
   * Shows the letters of a language.
   *
   * @param tag of BCP 47
   * @param name what is written on the space key, empty for nothing
   */
  public void setLanguage(String tag, String name) {
    Letters found = new Letters(tag);
    boolean isNew = labels.setLanguage(tag, name);
    if (found.keyboard() != letters.keyboard()) {
      letters = found;
      if (page == Page.LETTERS) {
        open(page);
      }
    } else if (isNew) {
      showLabels();
    }
  }

  /** Lets all keys go. */
  public void cancel() {
    touch.cancel();
    alternatives.close(false);
  }

  @Override
  public void touched(KeyView key) {
    feedback.press(key);
  }

  @Override
  public boolean held(KeyView view) {
    Key key = view.key();
    switch (key.role()) {
      case SHIFT:
      case GLOBE:
      case DELETE:
        listener.hold(key.role());
        return true;
      default:
        return openAlternatives(view);
    }
  }

  private boolean openAlternatives(KeyView view) {
    if (view.key().alternatives().isEmpty()) {
      return false;
    }
    alternatives.open(view, labels.shift(), labels.locale(), this::type);
    return true;
  }

  private void act(Key key) {
    switch (key.role()) {
      case TEXT:
        type(key.text());
        break;
      case LETTERS:
        open(Page.LETTERS);
        break;
      case SYMBOLS:
        open(Page.SYMBOLS);
        break;
      case MORE:
        open(Page.MORE);
        break;
      default:
        listener.press(key.role());
    }
    boolean leads = key.role() == Role.SPACE || key.role() == Role.ENTER;
    if (leads && symbolTyped && page != Page.PAD) {
      open(Page.LETTERS);
    }
  }

  private void type(String text) {
    symbolTyped = page != Page.LETTERS && !Character.isDigit(text.charAt(0));
    listener.type(text);
  }

  private void open(Page page) {
    cancel();
    this.page = page;
    symbolTyped = false;
    keys.clear();
    removeAllViews();
    int height = getResources().getDimensionPixelSize(R.dimen.key_height);
    for (List<Key> row : Layouts.rows(page, kind, letters, globe)) {
      addView(rowView(row), new LayoutParams(LayoutParams.MATCH_PARENT, height));
    }
    showLabels();
  }

  private LinearLayout rowView(List<Key> row) {
    LinearLayout view = new LinearLayout(getContext());
    view.setGravity(Gravity.CENTER);
    for (Key key : row) {
      KeyView keyView = new KeyView(getContext(), key);
      keyView.setOnClickListener(clicked -> act(key));
      keyView.setOnTouchListener(touch);
      if (!key.alternatives().isEmpty()) { // A screen reader's way to them.
        keyView.setOnLongClickListener(held -> openAlternatives(keyView));
        keyView.setAccessibilityDelegate(
            new HoldLabel(getContext().getString(R.string.key_alternatives)));
      }
      keyView.showHint(key.hint());
      keys.add(keyView);
      view.addView(keyView, new LayoutParams(0, LayoutParams.MATCH_PARENT, key.weight()));
    }
    return view;
  }

  private void showLabels() {
    for (KeyView key : keys) {
      labels.showOn(key);
    }
  }
}
