package org.tflm.keyboard.core;

/** A version of TensorFlow Lite, such as 2.16.1: numbers that are compared from left to right. */
final class RuntimeVersion implements Comparable<RuntimeVersion> {
  private final String[] numbers;

  /**
   * @param text what is no number in it is as old as 0
   */
  RuntimeVersion(String text) {
    numbers = text.split("[^0-9]+");
  }

  @Override
  public int compareTo(RuntimeVersion other) {
    for (int i = 0; i < Math.max(numbers.length, other.numbers.length); i++) {
      int order = Integer.compare(number(i), other.number(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private int number(int place) {
    boolean isThere = place < numbers.length && !numbers[place].isEmpty();
    return isThere ? Integer.parseInt(numbers[place]) : 0;
  }
}
