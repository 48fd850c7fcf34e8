package org.tflm.keyboard.ui;

import android.content.Context;
import android.view.Gravity;
import android.view.View;
import android.widget.ImageView;
import android.widget.LinearLayout;
import org.tflm.keyboard.R;

/** Beside keys that stand at one side: a way to the other side, and one back to all the width. */
final class OneHandedStrip extends LinearLayout {
  /**
   * @param isLeft whether the keys stand at the left, and this at their right
   */
  OneHandedStrip(Context context, KeyboardListener listener, boolean isLeft) {
    super(context);
    setOrientation(VERTICAL);
    setGravity(Gravity.CENTER);
    addButton(R.drawable.full_width, R.string.full_width, () -> listener.oneHanded(false, isLeft));
    View other =
        addButton(R.drawable.other_side, R.string.other_side, () -> listener.oneHanded(true, !isLeft));
    other.setScaleX(isLeft ? 1 : -1); // The arrow points to where the keys would go.
  }

  private View addButton(int icon, int description, Runnable action) {
    ImageView button = new ImageView(getContext());
    button.setImageResource(icon);
    button.setColorFilter(getContext().getColor(R.color.key_text));
    button.setScaleType(ImageView.ScaleType.CENTER);
    button.setBackground(getContext().getDrawable(R.drawable.slot));
    button.setContentDescription(getContext().getString(description));
    button.setOnClickListener(clicked -> action.run());
    int size = getResources().getDimensionPixelSize(R.dimen.alternative_width);
    addView(button, LayoutParams.MATCH_PARENT, size);
    return button;
  }
}
