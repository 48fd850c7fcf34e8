package org.tflm.keyboard.core;

/** The shift key: off, on for one letter, or locked. */
public enum Shift {
  OFF,
  ON,
  LOCKED
}
