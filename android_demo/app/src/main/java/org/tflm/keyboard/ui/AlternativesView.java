package org.tflm.keyboard.ui;

import android.content.Context;
import android.graphics.Rect;
import android.view.ViewConfiguration;
import android.view.ViewGroup;
import android.view.accessibility.AccessibilityEvent;
import android.widget.FrameLayout;
import android.widget.LinearLayout;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.Casing;
import org.tflm.keyboard.core.Shift;

/**
 * What a held key may type instead, in a row above it.
 *
 * <p>A view over the keys and no window of its own. The finger that holds the key slides to one of
 * them; a screen reader opens it without a finger, and then they are touched as other keys.
 */
final class AlternativesView extends LinearLayout {
  private final Descriptions descriptions;
  private final Rect place = new Rect(); // Of the held key, in the parent.
  private Consumer<String> chosen;
  private int selected;
  private float start; // Where the finger was first, before it slid.

  AlternativesView(Context context) {
    super(context);
    descriptions = new Descriptions(getResources());
    setBackground(context.getDrawable(R.drawable.alternatives));
    setVisibility(GONE);
  }

  boolean isOpen() {
    return getVisibility() == VISIBLE;
  }

  /**
   * Shows the alternatives of a key, of which the first is selected.
   *
   * @param locale whose case they have
   * @param chosen gets the text of the one that is chosen, as it is without shift
   */
  void open(KeyView key, Shift shift, Locale locale, Consumer<String> chosen) {
    this.chosen = chosen;
    List<String> texts = key.key().alternatives();
    removeAllViews();
    for (String text : texts) {
      addKey(text, Casing.type(text, shift, locale));
    }
    ViewGroup parent = (ViewGroup) getParent();
    place.set(0, 0, key.getWidth(), key.getHeight());
    parent.offsetDescendantRectToMyCoords(key, place);
    int most = parent.getWidth() / texts.size();
    int each = Math.min(getResources().getDimensionPixelSize(R.dimen.alternative_width), most);
    int width = each * texts.size();
    int left = Math.min(place.centerX() - each / 2, parent.getWidth() - width);
    setLayoutParams(new FrameLayout.LayoutParams(width, key.getHeight()));
    setTranslationX(Math.max(0, left));
    setTranslationY(Math.max(0, place.top - key.getHeight()));
    start = Float.NaN;
    select(0);
    setVisibility(VISIBLE);
    getChildAt(0).sendAccessibilityEvent(AccessibilityEvent.TYPE_VIEW_FOCUSED);
  }

  /** Selects what the finger on the held key points to, once it slides; {@code x} is in the key. */
  void point(float x) {
    if (Float.isNaN(start)) {
      start = x;
    }
    if (Math.abs(x - start) > ViewConfiguration.get(getContext()).getScaledTouchSlop()) {
      start = Float.POSITIVE_INFINITY; // From now on each place counts.
      float inside = place.left + x - getTranslationX();
      int at = (int) Math.floor(inside * getChildCount() / getLayoutParams().width);
      select(Math.max(0, Math.min(at, getChildCount() - 1)));
    }
  }

  /** Closes it; {@code chooses} tells whether the selected one is typed. */
  void close(boolean chooses) {
    if (!isOpen()) {
      return;
    }
    setVisibility(GONE);
    Consumer<String> receiver = chosen;
    chosen = null;
    if (chooses) {
      receiver.accept(((KeyView) getChildAt(selected)).key().text());
    }
  }

  private void addKey(String text, String label) {
    KeyView view = new KeyView(getContext(), Key.of(text, Collections.<String>emptyList()));
    view.show(label, descriptions.of(label));
    int place = getChildCount();
    view.setOnClickListener(
        clicked -> {
          select(place);
          close(true);
        });
    addView(view, new LayoutParams(0, LayoutParams.MATCH_PARENT, 1));
  }

  private void select(int place) {
    selected = place;
    for (int i = 0; i < getChildCount(); i++) {
      getChildAt(i).setSelected(i == place);
    }
  }
}
