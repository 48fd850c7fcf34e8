package org.tflm.keyboard.core;

import java.util.function.Consumer;

/** A field that says nothing. */
final class MuteEditor implements Editor {
  @Override
  public void commit(String text) {}

  @Override
  public void deleteBefore(int chars) {}

  @Override
  public void deleteAfter(int chars) {}

  @Override
  public void deleteCodePoint() {}

  @Override
  public void deleteKey() {}

  @Override
  public void moveTo(int place) {}

  @Override
  public void action() {}

  @Override
  public void read(int before, int after, Consumer<TextAround> receiver) {
    receiver.accept(null);
  }
}
