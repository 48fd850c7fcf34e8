package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;

import android.text.InputType;
import android.view.inputmethod.EditorInfo;
import org.junit.Test;

/** The core repeats constants of Android, which it does not see. */
public final class FieldPolicyConstantsTest {
  @Test
  public void classesAreAndroids() {
    assertEquals(InputType.TYPE_MASK_CLASS, FieldPolicy.CLASS_MASK);
    assertEquals(InputType.TYPE_CLASS_TEXT, FieldPolicy.CLASS_TEXT);
    assertEquals(InputType.TYPE_CLASS_NUMBER, FieldPolicy.CLASS_NUMBER);
    assertEquals(InputType.TYPE_CLASS_PHONE, FieldPolicy.CLASS_PHONE);
    assertEquals(InputType.TYPE_CLASS_DATETIME, FieldPolicy.CLASS_DATETIME);
  }

  @Test
  public void variationsAreAndroids() {
    assertEquals(InputType.TYPE_MASK_VARIATION, FieldPolicy.VARIATION_MASK);
    assertEquals(InputType.TYPE_TEXT_VARIATION_URI, FieldPolicy.TEXT_URI);
    assertEquals(InputType.TYPE_TEXT_VARIATION_EMAIL_ADDRESS, FieldPolicy.TEXT_EMAIL_ADDRESS);
    assertEquals(InputType.TYPE_TEXT_VARIATION_PASSWORD, FieldPolicy.TEXT_PASSWORD);
    assertEquals(InputType.TYPE_TEXT_VARIATION_VISIBLE_PASSWORD, FieldPolicy.TEXT_VISIBLE_PASSWORD);
    assertEquals(InputType.TYPE_TEXT_VARIATION_FILTER, FieldPolicy.TEXT_FILTER);
    assertEquals(
        InputType.TYPE_TEXT_VARIATION_WEB_EMAIL_ADDRESS, FieldPolicy.TEXT_WEB_EMAIL_ADDRESS);
    assertEquals(InputType.TYPE_TEXT_VARIATION_WEB_PASSWORD, FieldPolicy.TEXT_WEB_PASSWORD);
    assertEquals(InputType.TYPE_NUMBER_VARIATION_PASSWORD, FieldPolicy.NUMBER_PASSWORD);
  }

  @Test
  public void flagsAreAndroids() {
    assertEquals(InputType.TYPE_TEXT_FLAG_CAP_CHARACTERS, FieldPolicy.FLAG_CAP_CHARACTERS);
    assertEquals(InputType.TYPE_TEXT_FLAG_CAP_WORDS, FieldPolicy.FLAG_CAP_WORDS);
    assertEquals(InputType.TYPE_TEXT_FLAG_CAP_SENTENCES, FieldPolicy.FLAG_CAP_SENTENCES);
    assertEquals(InputType.TYPE_TEXT_FLAG_AUTO_COMPLETE, FieldPolicy.FLAG_AUTO_COMPLETE);
    assertEquals(InputType.TYPE_TEXT_FLAG_MULTI_LINE, FieldPolicy.FLAG_MULTI_LINE);
    assertEquals(InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS, FieldPolicy.FLAG_NO_SUGGESTIONS);
  }

  @Test
  public void optionsAreAndroids() {
    assertEquals(EditorInfo.IME_MASK_ACTION, FieldPolicy.ACTION_MASK);
    assertEquals(EditorInfo.IME_ACTION_NONE, FieldPolicy.ACTION_NONE);
    assertEquals(
        EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING, FieldPolicy.NO_PERSONALIZED_LEARNING);
    assertEquals(EditorInfo.IME_FLAG_NO_ENTER_ACTION, FieldPolicy.NO_ENTER_ACTION);
  }
}
