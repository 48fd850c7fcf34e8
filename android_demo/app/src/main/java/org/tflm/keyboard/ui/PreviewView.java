package org.tflm.keyboard.ui;

import android.content.Context;
import android.graphics.Rect;
import android.util.TypedValue;
import android.view.Gravity;
import android.view.ViewGroup;
import android.widget.FrameLayout;
import android.widget.TextView;
import org.tflm.keyboard.R;

/** The letter under the finger, seen above it: a view over the keys and no window of its own. */
final class PreviewView extends TextView {
  private static final float LARGER = 1.4f;

  private final Rect place = new Rect(); // Of the touched key, in the parent.

  PreviewView(Context context) {
    super(context);
    float size = getResources().getDimension(R.dimen.key_text);
    setTextSize(TypedValue.COMPLEX_UNIT_PX, LARGER * size);
    setTextColor(context.getColor(R.color.key_text));
    setBackground(context.getDrawable(R.drawable.alternatives));
    setGravity(Gravity.CENTER);
    setIncludeFontPadding(false);
    setMaxLines(1);
    setImportantForAccessibility(IMPORTANT_FOR_ACCESSIBILITY_NO);
    setVisibility(GONE);
  }

  void show(KeyView key) {
    ViewGroup parent = (ViewGroup) getParent();
    place.set(0, 0, key.getWidth(), key.getHeight());
    parent.offsetDescendantRectToMyCoords(key, place);
    int middle = place.left + Math.round(key.getWidth() * (key.key().start() + key.key().end()) / 2);
    int each = getResources().getDimensionPixelSize(R.dimen.alternative_width);
    setText(key.label());
    setLayoutParams(new FrameLayout.LayoutParams(each, each));
    setTranslationX(Math.max(0, Math.min(middle - each / 2, parent.getWidth() - each)));
    setTranslationY(Math.max(0, place.top - each));
    setVisibility(VISIBLE);
  }

  void hide() {
    setVisibility(GONE);
    setText("");
  }
}
