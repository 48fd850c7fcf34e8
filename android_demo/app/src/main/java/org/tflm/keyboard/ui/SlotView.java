package org.tflm.keyboard.ui;

import android.content.Context;
import android.graphics.Paint;
import android.util.AttributeSet;
import android.util.TypedValue;
import android.widget.TextView;

/** Text that becomes smaller where it would not fit, before its middle is left out. */
final class SlotView extends TextView {
  private static final float LEAST_DP = 11;
  private static final float LINE = 1.25f; // Its height, in text sizes.
  private static final float SLACK = 1.04f; // Widths do not grow quite as sizes do.

  private final float wanted = getTextSize();
  private final Paint paint = new Paint();

  public SlotView(Context context, AttributeSet attributes) {
    super(context, attributes);
    setIncludeFontPadding(false);
  }

  @Override
  protected void onTextChanged(CharSequence text, int start, int before, int after) {
    super.onTextChanged(text, start, before, after);
    fit();
  }

  @Override
  protected void onSizeChanged(int width, int height, int oldWidth, int oldHeight) {
    super.onSizeChanged(width, height, oldWidth, oldHeight);
    fit();
  }

  private void fit() {
    if (paint == null || getWidth() == 0) {
      return; // It is being made.
    }
    float height = Math.min(wanted, getHeight() / (LINE * getMaxLines()));
    paint.set(getPaint());
    paint.setTextSize(height);
    int room = getWidth() - getCompoundPaddingLeft() - getCompoundPaddingRight();
    float lines = getMaxLines() == 1 ? 1 : 0.8f * getMaxLines(); // Lines break between words.
    float needed = SLACK * paint.measureText(getText().toString()) / lines;
    float least = LEAST_DP * getResources().getDisplayMetrics().density;
    float size = Math.max(Math.min(height, least), Math.min(height, height * room / needed));
    if (size != getTextSize()) {
      setTextSize(TypedValue.COMPLEX_UNIT_PX, size);
    }
  }
}
