package org.tflm.keyboard.ui;

import android.content.Context;
import android.view.View;
import android.widget.HorizontalScrollView;
import android.widget.LinearLayout;
import java.util.List;

/** Offers that another app draws, in place of suggestions. */
final class InlineBar extends HorizontalScrollView {
  private final View replaced;
  private final LinearLayout row;

  /**
   * @param replaced is not seen while there are offers
   */
  InlineBar(Context context, View replaced) {
    super(context);
    this.replaced = replaced;
    row = new LinearLayout(context);
    addView(row);
    setVisibility(GONE);
  }

  /** Shows offers; none leave the room to suggestions. */
  void show(List<View> offers) {
    row.removeAllViews();
    for (View offer : offers) {
      row.addView(offer);
    }
    boolean isEmpty = offers.isEmpty();
    setVisibility(isEmpty ? GONE : VISIBLE);
    replaced.setVisibility(isEmpty ? VISIBLE : GONE);
  }
}
