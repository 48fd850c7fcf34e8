package org.tflm.keyboard.ui;

import java.util.ArrayList;
import java.util.List;
import org.tflm.keyboard.ui.Key.Role;

/** Rows of keys with a gap in their middle, so that two thumbs reach all of them. */
final class SplitRows {
  private static final float GAP = 0.6f; // Of the width that the keys have.
  private static final float LEAST_SPACE = 0.7f; // Of a letter's width, at one side.

  private SplitRows() {}

  /** Returns the same rows, split; a space key in the middle becomes two. */
  static List<List<Key>> of(List<List<Key>> rows) {
    List<List<Key>> all = new ArrayList<>();
    for (List<Key> row : rows) {
      all.add(split(row));
    }
    return all;
  }

  private static List<Key> split(List<Key> row) {
    float width = 0;
    for (Key key : row) {
      width += key.weight();
    }
    Key gap = Key.of(Role.GAP).wide(GAP * width);
    List<Key> split = new ArrayList<>();
    float left = 0;
    for (Key key : row) {
      float right = left + key.weight();
      boolean isMiddle = left <= width / 2 && right > width / 2;
      if (!isMiddle) {
        split.add(key);
      } else if (key.role() == Role.SPACE && width / 2 - left > LEAST_SPACE) {
        split.add(key.wide(width / 2 - left));
        split.add(gap);
        split.add(key.wide(right - width / 2));
      } else if ((left + right) / 2 > width / 2) {
        split.add(gap);
        split.add(key);
      } else {
        split.add(key);
        split.add(gap);
      }
      left = right;
    }
    return split;
  }
}
