package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.tflm.keyboard.core.FieldPolicy.IME_ACTION_NONE;
import static org.tflm.keyboard.core.FieldPolicy.IME_FLAG_NO_ENTER_ACTION;
import static org.tflm.keyboard.core.FieldPolicy.IME_FLAG_NO_PERSONALIZED_LEARNING;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_CLASS_DATETIME;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_CLASS_NUMBER;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_CLASS_PHONE;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_CLASS_TEXT;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_NUMBER_VARIATION_PASSWORD;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_AUTO_COMPLETE;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_CAP_CHARACTERS;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_CAP_SENTENCES;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_CAP_WORDS;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_MULTI_LINE;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_NO_SUGGESTIONS;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_EMAIL_ADDRESS;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_FILTER;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_PASSWORD;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_URI;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_VISIBLE_PASSWORD;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_WEB_EMAIL_ADDRESS;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_WEB_PASSWORD;

import org.junit.Test;

public final class FieldPolicyTest {
  private static final int TEXT = TYPE_CLASS_TEXT;

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
      TEXT | TYPE_TEXT_VARIATION_PASSWORD,
      TEXT | TYPE_TEXT_VARIATION_VISIBLE_PASSWORD,
      TEXT | TYPE_TEXT_VARIATION_WEB_PASSWORD,
      TEXT | TYPE_TEXT_VARIATION_WEB_PASSWORD | TYPE_TEXT_FLAG_CAP_SENTENCES,
      TYPE_CLASS_NUMBER | TYPE_NUMBER_VARIATION_PASSWORD,
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
    assertFalse(field(TEXT | TYPE_TEXT_FLAG_NO_SUGGESTIONS).predicts());
    assertFalse(field(TEXT | TYPE_TEXT_FLAG_AUTO_COMPLETE).predicts());
    assertFalse(field(TEXT | TYPE_TEXT_VARIATION_FILTER).predicts());
  }

  @Test
  public void nothingIsPredictedWhereNoTextIsTyped() {
    int[] others = {
      0,
      TYPE_CLASS_NUMBER,
      TYPE_CLASS_PHONE,
      TYPE_CLASS_DATETIME,
      TEXT | TYPE_TEXT_VARIATION_URI,
      TEXT | TYPE_TEXT_VARIATION_EMAIL_ADDRESS,
      TEXT | TYPE_TEXT_VARIATION_WEB_EMAIL_ADDRESS,
      7, // A class that is not known.
    };
    for (int other : others) {
      assertFalse(field(other).predicts());
      assertFalse(field(other).learns());
    }
  }

  @Test
  public void incognitoPredictsWithoutLearning() {
    FieldPolicy incognito = FieldPolicy.of(TEXT, IME_FLAG_NO_PERSONALIZED_LEARNING);
    assertTrue(incognito.predicts());
    assertFalse(incognito.learns());
  }

  @Test
  public void aNumbersVariationsAreNotThoseOfText() {
    FieldPolicy number = field(TYPE_CLASS_NUMBER | TYPE_TEXT_VARIATION_PASSWORD);
    assertFalse(number.isPassword());
  }

  @Test
  public void kindsFollowClassAndVariation() {
    assertEquals(FieldPolicy.Kind.TEXT, field(TEXT).kind());
    assertEquals(FieldPolicy.Kind.EMAIL, field(TEXT | TYPE_TEXT_VARIATION_EMAIL_ADDRESS).kind());
    assertEquals(FieldPolicy.Kind.URI, field(TEXT | TYPE_TEXT_VARIATION_URI).kind());
    assertEquals(FieldPolicy.Kind.NUMBER, field(TYPE_CLASS_NUMBER).kind());
    assertEquals(FieldPolicy.Kind.PHONE, field(TYPE_CLASS_PHONE).kind());
    assertEquals(FieldPolicy.Kind.DATE_TIME, field(TYPE_CLASS_DATETIME).kind());
    assertEquals(FieldPolicy.Kind.NONE, field(0).kind());
  }

  @Test
  public void capitalsFollowTheFlags() {
    assertEquals(Capitals.NONE, field(TEXT).capitals());
    assertEquals(Capitals.SENTENCES, field(TEXT | TYPE_TEXT_FLAG_CAP_SENTENCES).capitals());
    assertEquals(Capitals.WORDS, field(TEXT | TYPE_TEXT_FLAG_CAP_WORDS).capitals());
    assertEquals(Capitals.CHARACTERS, field(TEXT | TYPE_TEXT_FLAG_CAP_CHARACTERS).capitals());
    assertEquals(
        Capitals.NONE, field(TYPE_CLASS_PHONE | TYPE_TEXT_FLAG_CAP_WORDS).capitals());
  }

  @Test
  public void enterBeginsALineWhereThereAreSeveralAndNoAction() {
    int lines = TEXT | TYPE_TEXT_FLAG_MULTI_LINE;
    int send = 4;
    assertTrue(field(lines).entersNewLine());
    assertTrue(FieldPolicy.of(lines, IME_ACTION_NONE).entersNewLine());
    assertTrue(FieldPolicy.of(lines, send | IME_FLAG_NO_ENTER_ACTION).entersNewLine());
    assertFalse(FieldPolicy.of(lines, send).entersNewLine());
    assertFalse(field(TEXT).entersNewLine());
  }
}
