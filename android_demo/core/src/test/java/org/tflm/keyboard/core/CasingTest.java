package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public final class CasingTest {
  @Test
  public void aCapitalStays() {
    assertEquals("Hello", Casing.write("hello", "He", Shift.OFF));
    assertEquals("\u00C9lan", Casing.write("\u00E9lan", "\u00C9", Shift.OFF));
  }

  @Test
  public void displayFormsStay() {
    assertEquals("I'm", Casing.write("I'm", "i", Shift.OFF));
    assertEquals("iPad", Casing.write("iPad", "ip", Shift.OFF));
  }

  @Test
  public void twoCapitalsAskForAll() {
    assertEquals("HELLO", Casing.write("hello", "HE", Shift.OFF));
    assertEquals("DON'T", Casing.write("don't", "DON'", Shift.OFF));
    assertEquals("Hello", Casing.write("hello", "HeL", Shift.OFF));
  }

  @Test
  public void oneCapitalAsksForAllWhenShiftIsLocked() {
    assertEquals("HELLO", Casing.write("hello", "H", Shift.LOCKED));
    assertEquals("2nd", Casing.write("2nd", "2", Shift.LOCKED));
  }

  @Test
  public void shiftCountsWhereNothingWasTyped() {
    assertEquals("hello", Casing.write("hello", "", Shift.OFF));
    assertEquals("Hello", Casing.write("hello", "", Shift.ON));
    assertEquals("HELLO", Casing.write("hello", "", Shift.LOCKED));
    assertEquals("hello", Casing.write("hello", "h", Shift.ON));
  }

  @Test
  public void lettersOfTwoUnitsAreCapitalisedWhole() {
    assertEquals("\uD801\uDC00a", Casing.write("\uD801\uDC28a", "", Shift.ON)); // Deseret.
  }
}
