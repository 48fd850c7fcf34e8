package org.tflm.keyboard.ui;

import android.content.res.Resources;
import java.util.HashMap;
import java.util.Map;
import org.tflm.keyboard.R;

/** What a screen reader says of a key's text, as it says many symbols badly or not at all. */
final class Descriptions {
  private final Resources resources;
  private final Map<String, String> names = new HashMap<>();

  Descriptions(Resources resources) {
    this.resources = resources;
    String symbols = resources.getString(R.string.symbols);
    String[] all = resources.getStringArray(R.array.symbol_names);
    for (int i = 0; i < all.length; i++) {
      names.put(symbols.substring(i, i + 1), all[i]);
    }
  }

  /** Returns the name of {@code text} as it would be typed now. */
  String of(String text) {
    String name = names.get(text);
    if (name != null) {
      return name;
    }
    return Character.isUpperCase(text.codePointAt(0))
        ? resources.getString(R.string.key_capital, text)
        : text;
  }
}
