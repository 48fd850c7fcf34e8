package org.tflm.keyboard.ui;

import android.content.Context;
import android.view.View;
import android.widget.HorizontalScrollView;
import android.widget.LinearLayout;
import java.util.List;

/** Offers that another app draws, in place of suggestions. */
final class InlineBar extends HorizontalScrollView {
  private final LinearLayout row;

  InlineBar(Context context) {
    super(context);
    row = new LinearLayout(context);
    addView(row);
  }

  boolean hasOffers() {
    return row.getChildCount() > 0;
  }

  void show(List<View> offers) {
    row.removeAllViews();
    for (View offer : offers) {
      row.addView(offer);
    }
  }
}
