package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public final class FieldPolicyTest {
  private static final int TEXT = FieldPolicy.CLASS_TEXT;

  private static FieldPolicy field(int inputType) {
    return FieldPolicy.of(inputType, 0);
  }

  @Test
  public void plainTextPredictsAndLearns() {
    int[] variations = {0, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xc0}; // Subject, message, name ...
    for (int variation : variations) {
      assertTrue(field(TEXT | variation).predicts());
      assertTrue(field(TEXT | variation).learns());
    }
  }

  @Test
  public void nothingIsPredictedInPasswords() {
    int[] passwords = {
      TEXT | FieldPolicy.TEXT_PASSWORD,
      TEXT | FieldPolicy.TEXT_VISIBLE_PASSWORD,
      TEXT | FieldPolicy.TEXT_WEB_PASSWORD,
      TEXT | FieldPolicy.TEXT_WEB_PASSWORD | FieldPolicy.FLAG_CAP_SENTENCES,
      FieldPolicy.CLASS_NUMBER | FieldPolicy.NUMBER_PASSWORD,
    };
    for (int password : passwords) {
      assertTrue(field(password).isPassword());
      assertFalse(field(password).predicts());
      assertFalse(field(password).learns());
      assertEquals(Capitals.NONE, field(password).capitals());
    }
  }

  @Test
  public void nothingIsPredictedWhereNoSuggestionsAreWanted() {
    assertFalse(field(TEXT | FieldPolicy.FLAG_NO_SUGGESTIONS).predicts());
    assertFalse(field(TEXT | FieldPolicy.FLAG_AUTO_COMPLETE).predicts());
    assertFalse(field(TEXT | FieldPolicy.TEXT_FILTER).predicts());
  }

  @Test
  public void nothingIsPredictedWhereNoTextIsTyped() {
    int[] others = {
      0,
      FieldPolicy.CLASS_NUMBER,
      FieldPolicy.CLASS_PHONE,
      FieldPolicy.CLASS_DATETIME,
      TEXT | FieldPolicy.TEXT_URI,
      TEXT | FieldPolicy.TEXT_EMAIL_ADDRESS,
      TEXT | FieldPolicy.TEXT_WEB_EMAIL_ADDRESS,
      7, // A class that is not known.
    };
    for (int other : others) {
      assertFalse(field(other).predicts());
      assertFalse(field(other).learns());
    }
  }

  @Test
  public void incognitoPredictsWithoutLearning() {
    FieldPolicy incognito = FieldPolicy.of(TEXT, FieldPolicy.NO_PERSONALIZED_LEARNING);
    assertTrue(incognito.predicts());
    assertFalse(incognito.learns());
  }

  @Test
  public void aNumbersVariationsAreNotThoseOfText() {
    FieldPolicy number = field(FieldPolicy.CLASS_NUMBER | FieldPolicy.TEXT_PASSWORD);
    assertFalse(number.isPassword());
  }

  @Test
  public void kindsFollowClassAndVariation() {
    assertEquals(FieldPolicy.Kind.TEXT, field(TEXT).kind());
    assertEquals(FieldPolicy.Kind.EMAIL, field(TEXT | FieldPolicy.TEXT_EMAIL_ADDRESS).kind());
    assertEquals(FieldPolicy.Kind.URI, field(TEXT | FieldPolicy.TEXT_URI).kind());
    assertEquals(FieldPolicy.Kind.NUMBER, field(FieldPolicy.CLASS_NUMBER).kind());
    assertEquals(FieldPolicy.Kind.PHONE, field(FieldPolicy.CLASS_PHONE).kind());
    assertEquals(FieldPolicy.Kind.DATE_TIME, field(FieldPolicy.CLASS_DATETIME).kind());
    assertEquals(FieldPolicy.Kind.NONE, field(0).kind());
  }

  @Test
  public void capitalsFollowTheFlags() {
    assertEquals(Capitals.NONE, field(TEXT).capitals());
    assertEquals(Capitals.SENTENCES, field(TEXT | FieldPolicy.FLAG_CAP_SENTENCES).capitals());
    assertEquals(Capitals.WORDS, field(TEXT | FieldPolicy.FLAG_CAP_WORDS).capitals());
    assertEquals(Capitals.CHARACTERS, field(TEXT | FieldPolicy.FLAG_CAP_CHARACTERS).capitals());
    assertEquals(
        Capitals.NONE, field(FieldPolicy.CLASS_PHONE | FieldPolicy.FLAG_CAP_WORDS).capitals());
  }

  @Test
  public void enterBeginsALineWhereThereAreSeveralAndNoAction() {
    int lines = TEXT | FieldPolicy.FLAG_MULTI_LINE;
    int send = 4;
    assertTrue(field(lines).entersNewLine());
    assertTrue(FieldPolicy.of(lines, FieldPolicy.ACTION_NONE).entersNewLine());
    assertTrue(FieldPolicy.of(lines, send | FieldPolicy.NO_ENTER_ACTION).entersNewLine());
    assertFalse(FieldPolicy.of(lines, send).entersNewLine());
    assertFalse(field(TEXT).entersNewLine());
  }
}
