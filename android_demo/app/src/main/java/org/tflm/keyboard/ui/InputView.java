package org.tflm.keyboard.ui;

import android.content.Context;
import android.text.TextUtils;
import android.view.MotionEvent;
import android.view.WindowInsets;
import android.widget.FrameLayout;
import android.widget.LinearLayout;
import java.util.Locale;
import org.tflm.keyboard.R;

/** The whole keyboard: the suggestion bar, the keys below it, and alternatives over both. */
public final class InputView extends FrameLayout {
  private final SuggestionBarView suggestionBar;
  private final KeyboardView keyboard;
  private final AlternativesView alternatives;
  private final LinearLayout column;

  public InputView(Context context, KeyboardListener listener, Feedback feedback) {
    super(context);
    alternatives = new AlternativesView(context);
    suggestionBar = new SuggestionBarView(context, listener);
    keyboard = new KeyboardView(context, listener, alternatives, feedback);
    column = new LinearLayout(context);
    column.setOrientation(LinearLayout.VERTICAL);
    int height = getResources().getDimensionPixelSize(R.dimen.suggestion_bar_height);
    column.addView(suggestionBar, LayoutParams.MATCH_PARENT, height);
    column.addView(keyboard, LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT);
    addView(column, LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT);
    addView(alternatives, 0, 0);
    setBackgroundColor(context.getColor(R.color.keyboard));
    setLayoutDirection(LAYOUT_DIRECTION_LTR); // Keys stand so in every language, Arabic too.
  }

  /**
   * Shows the keys of a language, and suggestions in the direction in which it is read.
   *
   * @param tag of BCP 47
   * @param name what is written on the space key, empty for nothing
   */
  public void setLanguage(String tag, String name) {
    keyboard.setLanguage(tag, name);
    Locale locale = Locale.forLanguageTag(tag);
    suggestionBar.setLayoutDirection(TextUtils.getLayoutDirectionFromLocale(locale));
  }

  public SuggestionBarView suggestionBar() {
    return suggestionBar;
  }

  public KeyboardView keyboard() {
    return keyboard;
  }

  /** Keeps the keys off the navigation bar, which Android 15 draws over the keyboard. */
  @Override
  public WindowInsets onApplyWindowInsets(WindowInsets insets) {
    column.setPadding(
        insets.getSystemWindowInsetLeft(),
        0,
        insets.getSystemWindowInsetRight(),
        insets.getSystemWindowInsetBottom());
    return insets;
  }

  /** A touch beside open alternatives closes them, and is nothing else. */
  @Override
  public boolean onInterceptTouchEvent(MotionEvent event) {
    boolean isOutside =
        event.getActionMasked() == MotionEvent.ACTION_DOWN
            && alternatives.isOpen()
            && !isIn(alternatives, event);
    if (isOutside) {
      alternatives.close(false);
    }
    return isOutside;
  }

  @Override
  public boolean onTouchEvent(MotionEvent event) {
    return true; // No touch reaches what is behind the keyboard.
  }

  private static boolean isIn(AlternativesView view, MotionEvent event) {
    float x = event.getX() - view.getX();
    float y = event.getY() - view.getY();
    return x >= 0 && y >= 0 && x < view.getWidth() && y < view.getHeight();
  }
}
