package org.tflm.keyboard.settings;

import org.tflm.keyboard.core.Storage;

/** Keeps nothing, as there is nowhere to keep it yet. */
final class NoStorage implements Storage {
  @Override
  public String load() {
    return "";
  }

  @Override
  public void save(String text) {
    // It is forgotten.
  }
}
