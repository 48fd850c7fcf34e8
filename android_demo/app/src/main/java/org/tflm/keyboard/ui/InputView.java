package org.tflm.keyboard.ui;

import android.content.Context;
import android.text.TextUtils;
import android.view.MotionEvent;
import android.view.View;
import android.view.WindowInsets;
import android.widget.FrameLayout;
import android.widget.LinearLayout;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.Recent;

/** The whole keyboard: the suggestion bar, the keys below it, and alternatives over both. */
public final class InputView extends FrameLayout {
  private static final float STRIP = 0.2f; // Of the width, beside keys for one hand.

  private final SuggestionBarView suggestionBar;
  private final InlineBar inlineBar;
  private final EmojiSearch search;
  private final KeyboardView keyboard;
  private final AlternativesView alternatives;
  private final LinearLayout across;
  private final OneHandedStrip left;
  private final OneHandedStrip right;

  /**
   * @param recent gives the last emoji, which are others once the phone is unlocked
   */
  public InputView(
      Context context, KeyboardListener listener, Feedback feedback, Supplier<Recent> recent) {
    super(context);
    alternatives = new AlternativesView(context);
    suggestionBar = new SuggestionBarView(context, listener);
    inlineBar = new InlineBar(context);
    search = new EmojiSearch(context, listener, this::showBar);
    PreviewView preview = new PreviewView(context);
    keyboard =
        new KeyboardView(context, listener, alternatives, preview, search, recent, feedback);
    LinearLayout column = new LinearLayout(context);
    column.setOrientation(LinearLayout.VERTICAL);
    int height = getResources().getDimensionPixelSize(R.dimen.suggestion_bar_height);
    column.addView(suggestionBar, LayoutParams.MATCH_PARENT, height);
    column.addView(inlineBar, LayoutParams.MATCH_PARENT, height);
    column.addView(search, LayoutParams.MATCH_PARENT, height);
    column.addView(keyboard, LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT);
    left = new OneHandedStrip(context, listener, false);
    right = new OneHandedStrip(context, listener, true);
    across = new LinearLayout(context);
    across.addView(left, share(STRIP, LayoutParams.MATCH_PARENT));
    across.addView(column, share(1 - STRIP, LayoutParams.WRAP_CONTENT));
    across.addView(right, share(STRIP, LayoutParams.MATCH_PARENT));
    setOneHanded(false, false);
    showBar();
    addView(across, LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT);
    addView(preview, 0, 0);
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

  /** Gives the keys one side, for the left hand or the right, or all the width. */
  public void setOneHanded(boolean isOn, boolean isLeft) {
    left.setVisibility(isOn && !isLeft ? VISIBLE : GONE);
    right.setVisibility(isOn && isLeft ? VISIBLE : GONE);
  }

  /** Shows offers of another app in place of suggestions; none leave the room to these. */
  public void showInline(List<View> offers) {
    inlineBar.show(offers);
    showBar();
  }

  /** Shows one bar above the keys: the name of an emoji, else offers, else suggestions. */
  private void showBar() {
    View shown = search.isOpen() ? search : inlineBar.hasOffers() ? inlineBar : suggestionBar;
    for (View bar : new View[] {search, inlineBar, suggestionBar}) {
      bar.setVisibility(bar == shown ? VISIBLE : GONE);
    }
  }

  private static LinearLayout.LayoutParams share(float weight, int height) {
    return new LinearLayout.LayoutParams(0, height, weight);
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
    across.setPadding(
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
