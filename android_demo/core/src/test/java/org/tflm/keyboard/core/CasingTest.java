package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;

import java.util.Locale;
import org.junit.Test;

public final class CasingTest {
  @Test
  public void aCapitalStays() {
    assertEquals("Hello", Casing.write("hello", "He", Shift.OFF, Locale.ROOT));
    assertEquals("\u00C9lan", Casing.write("\u00E9lan", "\u00C9", Shift.OFF, Locale.ROOT));
  }

  @Test
  public void displayFormsStay() {
    assertEquals("I'm", Casing.write("I'm", "i", Shift.OFF, Locale.ROOT));
    assertEquals("iPad", Casing.write("iPad", "ip", Shift.OFF, Locale.ROOT));
  }

  @Test
  public void twoCapitalsAskForAll() {
    assertEquals("HELLO", Casing.write("hello", "HE", Shift.OFF, Locale.ROOT));
    assertEquals("DON'T", Casing.write("don't", "DON'", Shift.OFF, Locale.ROOT));
    assertEquals("Hello", Casing.write("hello", "HeL", Shift.OFF, Locale.ROOT));
  }

  @Test
  public void oneCapitalAsksForAllWhenShiftIsLocked() {
    assertEquals("HELLO", Casing.write("hello", "H", Shift.LOCKED, Locale.ROOT));
    assertEquals("2nd", Casing.write("2nd", "2", Shift.LOCKED, Locale.ROOT));
  }

  @Test
  public void shiftCountsWhereNothingWasTyped() {
    assertEquals("hello", Casing.write("hello", "", Shift.OFF, Locale.ROOT));
    assertEquals("Hello", Casing.write("hello", "", Shift.ON, Locale.ROOT));
    assertEquals("HELLO", Casing.write("hello", "", Shift.LOCKED, Locale.ROOT));
    assertEquals("hello", Casing.write("hello", "h", Shift.ON, Locale.ROOT));
  }

  @Test
  public void lettersOfTwoUnitsAreCapitalisedWhole() {
    assertEquals("\uD801\uDC00a", Casing.write("\uD801\uDC28a", "", Shift.ON, Locale.ROOT)); // Deseret.
  }

  @Test
  public void iHasADotInBothCasesOrNoneInTurkish() {
    Locale turkish = Casing.locale("tr-TR");
    assertEquals("\u0130yi", Casing.write("iyi", "", Shift.ON, turkish));
    assertEquals("\u0130", Casing.type("i", Shift.ON, turkish));
    assertEquals("I\u015EIK", Casing.write("\u0131\u015F\u0131k", "I\u015E", Shift.OFF, turkish));
    assertEquals(Locale.ROOT, Casing.locale("lt"));
    assertEquals(Locale.ROOT, Casing.locale(""));
  }
}
