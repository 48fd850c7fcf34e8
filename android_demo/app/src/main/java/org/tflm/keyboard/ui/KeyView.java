package org.tflm.keyboard.ui;

import android.content.Context;
import android.graphics.Canvas;
import android.graphics.Paint;
import android.graphics.drawable.Drawable;
import android.os.Build;
import android.view.View;
import android.view.accessibility.AccessibilityNodeInfo;
import android.widget.Button;
import org.tflm.keyboard.R;
import org.tflm.keyboard.ui.Key.Role;

/** One key on the screen. It draws itself and is a button to screen readers. */
public final class KeyView extends View {
  private static final float GAP_DP = 2.5f; // Between the face and the end of the key's place.

  private final Key key;
  private final Paint paint = new Paint(Paint.ANTI_ALIAS_FLAG);
  private final Drawable face;
  private final int color;
  private final float gap;
  private String label = "";
  private String hint = "";
  private Drawable icon;

  KeyView(Context context, Key key) {
    super(context);
    this.key = key;
    gap = GAP_DP * getResources().getDisplayMetrics().density;
    boolean isAction = key.role() == Role.ENTER;
    boolean isText = key.role() == Role.TEXT || key.role() == Role.SPACE;
    face = context.getDrawable(
        isAction ? R.drawable.key_action : isText ? R.drawable.key : R.drawable.key_function);
    face.setCallback(this);
    color = context.getColor(isAction ? R.color.key_action_text : R.color.key_text);
    paint.setTextAlign(Paint.Align.CENTER);
    setClickable(true);
    setSoundEffectsEnabled(false); // Feedback makes the sounds of keys.
  }

  public Key key() {
    return key;
  }

  /** Sets what is seen and what a screen reader says. */
  void show(String label, String description) {
    this.label = label;
    icon = null;
    setContentDescription(description);
    invalidate();
  }

  /** Sets the picture that is seen, and what a screen reader says. */
  void showIcon(int drawable, String description) {
    show("", description);
    icon = getContext().getDrawable(drawable).mutate();
    icon.setTint(color);
  }

  /** Returns the text that is seen, empty for a picture. */
  String label() {
    return label;
  }

  /** Sets the small text in the corner: what the key types when it is held. */
  void showHint(String hint) {
    this.hint = hint;
    invalidate();
  }

  @Override
  public CharSequence getAccessibilityClassName() {
    return Button.class.getName();
  }

  @Override
  public void onInitializeAccessibilityNodeInfo(AccessibilityNodeInfo info) {
    super.onInitializeAccessibilityNodeInfo(info);
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) {
      info.setTextEntryKey(true); // A lifted finger types, without a double tap.
    }
  }

  @Override
  protected void drawableStateChanged() {
    super.drawableStateChanged();
    if (face != null && face.setState(getDrawableState())) {
      invalidate();
    }
  }

  @Override
  protected boolean verifyDrawable(Drawable who) {
    return who == face || super.verifyDrawable(who);
  }

  @Override
  protected void onDraw(Canvas canvas) {
    float left = getWidth() * key.start() + gap;
    float right = getWidth() * key.end() - gap;
    int bottom = Math.round(getHeight() - gap);
    face.setBounds(Math.round(left), Math.round(gap), Math.round(right), bottom);
    face.draw(canvas);
    float middle = (left + right) / 2;
    if (icon != null) {
      drawIcon(canvas, middle);
    } else {
      drawLabel(canvas, middle, right - left - 2 * gap);
    }
    if (!hint.isEmpty()) {
      drawHint(canvas, right - 2 * gap);
    }
  }

  private void drawHint(Canvas canvas, float right) {
    paint.setTextSize(getResources().getDimension(R.dimen.key_hint));
    paint.setColor(getContext().getColor(R.color.key_hint));
    canvas.drawText(hint, right - paint.measureText(hint) / 2, gap - paint.ascent(), paint);
  }

  private void drawIcon(Canvas canvas, float middle) {
    int size = getResources().getDimensionPixelSize(R.dimen.key_icon);
    int left = Math.round(middle - size / 2f);
    int top = (getHeight() - size) / 2;
    icon.setBounds(left, top, left + size, top + size);
    icon.draw(canvas);
  }

  private void drawLabel(Canvas canvas, float middle, float room) {
    boolean isLetter = label.codePointCount(0, label.length()) == 1;
    paint.setTextSize(
        getResources().getDimension(isLetter ? R.dimen.key_text : R.dimen.key_label));
    float width = paint.measureText(label);
    if (width > room) {
      paint.setTextSize(paint.getTextSize() * room / width);
    }
    paint.setColor(color);
    float base = (getHeight() - paint.ascent() - paint.descent()) / 2;
    canvas.drawText(label, middle, base, paint);
  }
}
