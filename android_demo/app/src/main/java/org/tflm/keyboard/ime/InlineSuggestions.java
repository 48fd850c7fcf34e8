package org.tflm.keyboard.ime;

import android.content.Context;
import android.os.Bundle;
import android.util.DisplayMetrics;
import android.util.Size;
import android.view.View;
import android.view.ViewGroup;
import android.view.inputmethod.InlineSuggestion;
import android.view.inputmethod.InlineSuggestionsRequest;
import android.view.inputmethod.InlineSuggestionsResponse;
import android.widget.inline.InlinePresentationSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.tflm.keyboard.R;

/**
 * What the user's password manager offers for a field, which Android 11 and later show in the
 * keyboard. It draws its offers itself: the keyboard never knows what they are.
 */
final class InlineSuggestions {
  private static final int MOST = 5;
  private static final int LEAST_WIDTH_DP = 48;

  // How androidx.autofill.inline writes a style, which managers look for; ours is their own.
  private static final String VERSIONS = "androidx.autofill.inline.ui.version:key";
  private static final String VERSION = "androidx.autofill.inline.ui.version:v1";
  private static final String STYLE = "style_v1";

  private final Context context;
  private final Consumer<List<View>> shown;
  private int asked; // Counts responses: a later one makes the views of those before void.

  /**
   * @param shown gets the views to show, none to show none
   */
  InlineSuggestions(Context context, Consumer<List<View>> shown) {
    this.context = context;
    this.shown = shown;
  }

  /** Returns how much room there is for offers. */
  InlineSuggestionsRequest request() {
    DisplayMetrics screen = context.getResources().getDisplayMetrics();
    int height = context.getResources().getDimensionPixelSize(R.dimen.suggestion_bar_height);
    Size least = new Size(Math.round(LEAST_WIDTH_DP * screen.density), height);
    Size most = new Size(Math.max(least.getWidth(), screen.widthPixels / 2), height);
    InlinePresentationSpec spec =
        new InlinePresentationSpec.Builder(least, most).setStyle(style()).build();
    return new InlineSuggestionsRequest.Builder(Collections.singletonList(spec))
        .setMaxSuggestionCount(MOST)
        .build();
  }

  /** Shows the offers, as they are drawn one by one; tells whether there are any. */
  boolean show(InlineSuggestionsResponse response) {
    List<InlineSuggestion> offers = response.getInlineSuggestions();
    View[] views = new View[offers.size()];
    int asking = ++asked;
    shown.accept(Collections.emptyList());
    // Within the room of their request, which may be of before the phone was turned.
    Size size = new Size(ViewGroup.LayoutParams.WRAP_CONTENT, ViewGroup.LayoutParams.WRAP_CONTENT);
    for (int i = 0; i < views.length; i++) {
      int place = i;
      offers
          .get(i)
          .inflate(context, size, context.getMainExecutor(), view -> add(view, views, place, asking));
    }
    return views.length > 0;
  }

  /** Shows none, as the field is another. */
  void clear() {
    asked++;
    shown.accept(Collections.emptyList());
  }

  private void add(View view, View[] views, int place, int asking) {
    views[place] = view;
    if (asking == asked) {
      List<View> drawn = new ArrayList<>();
      for (View each : views) {
        if (each != null) { // It is drawn, and could be.
          drawn.add(each);
        }
      }
      shown.accept(drawn);
    }
  }

  private static Bundle style() {
    Bundle usual = new Bundle();
    usual.putBoolean(STYLE, true);
    Bundle styles = new Bundle();
    styles.putStringArrayList(VERSIONS, new ArrayList<>(Collections.singletonList(VERSION)));
    styles.putBundle(VERSION, usual);
    return styles;
  }
}
