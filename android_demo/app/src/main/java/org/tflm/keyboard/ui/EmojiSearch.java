package org.tflm.keyboard.ui;

import android.content.Context;
import android.view.Gravity;
import android.widget.HorizontalScrollView;
import android.widget.LinearLayout;
import android.widget.TextView;
import java.util.Collections;
import org.tflm.keyboard.R;

/** A name that is typed on the keys, and the emoji that have it, in place of suggestions. */
final class EmojiSearch extends LinearLayout {
  private static final int MOST = 40; // Emoji that are shown.

  private final KeyboardListener listener;
  private final Runnable changed;
  private final TextView name;
  private final LinearLayout found;
  private String query = "";
  private boolean isOpen;

  /**
   * @param changed runs when it was opened or closed
   */
  EmojiSearch(Context context, KeyboardListener listener, Runnable changed) {
    super(context);
    this.listener = listener;
    this.changed = changed;
    name = new TextView(context);
    name.setId(R.id.emoji_query);
    name.setTextColor(context.getColor(R.color.key_text));
    name.setTextSize(android.util.TypedValue.COMPLEX_UNIT_PX, size(R.dimen.key_label));
    name.setGravity(Gravity.CENTER_VERTICAL);
    name.setMinWidth(2 * size(R.dimen.alternative_width));
    name.setPaddingRelative(size(R.dimen.key_hint), 0, size(R.dimen.key_hint), 0);
    found = new LinearLayout(context);
    HorizontalScrollView all = new HorizontalScrollView(context);
    all.addView(found);
    addView(name, LayoutParams.WRAP_CONTENT, LayoutParams.MATCH_PARENT);
    addView(all, new LayoutParams(0, LayoutParams.MATCH_PARENT, 1));
  }

  boolean isOpen() {
    return isOpen;
  }

  void open() {
    setOpen(true);
  }

  void close() {
    if (isOpen) {
      setOpen(false);
    }
  }

  private void setOpen(boolean isOpen) {
    this.isOpen = isOpen;
    ask("");
    changed.run();
  }

  void type(String text) {
    ask(query + text);
  }

  /** Deletes a letter of the name; returns whether there was one. */
  boolean delete() {
    boolean wasThere = !query.isEmpty();
    ask(wasThere ? query.substring(0, query.offsetByCodePoints(query.length(), -1)) : "");
    return wasThere;
  }

  private void ask(String asked) {
    query = asked;
    boolean isEmpty = query.isEmpty();
    name.setText(isEmpty ? getContext().getString(R.string.emoji_search_hint) : query);
    name.setAlpha(isEmpty ? 0.7f : 1);
    found.removeAllViews();
    for (String emoji : Emoji.find(query, MOST)) {
      KeyView view = new KeyView(getContext(), Key.of(emoji, Collections.emptyList()));
      view.show(emoji, Emoji.name(emoji));
      view.setOnClickListener(clicked -> listener.typeEmoji(emoji));
      found.addView(view, size(R.dimen.alternative_width), LayoutParams.MATCH_PARENT);
    }
  }

  private int size(int dimension) {
    return getResources().getDimensionPixelSize(dimension);
  }
}
