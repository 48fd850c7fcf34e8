package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What was chosen last, of things that have no space in them, such as emoji; the last first. */
public final class Recent {
  private static final int MOST = 32;

  private final Storage storage;
  private final List<String> all = new ArrayList<>();

  /** Reads them. */
  public Recent(Storage storage) {
    this.storage = storage;
    String saved = storage.load().trim();
    if (!saved.isEmpty()) {
      all.addAll(Arrays.asList(saved.split(" ")));
    }
  }

  public List<String> all() {
    return new ArrayList<>(all);
  }

  /** Notes that one was chosen. */
  public void add(String chosen) {
    all.remove(chosen);
    all.add(0, chosen);
    while (all.size() > MOST) {
      all.remove(MOST);
    }
    storage.save(String.join(" ", all));
  }
}
