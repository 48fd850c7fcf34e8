package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public final class LastCharacterTest {
  @Test
  public void emojiAndFlagsAreOneCharacter() {
    String[] wholes = {
      "\uD83D\uDE00", // A face,
      "\uD83D\uDC4D\uD83C\uDFFD", // a hand with a skin tone,
      "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67", // a family,
      "\uD83C\uDDFA\uD83C\uDDF8", // a flag,
      "\u2764\uFE0F", // a heart,
      "1\uFE0F\u20E3", // a keycap.
    };
    for (String whole : wholes) {
      assertEquals(whole, whole.length(), LastCharacter.length(whole));
      assertEquals(whole, whole.length(), LastCharacter.length("a" + whole));
      assertEquals(whole, whole.length(), LastCharacter.length(whole + whole));
    }
  }

  @Test
  public void otherTextGoesByCodePoints() {
    assertEquals(1, LastCharacter.length("ab"));
    assertEquals(1, LastCharacter.length("e\u0301"));
    assertEquals(2, LastCharacter.length("\uD835\uDCD7"));
    assertEquals(1, LastCharacter.length("\uDE00"));
    assertEquals(0, LastCharacter.length(""));
  }
}
