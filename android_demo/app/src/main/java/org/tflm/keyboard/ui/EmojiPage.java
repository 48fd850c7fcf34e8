package org.tflm.keyboard.ui;

import android.content.Context;
import android.view.View;
import android.view.ViewGroup;
import android.widget.AbsListView;
import android.widget.BaseAdapter;
import android.widget.GridView;
import android.widget.LinearLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.Recent;
import org.tflm.keyboard.core.Shift;

/** All emoji, the last ones first, and a row of groups to go to. */
final class EmojiPage extends LinearLayout {
  private static final String CLOCK = "\uD83D\uDD58";

  private final Recent recent;
  private final AlternativesView alternatives;
  private final Consumer<String> chosen;
  private final GridView grid;
  private final List<String> shown = new ArrayList<>();

  /**
   * @param alternatives shows other colours of skin
   * @param chosen gets the emoji that is touched
   */
  EmojiPage(
      Context context, Recent recent, AlternativesView alternatives, Consumer<String> chosen) {
    super(context);
    this.recent = recent;
    this.alternatives = alternatives;
    this.chosen = chosen;
    setOrientation(VERTICAL);
    grid = new GridView(context);
    grid.setNumColumns(GridView.AUTO_FIT);
    grid.setColumnWidth(cell());
    grid.setSelector(android.R.color.transparent);
    grid.setAdapter(new Cells());
    LinearLayout groups = new LinearLayout(context);
    addView(groups, LayoutParams.MATCH_PARENT, cell());
    addView(grid, new LayoutParams(LayoutParams.MATCH_PARENT, 0, 1));
    fill();
    addGroup(groups, CLOCK, R.string.emoji_recent, 0);
    int start = recent.all().size();
    for (Emoji group : Emoji.values()) {
      addGroup(groups, group.all().get(0), group.title(), start);
      start += group.all().size();
    }
  }

  private int cell() {
    return getResources().getDimensionPixelSize(R.dimen.alternative_width);
  }

  private void fill() {
    shown.addAll(recent.all());
    for (Emoji group : Emoji.values()) {
      shown.addAll(group.all());
    }
  }

  private void addGroup(LinearLayout groups, String label, int name, int start) {
    KeyView view = new KeyView(getContext(), Key.of(Key.Role.EMOJI));
    view.show(label, getContext().getString(name));
    view.setOnClickListener(clicked -> grid.setSelection(start));
    groups.addView(view, new LayoutParams(0, LayoutParams.MATCH_PARENT, 1));
  }

  private KeyView keyView(String emoji) {
    KeyView view = new KeyView(getContext(), Key.of(emoji, Emoji.tones(emoji)));
    view.show(emoji, Emoji.name(emoji));
    view.setLayoutParams(new AbsListView.LayoutParams(LayoutParams.MATCH_PARENT, cell()));
    view.setOnClickListener(clicked -> chosen.accept(emoji));
    if (!view.key().alternatives().isEmpty()) {
      view.setOnLongClickListener(held -> openTones(view));
    }
    return view;
  }

  private boolean openTones(KeyView view) {
    alternatives.open(view, Shift.OFF, Locale.ROOT, chosen);
    return true;
  }

  /** Gives the grid its keys. */
  private final class Cells extends BaseAdapter {
    @Override
    public int getCount() {
      return shown.size();
    }

    @Override
    public String getItem(int place) {
      return shown.get(place);
    }

    @Override
    public long getItemId(int place) {
      return place;
    }

    @Override
    public View getView(int place, View old, ViewGroup parent) {
      boolean isSame = old != null && ((KeyView) old).key().text().equals(getItem(place));
      return isSame ? old : keyView(getItem(place));
    }
  }
}
