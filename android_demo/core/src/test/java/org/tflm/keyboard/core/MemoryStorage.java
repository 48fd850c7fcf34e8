package org.tflm.keyboard.core;

final class MemoryStorage implements Storage {
  String text = "";
  int saves;

  @Override
  public String load() {
    return text;
  }

  @Override
  public void save(String text) {
    this.text = text;
    saves++;
  }
}
